import { isKnown, unknown } from '../../common/measured.ts';
import type { DetailMetrics, ExactCounts, SessionMetrics } from '../../postgres/table/readings.ts';
import { CostMeter } from '../snapshot/costMeter.ts';
import type { GrowthTracker } from '../snapshot/growth.ts';
import { RateWindow } from '../snapshot/rates.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { SnapshotSources } from '../snapshot/sources.ts';
import type { MonitorOptions } from './monitorTypes.ts';

/** Puts the newest readings of the three kinds together with what is worked out from earlier ones. */
export class SnapshotBuilder {
  readonly #rates = new RateWindow();
  readonly #growth: GrowthTracker;
  readonly #sources: SnapshotSources | undefined;
  readonly #cost = new CostMeter();
  #metrics: SessionMetrics | undefined;
  #detail: DetailMetrics | undefined;
  #exact: ExactCounts | undefined;

  constructor(growth: GrowthTracker, sources?: SnapshotSources) {
    this.#growth = growth;
    this.#sources = sources;
  }

  light(metrics: SessionMetrics, intervalSeconds: number): void {
    this.#metrics = metrics;
    this.#rates.add(metrics);
    this.#cost.light(metrics.cost, metrics.at, intervalSeconds);
    const { totalBytes } = metrics.table;
    if (isKnown(totalBytes)) this.#growth.add(metrics.at, totalBytes.value);
  }

  detail(detail: DetailMetrics): void {
    this.#detail = detail;
    this.#cost.add(detail.cost);
  }

  exact(exact: ExactCounts): void {
    this.#exact = exact;
    this.#cost.add(exact.cost);
  }

  get hasRates(): boolean {
    return this.#rates.isReady;
  }

  /** The next rates are told from readings after this moment only. */
  restartRates(reason: string): void {
    this.#rates.restart(reason);
  }

  /** Undefined until the first light reading. */
  build(options: MonitorOptions, intervalSeconds: number): Snapshot | undefined {
    const metrics = this.#metrics;
    if (metrics === undefined) return undefined;
    const { totalBytes } = metrics.table;
    return {
      at: metrics.at,
      connection: options.connection,
      metrics,
      ...(this.#detail === undefined ? {} : { detail: this.#detail }),
      ...(this.#exact === undefined ? {} : { exact: this.#exact }),
      rates: this.#rates.rates(options.settings.throttleIntervalSeconds),
      growthPerDay: isKnown(totalBytes)
        ? this.#growth.perDay(metrics.at, totalBytes.value)
        : unknown(`The size of the table is unknown: ${totalBytes.reason}`, totalBytes.next),
      settings: options.settings,
      monitor: this.#cost.total(intervalSeconds),
      // They are of what is looked at.
      ...(options.aside === true ? {} : this.#sources?.findings),
    };
  }
}
