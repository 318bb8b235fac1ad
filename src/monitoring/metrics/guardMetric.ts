import type { Log } from '../../common/log.ts';
import { unknown, type Measured } from '../../common/measured.ts';
import { describeError } from '../../common/problem.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricRow, MetricValue } from './metric.ts';

/** The metric that never throws: one that fails is unknown, and neither ends the monitoring nor keeps the others from being shown. */
export function guarded<M extends MetricRow>(metric: M): M {
  const { absent, children, emptyChildren } = metric;
  return {
    ...metric,
    read: (snapshot) => attempt(() => readingOf(metric, snapshot), failed),
    ...(absent && {
      absent: (snapshot) =>
        attempt(
          () => absent(snapshot),
          () => false,
        ),
    }),
    ...(children && {
      children: (snapshot) =>
        attempt(
          () => children(snapshot),
          () => [],
        ),
    }),
    ...(emptyChildren && {
      emptyChildren: (snapshot) =>
        attempt(
          () => emptyChildren(snapshot),
          () => [],
        ),
    }),
  };
}

/** Says in the log which metrics fail and why, each once. */
export class MetricFailures {
  readonly #metrics: readonly MetricRow[];
  readonly #log: Log;
  readonly #warned = new Set<string>();

  /** @param metrics as they are, without the guard that hides what they throw */
  constructor(metrics: readonly MetricRow[], log: Log) {
    this.#metrics = metrics;
    this.#log = log;
  }

  tell(snapshot: Snapshot): void {
    for (const metric of this.#metrics) {
      const { id } = metric;
      if (this.#warned.has(id)) continue;
      const error = attempt(
        () => {
          metric.children?.(snapshot);
          readingOf(metric, snapshot);
          return undefined;
        },
        (thrown) => ({ thrown }),
      );
      if (error === undefined) continue;
      this.#warned.add(id);
      this.#log.error(`The metric ${id} could not be read: ${describeError(error.thrown)}`);
    }
  }
}

function readingOf(metric: MetricRow, snapshot: Snapshot): Measured<MetricValue> {
  const measured = metric.read(snapshot) as Measured<MetricValue> | undefined;
  if (measured === undefined) throw new Error('The reading does not hold it.');
  return measured;
}

function failed(error: unknown): Measured<MetricValue> {
  const why = error instanceof Error ? error.message : String(error);
  return unknown(`It could not be read: ${why}`, 'See the log (Django Sessions: Show Log).');
}

function attempt<T, F>(work: () => T, otherwise: (error: unknown) => F): T | F {
  try {
    return work();
  } catch (error) {
    return otherwise(error);
  }
}
