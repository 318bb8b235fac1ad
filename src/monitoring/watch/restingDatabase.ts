import type { Database } from '../../postgres/connect/connection.ts';

/** A connection that may be closed while nothing is asked of it, and is opened again when something is. */
export class RestingDatabase {
  readonly #open: () => Promise<Database>;
  #db: Promise<Database> | undefined;
  #closed = false;

  /** @param open rejects with a Problem */
  constructor(open: () => Promise<Database>) {
    this.#open = open;
  }

  /** Rejects as `open` does; the next call tries again. */
  async get(): Promise<Database> {
    this.#db ??= this.#open();
    const opening = this.#db;
    try {
      const db = await opening;
      // Whoever asked for it finds it closed, as one that is closed under a statement.
      if (this.#closed) await db.close();
      return db;
    } catch (error) {
      if (this.#db === opening) this.#db = undefined;
      throw error;
    }
  }

  /** Closes it until it is asked for again. Never rejects for what could not be opened. */
  async rest(): Promise<void> {
    const opening = this.#db;
    this.#db = undefined;
    const db = await opening?.catch(() => undefined);
    await db?.close();
  }

  /** For good, also what is still being opened. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.rest();
  }
}
