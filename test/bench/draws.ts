import type { Measured } from '../../src/common/measured.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { SessionMetrics } from '../../src/postgres/table/readings.ts';
import { withClient } from './tables.ts';
import { readTruth, truthAt, type Truth } from './truth.ts';

interface Metric {
  readonly name: string;
  readonly truth: keyof Truth;
  readonly read: (reading: SessionMetrics) => Measured;
  /** The truth is that of others, who mean something slightly different: no aim. */
  readonly foreign?: true;
}

export const METRICS: readonly Metric[] = [
  { name: 'total', truth: 'total', read: ({ sessions }) => sessions.total },
  { name: 'active', truth: 'active', read: ({ sessions }) => sessions.active },
  { name: 'expired', truth: 'expired', read: ({ sessions }) => sessions.expired },
  { name: 'saved in the last hour', truth: 'savedLastHour', read: ({ sessions }) => sessions.savedLastHour },
  { name: 'reusable bytes', truth: 'reusable', read: ({ table }) => table.reusableBytes },
  { name: 'the same against pgstattuple', truth: 'free', read: ({ table }) => table.reusableBytes, foreign: true },
];

export interface Draws {
  readonly metric: Metric;
  /** |value − truth| ÷ what `of` names, one a reading that knew a value; 0.05 is 5 %. */
  readonly errors: number[];
  readonly of: 'of the truth' | 'of all rows' | 'of the heap';
  /** The truth at the first reading. */
  readonly truth: number;
  /** Share of the estimated readings whose value ± plusMinus holds the truth. */
  readonly inside?: number;
  /** How many readings were exact, estimated, …, unknown. */
  readonly how: Readonly<Record<string, number>>;
}

/** Readings between two looks at the truth. */
const BATCH = 100;
/** Less than this share of the heap is hardly reusable: the error is then given as a share of the heap. */
const LITTLE = 0.1;

/** One reading by each reader, held against the truth. */
export async function drawEstimates(readers: readonly Database[], connectionString: string): Promise<Draws[]> {
  const readings: { reading: SessionMetrics; before: Truth; after: Truth }[] = [];
  await withClient(connectionString, async (truths) => {
    let before = await readTruth(truths);
    for (let from = 0; from < readers.length; from += BATCH) {
      const batch: SessionMetrics[] = [];
      for (const reader of readers.slice(from, from + BATCH)) batch.push(await readSessionMetrics(reader));
      const after = await readTruth(truths);
      for (const reading of batch) readings.push({ reading, before, after });
      before = after;
    }
  });
  return METRICS.map((metric) => judge(metric, readings));
}

type Readings = readonly { readonly reading: SessionMetrics; readonly before: Truth; readonly after: Truth }[];

function judge(metric: Metric, readings: Readings): Draws {
  const errors: number[] = [];
  const how: Record<string, number> = {};
  const first = readings[0]?.before;
  const { of, scale } = scaleOf(metric.truth, first);
  let [estimated, inside] = [0, 0];
  for (const { reading, before, after } of readings) {
    const measured = metric.read(reading);
    how[measured.how] = (how[measured.how] ?? 0) + 1;
    if (measured.how === 'unknown') continue;
    const truth = truthAt(before, after, metric.truth, reading.serverTime.getTime());
    const error = Math.abs(measured.value - truth);
    errors.push(error / (scale ?? truth));
    if (measured.how !== 'estimated') continue;
    estimated++;
    if (error <= (measured.plusMinus ?? 0)) inside++;
  }
  return {
    metric,
    errors,
    of,
    truth: first?.[metric.truth] ?? 0,
    how,
    ...(estimated === 0 ? {} : { inside: inside / estimated }),
  };
}

/** `scale` undefined: the truth of the moment. */
function scaleOf(metric: keyof Truth, truth: Truth | undefined): { of: Draws['of']; scale?: number } {
  if (truth === undefined) return { of: 'of the truth' };
  if (metric === 'reusable' || metric === 'free') {
    return truth[metric] < LITTLE * truth.heapBytes
      ? { of: 'of the heap', scale: truth.heapBytes }
      : { of: 'of the truth' };
  }
  return truth[metric] === 0 ? { of: 'of all rows', scale: truth.total } : { of: 'of the truth' };
}
