import { unknown } from '../../common/measured.ts';
import { clamped, rangeText } from '../../common/numberRange.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { passedSeconds } from './alertJudge.ts';
import type { AlertSetting } from './alertRule.ts';
import { ALERT_RULES, type AlertRule, type AlertRuleId } from './alertRules.ts';
import { readSavedAlerts, type SavedAlerts } from './alertSaved.ts';
import { AlertTracker, type AlertLimits } from './alertTracker.ts';
import type { AlertSettings, AlertState, AlertTransition } from './alertTypes.ts';

export type * from './alertRule.ts';
export { ALERT_RULES, type AlertRule, type AlertRuleId } from './alertRules.ts';
export type * from './alertTypes.ts';
export type { SavedAlerts } from './alertSaved.ts';

export interface AlertEngineOptions {
  /** Default: ALERT_RULES. */
  readonly rules?: readonly AlertRule[];
  readonly settings?: AlertSettings;
}

/**
 * Judges snapshots by the rule table. One engine for one connection, since it remembers for how long a threshold has
 * been crossed. It never looks at a clock: time comes with the snapshots, and may go back or jump.
 */
export class AlertEngine {
  readonly #rules: readonly AlertRule[];
  readonly #trackers: ReadonlyMap<AlertRuleId, AlertTracker>;
  /** Of the last evaluation, unless something came in between that broke the series. */
  #lastAt: Date | undefined;
  #savedAt: Date | undefined;

  constructor(options: AlertEngineOptions = {}) {
    this.#rules = options.rules ?? ALERT_RULES;
    this.#trackers = new Map(this.#rules.map((rule) => [rule.id, new AlertTracker(rule, readLimits(rule, {}, []))]));
    if (options.settings !== undefined) this.configure(options.settings);
  }

  /**
   * Takes thresholds and times from the settings that the rule table names; it works from the next evaluation on.
   * Returns what is wrong with them, one sentence each: an unusable value is replaced by its default.
   */
  configure(settings: AlertSettings): string[] {
    const complaints: string[] = [];
    for (const rule of this.#rules) {
      const tracker = this.#trackers.get(rule.id);
      if (tracker !== undefined) tracker.limits = readLimits(rule, settings, complaints);
    }
    return complaints;
  }

  /** Judges all rules; returns what changed. `at` is the time of the reading. */
  evaluate(snapshot: Snapshot, at: Date): AlertTransition[] {
    const passed = passedSeconds(this.#lastAt, at);
    this.#lastAt = at;
    this.#savedAt = at;
    return this.#each((tracker) => tracker.evaluate(snapshot, at, passed));
  }

  /** There are no readings: what doesn't fire is unknown, what fires goes on firing, marked with `unknownSince`. */
  markUnknown(reason: string, at: Date): AlertTransition[] {
    this.#lastAt = undefined;
    this.#savedAt = at;
    return this.#each((tracker) => tracker.lost(unknown(reason), at));
  }

  /** In the order of the rule table. */
  states(): readonly AlertState[] {
    return [...this.#trackers.values()].map((tracker) => tracker.state());
  }

  /** Takes a firing alert off the badge until it clears; its clearing is still told. False when it doesn't fire. */
  acknowledge(id: AlertRuleId): boolean {
    return this.#trackers.get(id)?.acknowledge() ?? false;
  }

  /** Takes an alert off the badge and keeps it quiet until then; if it still fires afterwards, it is told again. */
  snooze(id: AlertRuleId, until: Date): void {
    this.#trackers.get(id)?.snooze(until);
  }

  unsnooze(id: AlertRuleId): void {
    this.#trackers.get(id)?.snooze(undefined);
  }

  /** Firing alerts that are neither acknowledged nor snoozed. */
  badge(): { readonly critical: number; readonly warning: number } {
    const count = { critical: 0, warning: 0 };
    for (const state of this.states()) if (state.counts) count[state.rule.severity]++;
    return count;
  }

  /** What has to outlive a reload so that nothing is told twice. Plain JSON. */
  toJSON(): SavedAlerts {
    const alerts = Object.fromEntries([...this.#trackers].map(([id, tracker]) => [id, tracker.save()]));
    return { version: 1, at: this.#savedAt?.getTime() ?? 0, alerts };
  }

  /** Takes up what `toJSON` gave; false when that is unusable, and then nothing has changed. Before the first evaluation. */
  restore(saved: unknown, now: Date): boolean {
    const read = readSavedAlerts(saved, now);
    if (read === undefined) return false;
    this.#savedAt = now;
    for (const [id, tracker] of this.#trackers) tracker.restore(read[id] ?? {}, now);
    return true;
  }

  #each(step: (tracker: AlertTracker) => AlertTransition | undefined): AlertTransition[] {
    return [...this.#trackers.values()].flatMap((tracker) => step(tracker) ?? []);
  }
}

function readLimits(rule: AlertRule, settings: AlertSettings, complaints: string[]): AlertLimits {
  const number = ({ setting, default: fallback, maximum }: AlertSetting): number => {
    const value = settings[setting];
    if (value === undefined || value === null) return fallback;
    const range = { minimum: 0, maximum };
    const used = clamped(value, range) ?? fallback;
    if (used !== value)
      complaints.push(`${setting} has to be ${rangeText(range)}, not ${JSON.stringify(value)}; ${used} is used.`);
    return used;
  };
  return { threshold: number(rule.threshold) * rule.threshold.factor, forSeconds: number(rule.forSeconds) };
}
