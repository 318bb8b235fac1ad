import type { Cadence } from './cadence.ts';
import type { Candidate, Clock } from './monitorTypes.ts';
import { STALE_INTERVALS } from './pacing.ts';
import type { SerialPoll } from './serialPoll.ts';
import { Timer } from './timer.ts';

export interface ScheduleParts {
  readonly clock: Clock;
  readonly cadence: Cadence;
  readonly poll: SerialPoll;
  readonly candidate: Candidate | undefined;
  /** Whether two readings are there to tell rates from: until then the next one comes early. */
  readonly hasRates: () => boolean;
  /** No reading has come for a while. */
  readonly onSilence: (lateSeconds: number) => void;
}

/** When the monitor reads next, when it has waited too long, and whether this window wants readings at all. */
export class Schedule {
  readonly #parts: ScheduleParts;
  readonly #watchdog: Timer;
  #lastStart: Date | undefined;
  #paceMs = NaN;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
    this.#watchdog = new Timer(parts.clock, parts.onSilence);
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

  /** A reading begins. */
  begin(): void {
    const { clock, cadence } = this.#parts;
    const now = clock.now();
    if (this.#lastStart !== undefined && now < this.#lastStart) cadence.clockWentBack(now);
    this.#lastStart = now;
  }

  /** By the interval that holds now: the next reading, counted from the start of the last or at its turn, and when figures are stale. */
  plan(): void {
    const { poll, cadence, clock, hasRates } = this.#parts;
    if (cadence.aside && hasRates()) poll.plan(cadence.secondsToTurn(clock.now()));
    else poll.planAfterStart(this.#interval);
    this.expect();
  }

  /** The figures are new now, and stale in a while. */
  expect(): void {
    this.#watchdog.plan(STALE_INTERVALS * this.#parts.cadence.lightSeconds);
  }

  /** Nothing is expected. */
  forget(): void {
    this.#watchdog.cancel();
  }

  cancel(): void {
    this.#parts.poll.cancel();
    this.forget();
  }
}
