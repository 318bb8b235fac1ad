import type { Unit } from '../../common/format.ts';
import type { Measured } from '../../common/measured.ts';
import type { ChartId, MetricId } from '../metrics/metrics.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export type AlertSeverity = 'critical' | 'warning';

/** A number that a person can set, as it stands in settings.json. */
export interface AlertSetting {
  /** Full id: 'djangoSessionMonitor.alerts.tableSizeMB'. */
  readonly setting: string;
  readonly default: number;
  /** The least is 0. */
  readonly maximum: number;
}

export interface AlertThreshold extends AlertSetting {
  /** Unit of the value that is compared. */
  readonly unit: Unit;
  /** Setting × factor = threshold in the unit of the value: 1048576 for a setting in MB, 0.01 for one in percent. */
  readonly factor: number;
  /** 'above': fires when value > threshold; 'reached': when value ≥ threshold. */
  readonly compare: 'above' | 'reached';
  /** What the number of the setting counts, as it stands behind it: 'MB a day'. */
  readonly words: string;
}

export interface ChartLine {
  /** A chart that the metric table names. */
  readonly id: ChartId;
  /** Where the threshold is a share of this metric: 90 % of the connections there can be. */
  readonly of?: MetricId;
}

/** One row of the alert table: what the tree, the notifications, the settings, the charts, the documents and the exports say. */
export interface AlertRuleRow {
  /** Stable, with hyphens: the identity of its row, of what is kept of it, and of its marks on the charts. */
  readonly id: string;
  readonly severity: AlertSeverity;
  /** Short, sentence case: "Session table is large". */
  readonly title: string;
  /** What it means and why it matters, one or two sentences. */
  readonly what: string;
  /** What to do about it, one or two sentences. */
  readonly advice: string;
  /** What can be done about it in this extension, besides looking. */
  readonly suggests?: 'cleanup' | 'cleanupService' | 'throttle';
  /** The metrics that it is about, the one that is judged first. */
  readonly metrics: readonly MetricId[];
  /** The chart on which its threshold is drawn as a line. */
  readonly chart?: ChartLine;
  /** Its value is counted in each light reading, up to one more than its threshold: a count tells more than an estimate. */
  readonly counted?: true;
  readonly threshold: AlertThreshold;
  /** Seconds for which the value has to be over the threshold before it fires, and under `clearBelow` before it clears. */
  readonly forSeconds: AlertSetting;
  /** A firing alert clears below this fraction of its threshold. */
  readonly clearBelow: number;
  /** False: there is nothing to judge here, such as no cleanup service; the rule is then not shown. undefined: not known yet. */
  applies?(this: void, snapshot: Snapshot): boolean | undefined;
  read(this: void, snapshot: Snapshot): Measured;
  /** One sentence with figures. `threshold` is in the unit of the value. */
  describe(this: void, snapshot: Snapshot, threshold: number): string;
  /** What is so in a word or two, where the number that is judged says less: "stopped". */
  short?(this: void, snapshot: Snapshot): string | undefined;
}
