import type { Unit } from '../../common/format.ts';
import type { Measured } from '../../common/measured.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export type AlertSeverity = 'critical' | 'warning';

/**
 * ok: below the threshold; pending: above it, but not yet for the rule's time; firing; unknown: nothing can be said.
 * A firing alert whose value becomes unknown keeps firing, with `unknownSince`.
 */
export type AlertStatus = 'ok' | 'pending' | 'firing' | 'unknown';

export type AlertRuleId =
  'table-size' | 'connections-exhausted' | 'cleanup-service' | 'saves-per-minute' | 'expired-sessions' | 'table-growth';

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
}

/** One row of the alert table: what the tree, the notifications, the settings, the documents and the exports say. */
export interface AlertRule {
  readonly id: AlertRuleId;
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
  readonly metrics: readonly string[];
  /** False: no reading feeds it yet, so that its state is always unknown and its settings do nothing: don't offer them. */
  readonly available: boolean;
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

export interface AlertTransition {
  readonly ruleId: AlertRuleId;
  /** Equal to `to` only when a snooze ends while the alert still fires. */
  readonly from: AlertStatus;
  readonly to: AlertStatus;
  readonly at: Date;
  readonly severity: AlertSeverity;
  /** One sentence with figures. */
  readonly message: string;
  /** Whether a person is to be told: it began or ceased to fire and is not snoozed. */
  readonly notify: boolean;
}

/** Where one rule stands now. */
export interface AlertState {
  readonly rule: AlertRule;
  readonly status: AlertStatus;
  /** When it came into this status. */
  readonly since: Date | undefined;
  /** The value that was judged last; of a firing alert with `unknownSince`, the last known one. */
  readonly value: Measured;
  /** In the unit of the value, as configured. */
  readonly threshold: number;
  readonly forSeconds: number;
  /** One sentence with figures, or why it is unknown. */
  readonly message: string;
  /** What is so in a word or two, in the place of the value. */
  readonly short: string | undefined;
  /** False: the rule has nothing to judge here, and is not shown. */
  readonly applies: boolean;
  /** A firing alert whose value can't be read any more. */
  readonly unknownSince: Date | undefined;
  readonly acknowledged: boolean;
  readonly snoozedUntil: Date | undefined;
  /** Whether it counts on the badge: firing, neither acknowledged nor snoozed. */
  readonly counts: boolean;
}

/** Values of the settings named in the rule table, by their full ids; what is missing takes its default. */
export type AlertSettings = Readonly<Record<string, unknown>>;
