import type { Measured } from '../../common/measured.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { Database } from '../../postgres/connect/database.ts';
import { decodeSession } from '../../django/sessionData.ts';
import { watchLoad } from '../../postgres/diagnosis/watchLoad.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import { readVisits } from '../../postgres/visits/visits.ts';
import type { DatabaseEvidence } from './databaseEvidence.ts';
import type { SourcesOf } from './gather.ts';

export interface DatabaseParts {
  /** A connection that can't write. It is opened when the first piece is asked for, once for all. */
  readonly open: (signal: AbortSignal) => Promise<Database>;
  readonly table: SessionTable;
  /** The newest reading of the monitor. */
  readonly snapshot: () => Promise<Measured<Snapshot>>;
  /** For how long the load is watched. Default: as watchLoad. */
  readonly watchSeconds?: number;
}

/** What the database says. Each statement reads only, in a transaction of its own that has a limit. To be closed when all is gathered. */
export class DatabaseSources {
  readonly sources: SourcesOf<DatabaseEvidence>;
  readonly #parts: DatabaseParts;
  #opened: Promise<Database> | undefined;

  constructor(parts: DatabaseParts) {
    this.#parts = parts;
    const { table, watchSeconds } = parts;
    const seconds = watchSeconds === undefined ? {} : { seconds: watchSeconds };
    this.sources = {
      snapshot: parts.snapshot,
      load: this.#by(async (db, signal) => {
        const value = await watchLoad(db, table, { ...seconds, signal });
        return { how: 'exact', value, at: new Date() };
      }),
      visits: this.#by((db, signal) => readVisits(db, table, decodeSession, signal)),
    };
  }

  /** Never rejects. */
  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.then(
      (db) => db.close(),
      () => undefined, // it was told when the piece was asked for
    );
  }

  #by<T>(
    read: (db: Database, signal: AbortSignal) => Promise<Measured<T>>,
  ): (signal: AbortSignal) => Promise<Measured<T>> {
    return async (signal) => {
      this.#opened ??= this.#parts.open(signal);
      return await read(await this.#opened, signal);
    };
  }
}
