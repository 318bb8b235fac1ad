import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError, Problem } from '../../common/problem.ts';
import type { Clock, Reader } from './monitorTypes.ts';

/** Longest wait for a connection to end before it is left to itself. */
const CLOSE_SECONDS = 5;

export interface SlotParts {
  open(): Promise<Reader>;
  readonly clock: Clock;
  readonly log: Log;
  /** The connection was lost while no reading ran; it has been given up already. */
  onLost(error: unknown): void;
}

/** Holds the one open reader, if there is one, and sees to it that nothing that is asked of it takes for ever. */
export class ReaderSlot {
  readonly #parts: SlotParts;
  #reader: Reader | undefined;
  #lost: Disposable | undefined;
  #busy = false;
  /** Set when the connection was lost under a reading: that reading fails by itself, and nothing is left to use. */
  #broken = false;
  #closed = false;
  /** Gives up what is waited for, without waiting for it. */
  readonly #pending = new Set<() => void>();

  constructor(parts: SlotParts) {
    this.#parts = parts;
  }

  isOpen(): boolean {
    return this.#reader !== undefined;
  }

  /** Opens a reader unless one is open. Rejects with a Problem. */
  async open(timeoutSeconds: number): Promise<void> {
    if (this.#reader !== undefined) return;
    let givenUp = false;
    let reader: Reader | undefined;
    const opening = this.#open().then((opened) => {
      reader = opened;
      // One that comes after nobody waits for it any more must not stay open.
      if (givenUp) void this.#end(opened);
      return opened;
    });
    try {
      reader = await this.#within(opening, timeoutSeconds, 'The connection could not be opened');
    } catch (error) {
      givenUp = true;
      if (reader !== undefined) await this.#end(reader);
      throw error;
    }
    if (this.#closed) {
      await this.#end(reader);
      throw disposed();
    }
    this.#reader = reader;
    this.#broken = false;
    this.#lost = reader.onLost?.((error) => {
      if (this.#reader !== reader) return;
      if (this.#busy) {
        this.#broken = true;
        return;
      }
      void this.close();
      this.#parts.onLost(error);
    });
  }

  /** Async, so that an `open` that throws and one that rejects are the same. */
  async #open(): Promise<Reader> {
    return await this.#parts.open();
  }

  /** Takes one reading. What takes too long ends the connection, because the next reading would wait behind it. */
  async read<T>(what: string, timeoutSeconds: number, read: (reader: Reader) => Promise<T>): Promise<T> {
    const reader = this.#reader;
    if (reader === undefined) throw disposed();
    this.#busy = true;
    try {
      return await this.#within(read(reader), timeoutSeconds + (reader.patienceSeconds ?? 0), what);
    } catch (error) {
      if (this.#broken || (error instanceof Problem && error.code === TIMEOUT_CODE)) await this.close();
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  /** Nothing is read for a while. */
  async rest(): Promise<void> {
    await this.#reader?.rest?.();
  }

  /** Ends the connection; a reading or an opening that is under way rejects at once. Never rejects itself. */
  async abort(): Promise<void> {
    for (const giveUp of [...this.#pending]) giveUp();
    await this.close();
  }

  /** Ends the connection between readings. Never rejects. */
  async close(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    this.#lost?.dispose();
    this.#lost = undefined;
    if (reader !== undefined) await this.#end(reader);
  }

  /** Closes for good: what is still being opened is closed as soon as it is there. */
  async dispose(): Promise<void> {
    this.#closed = true;
    await this.abort();
  }

  async #end(reader: Reader): Promise<void> {
    try {
      await this.#within(reader.close(), CLOSE_SECONDS, 'The connection could not be closed');
    } catch (error) {
      // It is of no use any more either way; the log tells why.
      this.#parts.log.warn(describeError(error));
    }
  }

  async #within<T>(work: Promise<T>, seconds: number, what: string): Promise<T> {
    let giveUp = (): void => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const timer = this.#parts.clock.setTimeout(() => reject(timedOut(what, seconds)), seconds * 1000);
        giveUp = () => reject(disposed());
        this.#pending.add(giveUp);
        void work.then(resolve, reject).finally(() => timer.cancel());
      });
    } finally {
      this.#pending.delete(giveUp);
    }
  }
}

const TIMEOUT_CODE = 'reading-timeout';

function timedOut(what: string, seconds: number): Problem {
  return new Problem({
    code: TIMEOUT_CODE,
    what,
    why: `The server did not answer within ${String(seconds)} s.`,
    next: 'It is tried again by itself; check the server and the network if that does not help.',
    transient: true,
  });
}

function disposed(): Problem {
  return new Problem({
    code: 'monitor-closed',
    what: 'No reading was taken',
    why: 'The connection was closed meanwhile.',
    next: 'It is opened again with the next reading.',
    transient: true,
  });
}
