import { isKnown, mapMeasured, unknown, type Measured } from '../../../common/measured.ts';
import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import type { HeapPlan } from '../plan/plan.ts';
import { probeOf, TIME_ONLY } from '../plan/probe.ts';
import type { Range } from '../plan/sql.ts';
import type { CleanupTarget } from '../plan/target.ts';
import type { Pace } from '../plan/types.ts';
import { isInformative, type EarlierRun } from '../run/records.ts';

/** So many pages in each of some places, or so many rows by the index, are read: a few milliseconds from memory. */
const PLACES = 4;
const PAGES = 16;
const ROWS = 300;
const TIMEOUT_MS = 1_000;
/**
 * What deleting a row takes beside reading it, in milliseconds: 1 to 2 µs were measured with everything in memory, its WAL and commit
 * included. See BatchSize.
 */
const DELETE_MS = 0.002;
/** The gentle pace rests twice as long as it works. */
const GENTLE_TIMES = 3;

type Seconds = Readonly<Record<Pace, Measured>>;

interface Given {
  readonly plans: readonly HeapPlan[];
  readonly target: CleanupTarget;
  /** Rows that would go. */
  readonly expired: Measured;
  readonly earlier: EarlierRun | undefined;
}

/**
 * How long a cleanup takes, told without deleting anything: from an earlier run, else from reading some of what would go, in a
 * transaction that only reads, and what a deletion took elsewhere.
 */
export async function estimateSeconds(db: Database, { plans, target, expired, earlier }: Given): Promise<Seconds> {
  const largest = plans.toSorted((a, b) => b.weight - a.weight)[0];
  if (!isKnown(expired) || largest === undefined) return both(unknown('It is not known how many sessions go.'));
  if (expired.value === 0) return both({ how: 'exact', value: 0, at: new Date() });
  if (earlier !== undefined && isInformative(earlier)) return asBefore(expired.value, earlier);
  if (target.triggers.length + target.rules.length + target.keys.length > 0) {
    return both(
      unknown(
        'Triggers, rules or foreign keys do work for each deletion, and how long that takes is not known.',
        BEGIN,
      ),
    );
  }
  const read = await readSome(db, largest);
  if (read instanceof Problem) return both(unknown(read.why, read.next));
  const reads = largest.way === 'pages' ? plans.reduce((sum, { heap }) => sum + heap.pages, 0) : expired.value;
  const ms = (reads * read.ms) / read.units + expired.value * DELETE_MS;
  const note = `from reading ${read.units} of ${largest.way === 'pages' ? 'its pages' : 'these sessions'}, and ${DELETE_MS * 1000} µs for each deletion, as measured elsewhere; it may take a third of it or three times as long`;
  return paced({ how: 'estimated', value: ms / 1000, at: new Date(), tookMs: read.ms, note });
}

const BEGIN = 'Begin, and the progress tells.';

function both(measured: Measured): Seconds {
  return { fast: measured, gentle: measured };
}

function paced(fast: Measured): Seconds {
  return { fast, gentle: mapMeasured(fast, (seconds) => seconds * GENTLE_TIMES) };
}

function asBefore(expired: number, { pace, deleted, elapsedMs }: EarlierRun): Seconds {
  const seconds = (expired * elapsedMs) / deleted / 1000 / (pace === 'gentle' ? GENTLE_TIMES : 1);
  const note = `as long for each session as the last cleanup from here took, which deleted ${deleted}; half or twice of it is common`;
  return paced({ how: 'estimated', value: seconds, at: new Date(), note });
}

/** Pages or rows that were read, and the time it took on the server. */
interface Read {
  readonly units: number;
  readonly ms: number;
}

async function readSome(db: Database, { heap, sql, way }: HeapPlan): Promise<Read | Problem> {
  const ranges: Range[] =
    way === 'index'
      ? [{ after: undefined, until: 'infinity', rows: ROWS }]
      : Array.from({ length: PLACES }, (_, i) => {
          const fromPage = Math.floor(((i + 0.5) * heap.pages) / PLACES);
          return { fromPage, toPage: Math.min(heap.pages, fromPage + PAGES) };
        });
  const [first = { fromPage: 0, toPage: 0 }] = ranges;
  const options = { what: 'Cannot read some sessions', settings: sql.settings(first), statementTimeoutMs: TIMEOUT_MS };
  try {
    const answers = await db.transaction([...ranges.map((range) => sql.reading(range)), TIME_ONLY], options);
    const rows = Number(answers[0]?.rows[0]?.['rows'] ?? 0);
    const pages = ranges.reduce((sum, range) => sum + ('fromPage' in range ? range.toPage - range.fromPage : 0), 0);
    return { units: Math.max(1, way === 'index' ? rows : pages), ms: probeOf(answers.at(-1)?.rows[0]).ms };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
