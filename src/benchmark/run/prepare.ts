import { pageProblem } from '../site/checkPage.ts';
import { makeSessions } from '../site/sessions.ts';
import { Visitor } from '../site/visitor.ts';
import { MOST_VISITORS, type Arm, type BenchmarkPlan } from './plan.ts';

/** What is to be known before the first round. */
export interface Prepared {
  readonly arms: readonly Arm[];
  readonly cookies: readonly string[];
  readonly notes: readonly string[];
}

/** Makes the sessions, and sees that the page answers as it should in each arm. */
export async function prepare(
  plan: BenchmarkPlan,
  made: Set<string>,
  signal: AbortSignal,
  report: (message: string) => void,
): Promise<Prepared> {
  const { url, way, cookieName, trust } = plan;
  const options = { trust, timeoutMs: plan.timeoutSeconds * 1000, cookieName };
  const notes: string[] = [];
  const arms: Arm[] = [];
  let visitors: readonly Visitor[] = [];
  if (plan.arms.includes('session')) {
    report(way.kind === 'form' ? 'Signing in' : 'Taking a session');
    visitors = await makeSessions(way, url, Math.min(plan.connections, MOST_VISITORS), options, made, signal);
    const [first] = visitors;
    const problem = first === undefined ? undefined : pageProblem(await first.get(url, signal));
    if (problem !== undefined) throw problem;
    if (first !== undefined) arms.push('session');
  }
  if (plan.arms.includes('noSession')) {
    const stranger = new Visitor(trust, options.timeoutMs);
    const problem = pageProblem(await stranger.get(url, signal));
    for (const key of stranger.given(cookieName)) made.add(key);
    if (problem === undefined) arms.push('noSession');
    else if (arms.length === 0) throw problem;
    else notes.push(`Without a cookie it was not measured: ${problem.why}`);
  }
  const shared = visitors.length < plan.connections && visitors.length > 0;
  if (shared) notes.push(SHARED(visitors.length, plan.connections));
  return { arms, cookies: visitors.map(({ cookies }) => cookies), notes };
}

const SHARED = (sessions: number, connections: number): string =>
  sessions === 1
    ? `All ${connections} connections use one session: where it is saved at each request, they wait for each other, as visitors do not.`
    : `${connections} connections share ${sessions} sessions.`;
