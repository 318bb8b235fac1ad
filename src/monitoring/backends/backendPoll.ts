import type { Ending } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError, type ProblemText } from '../../common/problem.ts';
import type { BackendsReading } from '../../postgres/backends/backendFacts.ts';
import type { Database } from '../../postgres/connect/connection.ts';
import { readingProblem } from '../poll/monitorProblems.ts';
import { isGivenUp, SerialPoll } from '../poll/serialPoll.ts';
import type { Connection } from '../watch/connection.ts';
import { openToRead } from '../watch/openDatabase.ts';

/** What is known of the backends while somebody looks. */
export interface BackendsSeen {
  /** Undefined: not read yet, or only failed. */
  readonly reading?: BackendsReading;
  /** Why the last look failed. */
  readonly problem?: ProblemText;
}

export interface BackendPollParts {
  readonly everySeconds: () => number;
  readonly log: Log;
  readonly open?: (connection: Connection, signal: AbortSignal) => Promise<Database>;
}

/**
 * Reads who is connected while somebody looks, by a connection of its own that can't write: the monitor's may be in another window. It
 * is closed when nobody looks any more.
 */
export class BackendPoll implements Ending {
  readonly #parts: BackendPollParts;
  readonly #changed: Emitter<undefined>;
  readonly #poll: SerialPoll;
  #connection: Connection | undefined;
  #db: { readonly of: Connection; readonly database: Database } | undefined;
  #seen: BackendsSeen | undefined;

  constructor(parts: BackendPollParts) {
    this.#parts = parts;
    this.#changed = new Emitter((error) => parts.log.error(describeError(error)));
    this.#poll = new SerialPoll({
      mayRun: () => this.#connection !== undefined,
      run: ({ signal }) => this.#run(signal),
    });
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  /** Undefined: nobody looks. */
  get seen(): BackendsSeen | undefined {
    return this.#seen;
  }

  /** The connection that is open meanwhile: what only reads, and may be asked to signal others. */
  get database(): Database | undefined {
    return this.#db?.database;
  }

  /** Whose backends are looked at from now on; undefined: nobody's. */
  look(connection: Connection | undefined): void {
    if (connection?.id === this.#connection?.id && connection?.target === this.#connection?.target) return;
    this.#poll.abort();
    this.#poll.cancel();
    this.#connection = connection;
    this.#seen = connection === undefined ? undefined : {};
    void this.#close();
    this.#changed.fire(undefined);
    void this.refresh();
  }

  /** A look that begins after this call, where somebody looks. */
  refresh(): Promise<void> {
    return this.#poll.request();
  }

  async dispose(): Promise<void> {
    this.#connection = undefined;
    await this.#poll.dispose();
    await this.#close();
    this.#changed.dispose();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    try {
      const { readBackends } = await import('../../postgres/backends/readBackends.ts');
      const reading = await readBackends(await this.#open(connection, signal), signal);
      if (isGivenUp(signal)) return;
      this.#seen = { reading };
    } catch (error) {
      // What is given up is nobody's, whatever it ended with.
      if (isGivenUp(signal)) return;
      const problem = readingProblem(error);
      if (this.#seen?.problem?.code !== problem.code) this.#parts.log.warn(describeError(error));
      this.#seen = { ...this.#seen, problem };
      await this.#close();
    }
    this.#changed.fire(undefined);
    this.#poll.planAfterStart(this.#parts.everySeconds());
  }

  async #open(connection: Connection, signal: AbortSignal): Promise<Database> {
    if (this.#db?.of === connection) return this.#db.database;
    const database = await (this.#parts.open ?? openToRead)(connection, signal);
    if (isGivenUp(signal)) {
      await database.close();
      return database;
    }
    this.#db = { of: connection, database };
    return database;
  }

  async #close(): Promise<void> {
    const db = this.#db;
    this.#db = undefined;
    await db?.database.close();
  }
}
