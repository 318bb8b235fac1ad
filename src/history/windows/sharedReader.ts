import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { Problem } from '../../common/problem.ts';
import { systemClock } from '../../monitoring/poll/clock.ts';
import { readingProblem } from '../../monitoring/poll/monitorProblems.ts';
import type { Clock, Reader } from '../../monitoring/poll/monitorTypes.ts';
import type { Exchange, Readings } from '../../monitoring/watch/exchange.ts';
import type { DetailMetrics, ExactCounts, SessionMetrics } from '../../postgres/table/readings.ts';
import type { Election } from './election.ts';

export interface SharedReaderParts {
  readonly exchange: Exchange & { readonly election: Election };
  /** Opens the connection to the database; asked only while this window polls. */
  open(): Promise<Reader>;
  readonly log: Log;
  readonly clock?: Clock;
}

/** Of an interval: how often it is looked for a new reading; how long one is waited for; how old one may be. */
const LOOK = 0.1;
const WAIT = 2;
const FRESH = 3;

/**
 * A reader of which there may be one a window, though only one window reads: that one reads from the database and shares what it
 * read, the others take what it shared. A monitor can't tell the difference, so none of it has to know of other windows. The
 * connection is opened when the window begins to poll, and closed when another takes over.
 */
export class SharedReader implements Reader {
  readonly #parts: SharedReaderParts;
  readonly #clock: Clock;
  readonly #lost = new Set<(error: unknown) => void>();
  #real: Promise<Reader> | undefined;
  #subscription: Disposable | undefined;
  /** Time of the light reading that was given last: no reading is given twice. */
  #given = -Infinity;
  #closed = false;

  private constructor(parts: SharedReaderParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
  }

  /** Rejects with what `open` rejects with, while this window polls. */
  static async open(parts: SharedReaderParts): Promise<SharedReader> {
    const reader = new SharedReader(parts);
    if (parts.exchange.election.polls) await reader.#sharing(() => reader.#connection());
    return reader;
  }

  get patienceSeconds(): number {
    const { election } = this.#parts.exchange;
    // Who waits in vain reads itself in the end, which takes its time as well.
    return election.polls ? 0 : ((WAIT + LOOK) * election.everyMs) / 1000;
  }

  async light(options: { readonly fresh: boolean }): Promise<SessionMetrics> {
    const { election } = this.#parts.exchange;
    // Who asks wants it now, not when another window comes to it.
    if (options.fresh) election.claim();
    const began = this.#clock.now().getTime();
    while (!this.#closed) {
      if (election.confirm()) {
        const metrics = await this.#sharing(async () => (await this.#connection()).light(options));
        this.#given = metrics.at.getTime();
        this.#parts.exchange.share('light', metrics, metrics.at);
        return metrics;
      }
      await this.#disconnect();
      const found = this.#newLight();
      if (found !== undefined) return found;
      // One that holds the lease, but neither reads nor says why not, has had its time; one that has just taken over has not.
      const waited = Math.min(this.#clock.now().getTime() - began, election.heldForMs);
      if (waited > WAIT * election.everyMs) election.claim();
      await this.#sleep(LOOK * election.everyMs);
    }
    throw closed();
  }

  detail(): Promise<DetailMetrics> {
    return this.#heavy('detail', (reader) => reader.detail());
  }

  exact(): Promise<ExactCounts> {
    return this.#heavy('exact', (reader) => reader.exact());
  }

  async rest(): Promise<void> {
    try {
      await (await this.#real)?.rest?.();
    } catch (error) {
      // It could not be opened: there is nothing to rest.
      this.#parts.log.trace(`Closing the connection: ${readingProblem(error).message}`);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#disconnect();
  }

  onLost(listener: (error: unknown) => void): Disposable {
    this.#lost.add(listener);
    return { dispose: () => void this.#lost.delete(listener) };
  }

  /** The newest that was shared; a window that has none to take reads itself, and polls from then on. */
  async #heavy<K extends 'detail' | 'exact'>(
    kind: K,
    read: (reader: Reader) => Promise<Readings[K]>,
  ): Promise<Readings[K]> {
    const { exchange } = this.#parts;
    if (!exchange.election.confirm()) {
      const found = exchange.shared(kind);
      if (found !== undefined) return found.value;
      exchange.election.claim();
    }
    const value = await read(await this.#connection());
    exchange.share(kind, value, value.at);
    return value;
  }

  /** Rejects with the problem that the polling window had since its last reading. */
  #newLight(): SessionMetrics | undefined {
    const { exchange } = this.#parts;
    const oldest = this.#clock.now().getTime() - FRESH * exchange.election.everyMs;
    const light = exchange.shared('light');
    const problem = exchange.shared('problem');
    if (problem !== undefined && problem.at >= oldest && problem.at > (light?.at ?? -Infinity))
      throw new Problem(problem.value);
    if (light === undefined || light.at < oldest || light.at <= this.#given) return undefined;
    this.#given = light.at;
    return light.value;
  }

  /** What fails here fails in the other windows too, and they are to say why. */
  async #sharing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { code, what, why, next, transient } = readingProblem(error);
      if (!this.#closed) this.#parts.exchange.share('problem', { code, what, why, next, transient }, this.#clock.now());
      throw error;
    }
  }

  #connection(): Promise<Reader> {
    if (this.#closed) return Promise.reject(closed());
    this.#real ??= this.#connect();
    return this.#real;
  }

  async #connect(): Promise<Reader> {
    try {
      const reader = await this.#parts.open();
      this.#subscription = reader.onLost?.((error) => {
        for (const listener of [...this.#lost]) listener(error);
      });
      return reader;
    } catch (error) {
      this.#real = undefined;
      throw error;
    }
  }

  async #disconnect(): Promise<void> {
    const real = this.#real;
    this.#real = undefined;
    if (real === undefined) return;
    try {
      const reader = await real;
      this.#subscription?.dispose();
      await reader.close();
    } catch (error) {
      // It could not be opened, or was closed by the other side: there is nothing left to close.
      this.#parts.log.trace(`Closing the connection: ${readingProblem(error).message}`);
    }
  }

  /** Until the time has passed, or it may be this window's turn. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        timer.cancel();
        role.dispose();
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, ms);
      const role = this.#parts.exchange.election.onDidChangeRole(wake);
    });
  }
}

function closed(): Problem {
  return new Problem({
    code: 'reader-closed',
    what: 'The reading was given up',
    why: 'The reader was closed.',
    next: 'It is tried again by itself.',
    transient: true,
  });
}
