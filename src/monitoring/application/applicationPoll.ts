import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { ApplicationReading } from '../../services/applicationMetrics/applicationReading.ts';
import { systemClock } from '../poll/clock.ts';
import type { Clock } from '../poll/monitorTypes.ts';
import { STALE_INTERVALS } from '../poll/pacing.ts';
import { isGivenUp, SerialPoll, type Run } from '../poll/serialPoll.ts';
import type { Source } from '../snapshot/sources.ts';
import type { Exchange } from '../watch/exchange.ts';
import {
  attempt,
  emptyReading,
  logAttempt,
  NOTHING_TOLD,
  problemText,
  reasonOf,
  type ApplicationSetup,
  type LastAttempt,
} from './applicationState.ts';
import { waitOf } from './pace.ts';
import { takeShared } from './shared.ts';

export interface ApplicationPollParts {
  /** Makes the sources that the settings name. Asks nobody. */
  readonly setUp: () => Promise<ApplicationSetup>;
  /** False in Restricted Mode: nothing is read. */
  readonly trusted: () => boolean;
  /** Where windows hand over what they read; undefined: this one reads for itself. */
  readonly exchange: () => Exchange | undefined;
  /** Milliseconds between readings. */
  readonly everyMs: number;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Of an interval: how often it is looked for what another window has read. */
const LOOK = 0.25;

/** Reads the application's figures at the pace of the monitor, never twice at once. None of its methods rejects. */
export class ApplicationPoll implements Disposable, Source<ApplicationReading> {
  readonly onDidChange: Event<undefined>;
  readonly #parts: ApplicationPollParts;
  readonly #clock: Clock;
  readonly #changed: Emitter<undefined>;
  readonly #poll: SerialPoll;
  #setup: ApplicationSetup | undefined;
  #told: LastAttempt = NOTHING_TOLD;
  #everyMs: number;
  /** The sources have to be made anew: the settings have changed, or what they remember is from long ago. */
  #stale = true;
  #resting = false;
  /** Another window reads. */
  #follows = false;
  #untoldSince: number | undefined;
  /** Successful readings of these sources in a row. */
  #count = 0;
  /** There was one, and rates take two. */
  #awaitsSecond = false;
  #tookMs = 0;

  constructor(parts: ApplicationPollParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#everyMs = parts.everyMs;
    this.#changed = new Emitter((error) => parts.log.error(describeError(error)));
    this.onDidChange = this.#changed.event;
    this.#poll = new SerialPoll({ clock: this.#clock, run: (run) => this.#run(run) });
  }

  /** undefined: not made yet, or the workspace is not trusted. */
  get setup(): ApplicationSetup | undefined {
    return this.#setup;
  }

  /** The last reading, however old, and why the last attempt failed. */
  get lastAttempt(): LastAttempt {
    const unusable = this.#setup?.sources.live === undefined ? this.#setup?.problems[0] : undefined;
    return unusable === undefined ? this.#told : { ...this.#told, problem: unusable };
  }

