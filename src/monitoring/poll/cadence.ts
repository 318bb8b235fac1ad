import { createHash } from 'node:crypto';
import type { MonitorOptions } from './monitorTypes.ts';
import { paceSeconds, wantedSeconds } from './pacing.ts';

export type Intervals = Required<Omit<MonitorOptions, 'connection' | 'settings' | 'aside'>>;

const DEFAULTS: Intervals = {
  lightIntervalSeconds: 10,
  hiddenIntervalSeconds: 60,
  idleSeconds: 0,
  detailIntervalSeconds: 60,
  exactIntervalSeconds: 900,
  exactBudgetShare: 0.001,
  lightTimeoutSeconds: 30,
  heavyTimeoutSeconds: 120,
};

/** Options with their defaults; what is no positive number (0 for the exact interval: only on demand) takes its default. */
export function intervalsOf(options: Partial<MonitorOptions>): Intervals {
  const result: Record<string, number> = {};
  for (const [key, fallback] of Object.entries(DEFAULTS)) {
    const value = options[key as keyof Intervals];
    const usable =
      value !== undefined && Number.isFinite(value) && (value > 0 || (value === 0 && key === 'exactIntervalSeconds'));
    result[key] = usable ? value : fallback;
  }
  return { ...DEFAULTS, ...result };
}

/**
 * From this interval on a connection aside is opened anew for each reading. Measured with fifty on one server: a reading takes
 * 8 ms of processor with opening and 1.7 ms without, so that once a minute it is 0.5 % of a core for all of them; held open they
 * are 50 of the server's connections and 180 MB of its memory.
 */
const REST_SECONDS = 30;

/** Decides when which reading is due. Times are this machine's. */
export class Cadence {
  visible = true;
  #options: Partial<MonitorOptions>;
  #intervals: Intervals;
  #lightTook = 0;
  #nextDetail = -Infinity;
  #nextExact = -Infinity;

  constructor(options: Partial<MonitorOptions>) {
    this.#options = options;
    this.#intervals = intervalsOf(options);
  }

  get intervals(): Intervals {
    return this.#intervals;
  }

  /** From now on these hold. */
  update(options: Partial<MonitorOptions>): void {
    this.#options = options;
    this.#intervals = intervalsOf(options);
  }

  /** Another connection is looked at. */
  get aside(): boolean {
    return this.#options.aside === true;
  }

  /** Whether its connection is closed between two readings. */
  get rests(): boolean {
    return this.aside && this.lightSeconds >= REST_SECONDS;
  }

  /** Somebody looks at its figures. */
  get looked(): boolean {
    return this.visible && !this.aside;
  }

  /** Seconds until its turn, at least half an interval from now: where in the interval that is follows from its id. */
  secondsToTurn(now: Date): number {
    const interval = this.lightSeconds;
    const passed = (now.getTime() / 1000 - placeOf(this.#options.connection?.id ?? '') * interval) % interval;
    const left = interval - passed;
    return left < interval / 2 ? left + interval : left;
  }

  /** Seconds from the start of one light reading to the start of the next. */
  get lightSeconds(): number {
    return this.#light(false);
  }

  /** The same while there are no rates: the second reading comes early, so that nobody looks at "unknown" for long. */
  get soonSeconds(): number {
    return this.#light(true);
  }

  lightTook(seconds: number): void {
    this.#lightTook = seconds;
  }

  /** A minute apart while something is visible; the first in any case, since the tree may be opened at any time. */
  isDetailDue(now: Date): boolean {
    return !this.aside && now.getTime() >= this.#nextDetail && (this.visible || this.#nextDetail === -Infinity);
  }

  detailTook(now: Date, seconds: number): void {
    const pace = { everySeconds: this.intervals.detailIntervalSeconds, tookSeconds: seconds, awaitsSecond: false };
    this.#nextDetail = now.getTime() + paceSeconds(pace) * 1000;
  }

  isExactDue(now: Date): boolean {
    return this.intervals.exactIntervalSeconds > 0 && this.looked && now.getTime() >= this.#nextExact;
  }

  /** Whether it succeeded or not: a count that timed out has cost as much as one that came. */
  exactTook(now: Date, seconds: number): void {
    const { exactIntervalSeconds, exactBudgetShare } = this.intervals;
    this.#nextExact = now.getTime() + Math.max(exactIntervalSeconds, seconds / exactBudgetShare) * 1000;
  }

  /** A clock that was put back must not make what was due in a minute due in an hour. */
  clockWentBack(now: Date): void {
    this.#nextDetail = Math.min(this.#nextDetail, now.getTime() + this.intervals.detailIntervalSeconds * 1000);
    this.#nextExact = Math.min(this.#nextExact, now.getTime() + this.intervals.exactIntervalSeconds * 1000);
  }

  #light(awaitsSecond: boolean): number {
    const { lightIntervalSeconds: shownSeconds, hiddenIntervalSeconds: hiddenSeconds } = this.intervals;
    const everySeconds = wantedSeconds({ shownSeconds, hiddenSeconds }, this.looked);
    return paceSeconds({ everySeconds, tookSeconds: this.#lightTook, awaitsSecond });
  }
}

/** 0 to 1, the same in every window. */
function placeOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32;
}
