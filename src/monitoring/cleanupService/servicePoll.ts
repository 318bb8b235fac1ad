import type { Disposable } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { CleanupReading } from '../../services/cleanupService/reading.ts';
import type { Clock } from '../poll/monitorTypes.ts';
import { isGivenUp, SerialPoll, type Run } from '../poll/serialPoll.ts';
import { DEFAULT_POLL_SECONDS } from './serviceSettings.ts';
import type { ServiceSetup } from './serviceState.ts';

export interface PollParts {
  /** Finds what is to be watched. Runs nothing. */
  readonly setUp: () => Promise<ServiceSetup>;
  /** False in Restricted Mode: nothing is read or run. */
  readonly trusted: () => boolean;
  /** Whether readings by time wait, because monitoring is paused. */
  readonly resting: () => boolean;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Reads the cleanup service from time to time and when asked to, never twice at once. Nothing of it rejects. */
export class ServicePoll implements Disposable {
  readonly #parts: PollParts;
  readonly #changed: Emitter<undefined>;
  readonly #poll: SerialPoll;
  #setup: ServiceSetup | undefined;
  #reading: CleanupReading | undefined;
  /** What is watched has to be found anew. */
  #stale = true;

  constructor(parts: PollParts) {
    this.#parts = parts;
    this.#changed = new Emitter((error) => parts.log.error(describeError(error)));
    this.#poll = new SerialPoll({ run: (run) => this.#run(run), ...(parts.clock && { clock: parts.clock }) });
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  /** undefined: not found yet, or the workspace is not trusted. */
  get setup(): ServiceSetup | undefined {
    return this.#setup;
  }

  /** The newest; undefined until the first of this setup. */
  get reading(): CleanupReading | undefined {
    return this.#reading;
  }

  /** Settings or compose files have changed: finds the service anew, and reads it if it is another one. */
  rebuild(): Promise<void> {
    this.#stale = true;
    this.#poll.abort();
    return this.read();
  }

  /** Takes a reading that begins after this call; resolves when it is done. Whoever asks during one shares the next. */
  read(): Promise<void> {
    return this.#poll.request();
  }

  dispose(): void {
    void this.#poll.dispose();
    this.#changed.dispose();
  }

  async #run({ signal, asked }: Run): Promise<void> {
    if (!asked && this.#parts.resting()) {
      this.#plan();
      return;
    }
    if (!this.#parts.trusted()) {
      this.#setup = undefined;
      this.#reading = undefined;
      this.#stale = true;
      return;
    }
    try {
      if (this.#stale) await this.#setUp(signal);
      const reading = await this.#setup?.service?.read(signal);
      // Given up in favour of another service, or for good.
      if (isGivenUp(signal)) return;
      this.#reading = reading;
      this.#changed.fire(undefined);
    } catch (error) {
      this.#parts.log.error(`The cleanup service could not be read: ${describeError(error)}`);
    } finally {
      this.#plan();
    }
  }

  async #setUp(signal: AbortSignal): Promise<void> {
    this.#stale = false;
    try {
      const setup = await this.#parts.setUp();
      if (signal.aborted) return;
      if (this.#setup?.key === setup.key) {
        // Where it stands in its compose file may be new all the same.
        const { service } = this.#setup;
        this.#setup = { ...setup, ...(service && { service }) };
        return;
      }
      this.#setup = setup;
      this.#reading = undefined;
      for (const problem of setup.problems) this.#parts.log.warn(describeError(problem));
      this.#changed.fire(undefined);
    } catch (error) {
      this.#stale = true;
      throw error;
    }
  }

  #plan(): void {
    this.#poll.plan(this.#setup?.pollSeconds ?? DEFAULT_POLL_SECONDS);
  }
}