  /** What a snapshot of now is to hold: figures that are old are unknown. undefined: no source is set up. */
  get current(): ApplicationReading | undefined {
    const { reading, problem } = this.lastAttempt;
    const source = this.#setup?.sources.live;
    if (source === undefined && problem === undefined) return undefined;
    const now = this.#clock.now();
    if (reading !== undefined && this.#isFresh(reading, now)) return reading;
    const { address, from } = reading ?? { address: source?.address ?? '', from: 'metrics' };
    return emptyReading({ address, from }, reading?.at ?? now, reasonOf(problem, this.#resting));
  }

  /** Settings or credentials have changed: makes the sources anew and reads. */
  rebuild(): Promise<void> {
    this.#stale = true;
    this.#poll.abort();
    return this.#poll.request(!this.#resting);
  }

  /** Takes a reading that begins after this call, also while it rests; resolves when it is done. */
  read(): Promise<void> {
    return this.#poll.request();
  }

  /** Monitoring is paused, or goes on. */
  rest(resting: boolean): void {
    if (resting === this.#resting) return;
    this.#resting = resting;
    if (resting) {
      this.#poll.cancel();
      this.#poll.abort();
    } else {
      // What the sources remember is from before the pause: no rate is to be told over it.
      this.#stale = true;
      void this.#poll.request(false);
    }
  }

  /** How often it is to be read from now on. */
  update(everyMs: number): void {
    if (everyMs === this.#everyMs) return;
    this.#everyMs = everyMs;
    if (!this.#poll.isRunning) this.#plan();
  }

  dispose(): void {
    void this.#poll.dispose();
    this.#changed.dispose();
  }

  /** Milliseconds between readings of whoever reads. */
  get #interval(): number {
    return this.#follows ? (this.#parts.exchange()?.election.everyMs ?? this.#everyMs) : this.#everyMs;
  }

  /** From the start of one reading of our own to the start of the next. */
  get #wait(): number {
    const pace = { everyMs: this.#interval, tookMs: this.#tookMs };
    return waitOf({ ...pace, problem: this.#told.problem, awaitsSecond: this.#awaitsSecond });
  }

  /** Of the run that is under way. */
  get #startedMs(): number {
    return (this.#poll.startedAt ?? this.#clock.now()).getTime();
  }

  #isFresh({ at, tookMs }: ApplicationReading, now: Date): boolean {
    const every = waitOf({ everyMs: this.#interval, tookMs, problem: undefined, awaitsSecond: false });
    return now.getTime() - at.getTime() <= STALE_INTERVALS * every;
  }

  async #run({ signal, asked }: Run): Promise<void> {
    try {
      if (!this.#parts.trusted()) {
        this.#forget();
        return;
      }
      if (this.#stale) await this.#setUp(signal);
      if ((this.#resting && !asked) || isGivenUp(signal)) return;
      const followed = this.#follows;
      if (this.#takeFromOther()) return;
      // What the own sources remember is from before the other window read.
      if (followed) await this.#setUp(signal);
      await this.#ask(signal);
    } catch (error) {
      this.#parts.log.error(`The application metrics could not be read: ${describeError(error)}`);
    } finally {
      this.#plan();
    }
  }

  #forget(): void {
    this.#stale = true;
    if (this.#setup === undefined) return;
    this.#setup = undefined;
    this.#told = NOTHING_TOLD;
    this.#changed.fire(undefined);
  }

  async #setUp(signal: AbortSignal): Promise<void> {
    const before = this.#setup?.key;
    const setup = await this.#parts.setUp();
    if (signal.aborted) return;
    this.#stale = false;
    this.#count = 0;
    this.#awaitsSecond = false;
    this.#setup = setup;
    if (setup.key === before) return;
    this.#told = NOTHING_TOLD;
    this.#tookMs = 0;
    this.#untoldSince = undefined;
    for (const problem of setup.problems) this.#parts.log.warn(describeError(problem));
    this.#changed.fire(undefined);
  }

  /** True: another window reads, and there is nothing to do here. */
  #takeFromOther(): boolean {
    this.#follows = false;
    const exchange = this.#parts.exchange();
    const { key, sources } = this.#setup ?? {};
    if (exchange === undefined || key === undefined || sources?.live === undefined) return false;
    // Before it stands for election, and when it has stepped back, there may be nobody who reads.
    if (exchange.election.role === 'none' || exchange.election.confirm()) return false;
    const { taken, silentSince: untoldSince } = takeShared(exchange, key, this.#startedMs, this.#untoldSince);
    this.#untoldSince = untoldSince;
    if (taken === 'nothing') return false;
    this.#follows = true;
    if (taken !== 'wait') this.#settle({ reading: taken.reading ?? this.#told.reading, problem: taken.problem });
    return true;
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const source = this.#setup?.sources.live;
    if (source === undefined || isGivenUp(signal)) return;
    const { reading, problem } = await attempt(source, signal);
    if (isGivenUp(signal)) return;
    const now = this.#clock.now();
    this.#tookMs = Math.max(0, now.getTime() - this.#startedMs);
    this.#count = problem === undefined ? this.#count + 1 : 0;
    this.#awaitsSecond = this.#count === 1 && reading?.windowSeconds === undefined;
    const was = this.#told.reading;
    // What was told before is still good, and says more than a reading without rates.
    const keeps = this.#awaitsSecond && was !== undefined && this.#isFresh(was, now);
    this.#settle({ reading: keeps ? was : (reading ?? was), problem });
    if (!keeps) this.#share(now);
  }

  #settle(told: LastAttempt): void {
    const was = this.#told;
    this.#told = told;
    logAttempt(this.#parts.log, was, told);
    const isSame = told.reading?.at.getTime() === was.reading?.at.getTime() && told.problem?.code === was.problem?.code;
    if (!isSame) this.#changed.fire(undefined);
  }

  #share(at: Date): void {
    const { reading, problem } = this.#told;
    const text = problem && problemText(problem);
    const told = { ...(reading && { reading }), ...(text && { problem: text }) };
    const key = this.#setup?.key;
    if (key !== undefined) this.#parts.exchange()?.share('application', { key, everyMs: this.#wait, ...told }, at);
  }

  #plan(): void {
    if (this.#resting || this.#setup?.sources.live === undefined) return;
    this.#poll.planAfterStart((this.#follows ? LOOK * this.#interval : this.#wait) / 1_000);
  }
}
