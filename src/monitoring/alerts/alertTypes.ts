import type { Measured } from '../../common/measured.ts';
import type { AlertSeverity } from './alertRule.ts';
import type { AlertRule, AlertRuleId } from './alertRules.ts';

/**
 * ok: below the threshold; pending: above it, but not yet for the rule's time; firing; unknown: nothing can be said.
 * A firing alert whose value becomes unknown keeps firing, with `unknownSince`.
 */
export type AlertStatus = 'ok' | 'pending' | 'firing' | 'unknown';

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
