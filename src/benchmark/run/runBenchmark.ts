import { isKnown } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import { sleep } from '../../common/timers.ts';
import type { Database } from '../../postgres/connect/connection.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import { shownAddress } from '../../services/http/address.ts';
import type { RoundPlan, RoundProgress, RoundResult } from '../load/round.ts';
import { pageProblem } from '../site/checkPage.ts';
import { makeSessions } from '../site/sessions.ts';
import { Visitor } from '../site/visitor.ts';
import { ArmFigures } from './armFigures.ts';
import { Counters, countersBetween, type CounterReading } from './counters.ts';
import { checkPlan, LIMITS, MOST_SECONDS, MOST_VISITORS, type Arm, type BenchmarkPlan } from './plan.ts';
import type { BenchmarkRun } from './record.ts';

export interface BenchmarkParts {
  /** Read only. */
  readonly db: Database;
  readonly table: SessionTable;
  /** Runs one round of load. */
  readonly load: (
    plan: RoundPlan,
    signal: AbortSignal,
    onProgress: (progress: RoundProgress) => void,
  ) => Promise<RoundResult>;
  /** PEM of trust.caFile; '' for those of Node. */
  readonly authorities: string;
  /** For the record: see BenchmarkRun. */
  readonly throttle: string;
  /** Keys of the sessions that the run has made, as they are made: also of one that fails or is cancelled. Secrets. */
  readonly made: Set<string>;
  readonly signal: AbortSignal;
  /** `share`: 0 to 1. */
  readonly report: (message: string, share?: number) => void;
}

const QUIET_MS = 2_000;
/** Requests of a warm-up, as a share of a round's. */
const WARM_UP = 0.5;

/**
 * Measures a page: arms in turn, each round between two readings of the database's counters. The sessions that it made are the
 * caller's to delete, whatever becomes of it.
 * @throws Problem when the page can't be measured or stops answering; the signal's reason when it is cancelled
 */
export async function runBenchmark(plan: BenchmarkPlan, parts: BenchmarkParts): Promise<BenchmarkRun> {
  checkPlan(plan);
  const { signal, report, db } = parts;
  const startedAt = new Date();
  report('Looking at the page');
  const { arms, cookies, notes } = await prepare(plan, parts);
  const counters = new Counters(db, parts.table, signal);
  const runner = new Runner(plan, parts, counters, cookies);

  report('Seeing what others write meanwhile');
  const quietSince = Date.now();
  const quiet = await counters.read(startedAt.getTime(), false);
  await sleep(QUIET_MS, signal);
  const beforeLoad = await counters.read(quietSince, false);
  const otherSavesPerSecond = savesPerSecond(quiet, beforeLoad);

  for (const arm of arms) {
    report('Warming up');
    await runner.load(arm, Math.max(plan.connections, Math.ceil(plan.requestsPerRound * WARM_UP)), () => undefined);
  }
  const figures = await runner.rounds(arms, startedAt);
  const { value: statements = [] } = (await counters.read(Date.now(), true)).statements;
  const texts = new Map(statements.map(({ queryId, query }) => [queryId, query]));
  return {
    version: 1,
    kind: plan.kind,
    by: 'extension',
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    url: shownAddress(plan.url),
    target: db.target,
    connections: plan.connections,
    requestsPerRound: plan.requestsPerRound,
    arms: figures.map((one) => one.finish(texts)),
    otherSavesPerSecond,
    throttle: parts.throttle,
    notes: [...notes, ...runner.notes, ...countingNotes(beforeLoad, otherSavesPerSecond)],
  };
}

interface Prepared {
  readonly arms: readonly Arm[];
  readonly cookies: readonly string[];
  readonly notes: readonly string[];
}

