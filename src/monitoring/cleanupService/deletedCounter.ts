import { unknown, type Measured } from '../../common/measured.ts';
import type { SessionMetrics } from '../../postgres/table/readings.ts';
import { breakBetween, ON_STANDBY } from '../snapshot/rates.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A snapshot from longer before a run would count what others deleted in between. */
const MAX_BEFORE_MS = 120_000;

interface Baseline {
  readonly run: number;
  readonly connection: string;
  readonly metrics: SessionMetrics;
}

/**
 * Rows deleted from the table since a run began, by the difference of n_tup_del of pg_stat_all_tables. It keeps the reading
 * from just before the newest run, since the history does not reach back to the run of the day before.
 */
export class DeletedCounter {
  #baseline: Baseline | undefined;

  /** `startedAt`: when the run began, by this machine's clock. `history`: oldest first. */
  since(startedAt: Date | undefined, history: readonly Snapshot[]): Measured {
    const latest = history.at(-1);
    if (startedAt === undefined) return unknown('The log tells no time at which a run began.');
    if (latest === undefined) return unknown('The session table is not watched.');
    const before = this.#before(startedAt.getTime(), latest, history);
    if (before === undefined) {
      const next = 'It is known for the runs that begin while this monitor watches the table.';
      return unknown('The session table was not watched when that run began.', next);
    }
    const { metrics } = latest;
    if (metrics.server.inRecovery) return ON_STANDBY;
    const broken = before === metrics ? undefined : breakBetween(before, metrics);
    if (broken !== undefined) return unknown(`The counters can’t be compared: ${broken}`);
    const value = metrics.counters.deleted - before.counters.deleted;
    if (Number.isFinite(value)) return { how: 'exact', value, at: metrics.at };
    return unknown('The statistics are not visible to this role.', 'GRANT pg_read_all_stats to it.');
  }

  #before(run: number, latest: Snapshot, history: readonly Snapshot[]): SessionMetrics | undefined {
    const connection = `${latest.connection.id} ${latest.metrics.table.qualifiedName}`;
    const kept = this.#baseline;
    if (kept?.run === run && kept.connection === connection) return kept.metrics;
    const metrics = history.findLast((one) => one.at.getTime() <= run)?.metrics;
    if (metrics === undefined || run - metrics.at.getTime() > MAX_BEFORE_MS) return undefined;
    this.#baseline = { run, connection, metrics };
    return metrics;
  }
}
