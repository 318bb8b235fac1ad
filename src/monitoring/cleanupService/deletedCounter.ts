import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import type { SessionMetrics } from '../../postgres/table/readings.ts';
import { breakBetween, ON_STANDBY } from '../snapshot/rates.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A snapshot from longer before a run would count what others deleted in between. */
const MAX_BEFORE_MS = 120_000;

const NOT_WATCHED = unknown(
  'The session table was not watched when that run began.',
  'It is known for the runs that begin while this monitor watches the table.',
);

/** Rows deleted in a time, as the history has it; undefined: there is none yet. */
export type DeletionsIn = (from: Date, to: Date) => Measured | undefined;

interface Baseline {
  readonly run: number;
  readonly connection: string;
  readonly metrics: SessionMetrics;
  /** What had been deleted since the run until then; none where that is the reading from just before it. */
  readonly until: Measured;
}

/**
 * Rows deleted from the table since a run began, by the difference of n_tup_del of pg_stat_all_tables. It keeps the reading
 * from just before the newest run, since the snapshots in memory do not reach back to the run of the day before; of one that
 * began before this window watched, the history tells what was deleted until it did.
 */
export class DeletedCounter {
  readonly #deletionsIn: DeletionsIn | undefined;
  #baseline: Baseline | undefined;

  constructor(deletionsIn?: DeletionsIn) {
    this.#deletionsIn = deletionsIn;
  }

  /** `startedAt`: when the run began, by this machine's clock. `history`: oldest first. */
  since(startedAt: Date | undefined, history: readonly Snapshot[]): Measured {
    const latest = history.at(-1);
    if (startedAt === undefined) return unknown('The log tells no time at which a run began.');
    if (latest === undefined) return unknown('The session table is not watched.');
    const { metrics } = latest;
    if (metrics.server.inRecovery) return ON_STANDBY;
    const { metrics: before, until } = this.#before(startedAt, latest, history) ?? { until: NOT_WATCHED };
    if (before === undefined || !isKnown(until)) return until;
    const broken = before === metrics ? undefined : breakBetween(before, metrics);
    if (broken !== undefined) return unknown(`The counters can’t be compared: ${broken}`);
    const value = metrics.counters.deleted - before.counters.deleted;
    if (Number.isFinite(value)) return { ...until, value: until.value + value, at: metrics.at };
    return unknown('The statistics are not visible to this role.', 'GRANT pg_read_all_stats to it.');
  }

  #before(startedAt: Date, latest: Snapshot, history: readonly Snapshot[]): Baseline | undefined {
    const run = startedAt.getTime();
    const connection = `${latest.connection.id} ${latest.metrics.table.qualifiedName}`;
    const kept = this.#baseline;
    if (kept?.run === run && kept.connection === connection) return kept;
    const metrics = history.findLast((one) => one.at.getTime() <= run)?.metrics;
    const isNear = metrics !== undefined && run - metrics.at.getTime() <= MAX_BEFORE_MS;
    const found = isNear
      ? { metrics, until: { how: 'exact', value: 0, at: metrics.at } as const }
      : { metrics: latest.metrics, until: this.#deletionsIn?.(startedAt, latest.metrics.at) };
    const { until } = found;
    if (until === undefined) return undefined;
    this.#baseline = { run, connection, metrics: found.metrics, until };
    return this.#baseline;
  }
}
