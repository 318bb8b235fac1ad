import { isKnown, unknown, type Measured } from '../common/measured.ts';
import { Problem } from '../common/problem.ts';
import type { HeapPlan } from './cleanupPlan.ts';
import { probeOf, TIME_ONLY } from './cleanupProbe.ts';
import type { Range } from './cleanupSql.ts';
import type { Database } from './connection.ts';

/** A batch of so many pages or rows: a few milliseconds. */
const PAGES = 32;
const ROWS = 300;
const TIMEOUT_MS = 1_000;
/** Rows below which a batch says little. */
const ENOUGH = 20;
/** The gentle pace rests twice as long as it works. */
const GENTLE_TIMES = 3;

type Seconds = Readonly<Record<'fast' | 'gentle', Measured>>;

/** How long a cleanup takes, from one batch of the largest heap that is rolled back. */
export async function estimateSeconds(
  db: Database,
  plans: readonly HeapPlan[],
  expired: Measured,
  trial: boolean,
): Promise<Seconds> {
  const largest = plans.toSorted((a, b) => b.weight - a.weight)[0];
  if (!isKnown(expired) || largest === undefined) return both(unknown('It is not known how many sessions go.'));
  if (expired.value === 0) return both({ how: 'exact', value: 0, at: new Date() });
  if (!trial) return both(unknown('No batch was tried on this connection.', 'Begin, and the progress tells.'));
  const found = await tryBatch(db, largest);
  if (found instanceof Problem) return both(unknown(found.why, found.next));
  const { deleted, ms } = found;
  if (deleted < Math.min(ENOUGH, expired.value)) {
    return both(unknown('The batch that was tried met too few expired sessions.', 'Begin, and the progress tells.'));
  }
  const seconds = (expired.value * ms) / deleted / 1000;
  const note = `from one batch of ${deleted} sessions that was rolled back; a factor of two either way is common`;
  const known = (value: number): Measured => ({ how: 'estimated', value, at: new Date(), tookMs: ms, note });
  return { fast: known(seconds), gentle: known(seconds * GENTLE_TIMES) };
}

function both(measured: Measured): Seconds {
  return { fast: measured, gentle: measured };
}

async function tryBatch(db: Database, plan: HeapPlan): Promise<{ deleted: number; ms: number } | Problem> {
  const middle = Math.max(0, Math.floor(plan.heap.pages / 2) - PAGES / 2);
  const range: Range =
    plan.way === 'index'
      ? { after: undefined, until: 'infinity', rows: ROWS }
      : { fromPage: middle, toPage: middle + PAGES };
  const { statements, deleting } = plan.sql.batch(range);
  const options = {
    what: 'Cannot try a batch',
    settings: plan.sql.settings(range),
    statementTimeoutMs: TIMEOUT_MS,
    lockTimeoutMs: 20,
    rollback: true,
  };
  try {
    const answers = await db.transaction([...statements, TIME_ONLY], options);
    return { deleted: answers[deleting]?.affected ?? 0, ms: probeOf(answers.at(-1)?.rows[0]).ms };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