/** Makes the sessions, and sees that the page answers as it should in each arm. */
async function prepare(plan: BenchmarkPlan, { made, signal, report }: BenchmarkParts): Promise<Prepared> {
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

class Runner {
  readonly notes: string[] = [];
  readonly #plan: BenchmarkPlan;
  readonly #parts: BenchmarkParts;
  readonly #counters: Counters;
  readonly #cookies: readonly string[];

  constructor(plan: BenchmarkPlan, parts: BenchmarkParts, counters: Counters, cookies: readonly string[]) {
    this.#plan = plan;
    this.#parts = parts;
    this.#counters = counters;
    this.#cookies = cookies;
  }

  /** All rounds, the order of the arms turned round each time, so that what drifts meanwhile is no difference between them. */
  async rounds(arms: readonly Arm[], startedAt: Date): Promise<readonly ArmFigures[]> {
    const { rounds, requestsPerRound } = this.#plan;
    const { report } = this.#parts;
    const figures = arms.map((arm) => new ArmFigures(arm));
    let before = await this.#counters.read(startedAt.getTime(), false, this.#onWait);
    const total = rounds * arms.length;
    for (let i = 0; i < total; i++) {
      const round = Math.floor(i / arms.length);
      const place = i % arms.length;
      const one = figures[round % 2 === 0 ? place : arms.length - 1 - place];
      if (one === undefined) break;
      if (place === 0 && round >= LIMITS.rounds.minimum && secondsSince(startedAt) > MOST_SECONDS) {
        this.notes.push(`It ended after ${round} of ${rounds} rounds: ${MOST_SECONDS / 60} minutes are the most.`);
        break;
      }
      const what = `Round ${round + 1} of ${rounds}, ${ARM_TEXTS[one.arm]}`;
      report(what, i / total);
      const begun = Date.now();
      const work = this.load(one.arm, requestsPerRound, (answers) =>
        report(what, (i + answers / requestsPerRound) / total),
      );
      const [result, connections] = await Promise.all([work, this.#counters.watchConnections(work)]);
      const after = await this.#counters.read(begun, false, this.#onWait);
      one.add(result, countersBetween(before, after, connections));
      before = after;
    }
    return figures;
  }

  /** One round; what it made is known also when it failed. @throws Problem when hardly anything was answered */
  async load(arm: Arm, requests: number, onProgress: (answers: number) => void): Promise<RoundResult> {
    const { url, connections, timeoutSeconds, cookieName, trust } = this.#plan;
    const { load, authorities, signal, made } = this.#parts;
    const cookies = arm === 'session' ? this.#cookies : [];
    const { acceptAnyCertificate } = trust;
    const round = {
      url: url.href,
      connections,
      requests,
      timeoutSeconds,
      cookies,
      cookieName,
      authorities,
      acceptAnyCertificate,
    };
    const result = await load(round, signal, (progress) => {
      for (const key of progress.made) made.add(key);
      onProgress(progress.answers);
    });
    if (result.latenciesMs.length < requests / 2) throw stopped(url, requests, result);
    return result;
  }

  readonly #onWait = (): void => {
    this.#parts.report('Waiting until the database has counted everything: idle connections tell it within 10 s');
  };
}

const ARM_TEXTS = { session: 'with a session', noSession: 'without a cookie' } as const;

function secondsSince(at: Date): number {
  return (Date.now() - at.getTime()) / 1000;
}

function savesPerSecond(before: CounterReading, after: CounterReading): number | null {
  const saves = after.metrics.counters.updated - before.metrics.counters.updated;
  const seconds = (after.metrics.at.getTime() - before.metrics.at.getTime()) / 1000;
  return saves >= 0 && seconds > 0 && !after.metrics.server.inRecovery ? saves / seconds : null;
}

function countingNotes({ metrics, statements, complete }: CounterReading, others: number | null): readonly string[] {
  return [
    ...(metrics.server.inRecovery
      ? [
          'This is a standby, which counts no writes of its own: what was saved is not known. Run it connected to the primary.',
        ]
      : []),
    ...(isKnown(statements)
      ? []
      : [`Statements were not counted: ${statements.reason} ${statements.next ?? ''}`.trim()]),
    ...(others !== null && others > 0
      ? [
          `Others saved ${others.toFixed(1)} sessions a second before the run; what they did meanwhile is part of the counts.`,
        ]
      : []),
    ...(complete
      ? []
      : [
          'Other connections work in this database all the time: what they had counted and not told yet may be missing or too much in a round.',
        ]),
  ];
}

function stopped(url: URL, requests: number, { statuses, failures, latenciesMs }: RoundResult): Problem {
  const counted = Object.entries({ ...statuses, ...failures }).map(([what, times]) => `${what} ${times} times`);
  return new Problem({
    code: 'benchmark-site-failed',
    what: `The benchmark of ${shownAddress(url)} was ended`,
    why: `Of ${requests} requests of a round ${latenciesMs.length} were answered as they should be (${counted.join(', ') || 'nothing came back'}).`,
    next: 'Look into the log of the site; with fewer connections it may bear it.',
    transient: false,
  });
}
