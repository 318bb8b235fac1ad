import type { Cadence } from './cadence.ts';
import type { Candidate, Clock } from './monitorTypes.ts';
import { Timer } from './timer.ts';

/** Without a good reading for so many intervals the figures are stale, whatever the reason. */
const STALE_INTERVALS = 3;

export interface ScheduleParts {
  readonly clock: Clock;
  readonly cadence: Cadence;
  readonly candidate: Candidate | undefined;
  /** Whether two readings are there to tell rates from: until then the next one comes early. */
  readonly hasRates: () => boolean;
  /** A reading is due, and so late. */
  readonly onDue: (lateSeconds: number) => void;
  /** None has come for a while. */
  readonly onSilence: (lateSeconds: number) => void;
}

/** When the monitor reads next, when it has waited too long, and whether this window wants readings at all. */
export class Schedule {
  readonly #parts: ScheduleParts;
  readonly #timer: Timer;
  readonly #watchdog: Timer;
  #lastStart: Date | undefined;
  #paceMs = NaN;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
    this.#timer = new Timer(parts.clock, parts.onDue);
    this.#watchdog = new Timer(parts.clock, parts.onSilence);
  }

  /** When the next reading is due; undefined while none is planned. */
  get due(): Date | undefined {
    return this.#timer.due;
  }

  /** Readings are wanted: of several windows perhaps from this one. */
  want(): void {
    this.tellPace();
    this.#parts.candidate?.start();
  }

  /** No readings are wanted from this window any more. */
  leave(): void {
    this.#parts.candidate?.stop();
  }

  /** Seconds from one reading to the next, as things are. */
  get #interval(): number {
    const { cadence, hasRates } = this.#parts;
    return hasRates() ? cadence.lightSeconds : cadence.soonSeconds;
  }

  /**
   * To be called when the cadence may have changed. A window that has no rates yet wants its second reading soon, so that it
   * reads itself at first instead of waiting for another one.
   */
  tellPace(): void {
    const pace = this.#interval * 1000;
    if (pace === this.#paceMs) return;
    this.#paceMs = pace;
    this.#parts.candidate?.update(pace);
  }

  /** A reading begins: none is due until it has ended. */
  begin(): void {
    const { clock, cadence } = this.#parts;
    const now = clock.now();
    this.#timer.cancel();
    if (this.#lastStart !== undefined && now < this.#lastStart) cadence.clockWentBack(now);
    this.#lastStart = now;
  }

  /** The last reading was taken from then on, which may be later than it was asked for: it may have waited for another window. */
  readFrom(at: Date): void {
    if (this.#lastStart !== undefined && at > this.#lastStart && at <= this.#parts.clock.now()) this.#lastStart = at;
  }

  /** By the interval that holds now: the next reading, counted from the start of the last, and when figures are stale. */
  plan(): void {
    const { clock } = this.#parts;
    const passed = this.#lastStart === undefined ? 0 : (clock.now().getTime() - this.#lastStart.getTime()) / 1000;
    const interval = this.#interval;
    this.#timer.plan(Math.min(interval, Math.max(0, interval - passed)));
    this.expect();
  }

  /** The figures are new now, and stale in a while. */
  expect(): void {
    this.#watchdog.plan(STALE_INTERVALS * this.#parts.cadence.lightSeconds);
  }

  retry(seconds: number): void {
    this.#timer.plan(seconds);
  }

  /** Nothing is expected. */
  forget(): void {
    this.#watchdog.cancel();
  }

  cancel(): void {
    this.#timer.cancel();
    this.#watchdog.cancel();
  }
}
