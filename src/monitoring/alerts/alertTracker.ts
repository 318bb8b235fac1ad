import { unknown, type Measured, type Unknown } from '../../common/measured.ts';
import { describeError } from '../../common/problem.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { HoldTimer, judge } from './alertJudge.ts';
import type { AlertRule } from './alertRules.ts';
import type { AlertState, AlertStatus, AlertTransition } from './alertTypes.ts';

export interface AlertLimits {
  /** In the unit of the value. */
  readonly threshold: number;
  readonly forSeconds: number;
}

/** What of a rule's state outlives a reload. Times in milliseconds since the epoch. */
export interface SavedAlert {
  readonly firingSince?: number;
  readonly acknowledged?: boolean;
  readonly snoozedUntil?: number;
  readonly message?: string;
}

const NOT_READ = unknown('There was no reading yet.');
const NOTHING_TO_JUDGE = unknown('There is nothing to judge here.');

/** One rule through time: its status, for how long it has been over or under, and what a person has said about it. */
export class AlertTracker {
  readonly #rule: AlertRule;
  #limits: AlertLimits;
  #status: AlertStatus = 'unknown';
  #since: Date | undefined;
  #value: Measured = NOT_READ;
  #message: string = NOT_READ.reason;
  #short: string | undefined;
  #applies: boolean;
  #unknownSince: Date | undefined;
  #acknowledged = false;
  #snoozedUntil: Date | undefined;
  readonly #over = new HoldTimer();
  readonly #under = new HoldTimer();

  constructor(rule: AlertRule, limits: AlertLimits) {
    this.#rule = rule;
    this.#limits = limits;
    this.#applies = rule.applies === undefined;
  }

  set limits(limits: AlertLimits) {
    this.#limits = limits;
  }

  /** `passed`: seconds since the last evaluation that count towards `for`. */
  evaluate(snapshot: Snapshot, at: Date, passed: number): AlertTransition | undefined {
    this.#applies = this.#rule.applies?.(snapshot) ?? this.#applies;
    if (!this.#applies) return this.#retire(at);
    const { threshold, forSeconds } = this.#limits;
    const value = this.#read(snapshot);
    const snoozeEnds = this.#endSnooze(at);
    const verdict = judge(value, threshold, this.#rule.threshold.compare, this.#rule.clearBelow);
    if (verdict === 'unknown')
      return this.#unknown(value.how === 'unknown' ? value : capped(value.value), at, snoozeEnds);
    this.#unknownSince = undefined;
    this.#value = value;
    this.#short = this.#rule.short?.(snapshot);
    const over = this.#over.update(verdict === 'over', passed);
    const under = this.#under.update(verdict === 'under', passed);
    const next = this.#next(over, under, forSeconds);
    const cleared = this.#status === 'firing' && next !== 'firing';
    this.#message = this.#describe(snapshot, threshold, value);
    return this.#go(next, at, cleared) ?? this.#remind(snoozeEnds, at);
  }

  /** Nothing can be said any more: a firing alert goes on firing, anything else is unknown. */
  lost(reason: Unknown, at: Date): AlertTransition | undefined {
    return this.#unknown(reason, at, this.#endSnooze(at));
  }

  #unknown(reason: Unknown, at: Date, snoozeEnds: boolean): AlertTransition | undefined {
    if (this.#status === 'firing') {
      this.#over.stop();
      this.#under.stop();
      this.#unknownSince ??= at;
      return this.#remind(snoozeEnds, at);
    }
    return this.#forget(reason, at);
  }

  /** What was judged is gone: nothing of it is left to tell, or to be quiet about. */
  #retire(at: Date): AlertTransition | undefined {
    this.#acknowledged = false;
    this.#snoozedUntil = undefined;
    this.#unknownSince = undefined;
    return this.#forget(NOTHING_TO_JUDGE, at);
  }

