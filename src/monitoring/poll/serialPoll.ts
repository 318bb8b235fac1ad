import type { Ending } from '../../common/disposable.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './monitorTypes.ts';
import { Timer } from './timer.ts';

/** One run of a poll. */
export interface Run {
  /** Aborted when what it does is no longer wanted: its results and failures are then nobody's. */
  readonly signal: AbortSignal;
  /** Somebody waits for it; otherwise its time has come. */
  readonly asked: boolean;
  /** So much later than planned: more than a moment tells of a suspended machine. */
  readonly lateSeconds: number;
}

export interface SerialPollParts {
  /** Must not reject. It plans the next run, or there is none until one is asked for. */
  readonly run: (run: Run) => Promise<void>;
  /** False: there is nothing to run now, and who asks is answered at once. Default: always true. */
  readonly mayRun?: () => boolean;
  readonly clock?: Clock;
}

/** Runs one thing from time to time and when asked to, never twice at once. */
export class SerialPoll implements Ending {
  readonly #parts: SerialPollParts;
  readonly #clock: Clock;
  readonly #timer: Timer;
  #abort = new AbortController();
  #running: Promise<void> | undefined;
  #queued: Promise<void> | undefined;
  /** Somebody waits for the queued run. */
  #queuedAsked = false;
  #startedAt: Date | undefined;
  #disposed = false;

  constructor(parts: SerialPollParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#timer = new Timer(this.#clock, (lateSeconds) => void this.#begin({ asked: false, lateSeconds }));
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** When the next run is due; undefined while none is planned. */
  get due(): Date | undefined {
    return this.#timer.due;
  }

  /** When the newest run began; undefined: there was none. */
  get startedAt(): Date | undefined {
    return this.#startedAt;
  }

  /**
   * A run that begins after this call; resolves when it is done. Whoever asks during one shares the next.
   * @param asked false: it is not by wish, only sooner than planned
   */
  request(asked = true): Promise<void> {
    return this.#begin({ asked, lateSeconds: 0 });
  }

  /** The next run, so many seconds from now. */
  plan(seconds: number): void {
    if (!this.#disposed) this.#timer.plan(seconds);
  }

  /** The next run, so many seconds after the newest began; at once when they have passed. */
  planAfterStart(seconds: number): void {
    const passed = this.#startedAt === undefined ? 0 : (this.#clock.now().getTime() - this.#startedAt.getTime()) / 1000;
    // A clock that was put back must not make the wait longer.
    this.plan(Math.min(seconds, Math.max(0, seconds - passed)));
  }

  /** The newest run counts from then on, later than it began: it had to wait for something. */
  countFrom(at: Date): void {
    if (this.#startedAt !== undefined && at > this.#startedAt && at <= this.#clock.now()) this.#startedAt = at;
  }

  /** Nothing is planned any more. */
  cancel(): void {
    this.#timer.cancel();
  }

  /** What runs is no longer wanted. */
  abort(): void {
    this.#abort.abort();
  }

  /** For good; resolves when what runs has ended. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.cancel();
    this.abort();
    await this.#running;
    await this.#queued;
  }

  #begin(how: Omit<Run, 'signal'>): Promise<void> {
    if (this.#running !== undefined) {
      this.#queuedAsked ||= how.asked;
      this.#queued ??= this.#running.then(() => {
        const asked = this.#queuedAsked;
        this.#queued = undefined;
        this.#queuedAsked = false;
        return this.#begin({ asked, lateSeconds: 0 });
      });
      return this.#queued;
    }
    if (this.#disposed || this.#parts.mayRun?.() === false) return Promise.resolve();
    this.cancel();
    this.#startedAt = this.#clock.now();
    this.#abort = new AbortController();
    this.#running = this.#parts.run({ ...how, signal: this.#abort.signal }).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}

/** As a function, since it may have become so while something else was waited for. */
export function isGivenUp(signal: AbortSignal): boolean {
  return signal.aborted;
}