  #forget(reason: Unknown, at: Date): AlertTransition | undefined {
    this.#over.stop();
    this.#under.stop();
    this.#value = reason;
    this.#short = undefined;
    this.#message = reason.reason;
    return this.#go('unknown', at, false);
  }

  acknowledge(): boolean {
    if (this.#status !== 'firing') return false;
    this.#acknowledged = true;
    return true;
  }

  snooze(until: Date | undefined): void {
    this.#snoozedUntil = until;
  }

  state(): AlertState {
    return {
      rule: this.#rule,
      status: this.#status,
      since: this.#since,
      value: this.#value,
      ...this.#limits,
      message: this.#message,
      short: this.#short,
      applies: this.#applies,
      unknownSince: this.#unknownSince,
      acknowledged: this.#acknowledged,
      snoozedUntil: this.#snoozedUntil,
      counts: this.#status === 'firing' && !this.#acknowledged && this.#snoozedUntil === undefined,
    };
  }

  save(): SavedAlert {
    return {
      ...(this.#status === 'firing' ? { firingSince: this.#since?.getTime() ?? 0, message: this.#message } : {}),
      ...(this.#acknowledged ? { acknowledged: true } : {}),
      ...(this.#snoozedUntil === undefined ? {} : { snoozedUntil: this.#snoozedUntil.getTime() }),
    };
  }

  /** A restored alert fires without a notification, its value unknown until the first reading. */
  restore(saved: SavedAlert, now: Date): void {
    if (saved.snoozedUntil !== undefined && saved.snoozedUntil > now.getTime())
      this.#snoozedUntil = new Date(saved.snoozedUntil);
    if (saved.firingSince === undefined) return;
    this.#status = 'firing';
    this.#applies = true;
    this.#since = new Date(saved.firingSince);
    this.#unknownSince = now;
    this.#acknowledged = saved.acknowledged ?? false;
    this.#message = saved.message ?? this.#message;
  }

  #next(over: number | undefined, under: number | undefined, forSeconds: number): AlertStatus {
    if (this.#status === 'firing') return under !== undefined && under >= forSeconds ? 'ok' : 'firing';
    if (over === undefined) return 'ok';
    return over >= forSeconds ? 'firing' : 'pending';
  }

  #go(to: AlertStatus, at: Date, cleared: boolean): AlertTransition | undefined {
    const from = this.#status;
    if (from === to) {
      this.#since ??= at;
      return undefined;
    }
    const quiet = this.#isSnoozed(at);
    this.#status = to;
    this.#since = at;
    if (cleared) {
      this.#acknowledged = false;
      // What was snoozed is over; should it come back, that is news.
      this.#snoozedUntil = undefined;
    }
    if (to === 'firing') this.#under.stop();
    return this.#transition(from, at, (cleared || to === 'firing') && !quiet);
  }

  /** Forgets a snooze that is over; true when it ended just now. */
  #endSnooze(at: Date): boolean {
    if (this.#snoozedUntil === undefined || this.#isSnoozed(at)) return false;
    this.#snoozedUntil = undefined;
    return true;
  }

  #remind(snoozeEnds: boolean, at: Date): AlertTransition | undefined {
    return snoozeEnds && this.#status === 'firing' ? this.#transition('firing', at, !this.#acknowledged) : undefined;
  }

  #transition(from: AlertStatus, at: Date, notify: boolean): AlertTransition {
    return {
      ruleId: this.#rule.id,
      from,
      to: this.#status,
      at,
      severity: this.#rule.severity,
      message: this.#message,
      notify,
    };
  }

  #isSnoozed(at: Date): boolean {
    return this.#snoozedUntil !== undefined && this.#snoozedUntil.getTime() > at.getTime();
  }

  #read(snapshot: Snapshot): Measured {
    try {
      return this.#rule.read(snapshot);
    } catch (error) {
      // One rule that fails must not keep the others from being judged; the reason is shown.
      return unknown(`It could not be judged: ${describeError(error)}`);
    }
  }

  #describe(snapshot: Snapshot, threshold: number, value: Measured): string {
    try {
      return this.#rule.describe(snapshot, threshold);
    } catch (error) {
      return `${this.#rule.title}: ${String(value.value)} (${describeError(error)})`;
    }
  }
}

function capped(value: number): Unknown {
  if (Number.isNaN(value)) return unknown('The reading is not a number.');
  return unknown(
    `It is at least ${String(value)}; counting stopped before the threshold.`,
    'Take an exact reading to know more.',
  );
}
