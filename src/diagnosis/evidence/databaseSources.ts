import { isKnown, type Measured } from '../../common/measured.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { Database } from '../../postgres/connect/database.ts';
import { decodeSession } from '../../django/sessionData.ts';
import { readConnectionHolders } from '../../postgres/diagnosis/connectionHolders.ts';
import { findPoolMode } from '../../postgres/diagnosis/poolMode.ts';
import { readHeldRows } from '../../postgres/diagnosis/rowHolders.ts';
import { watchLoad } from '../../postgres/diagnosis/watchLoad.ts';
import { readIndexes } from '../../postgres/readings/indexes.ts';
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
  /** User of the site, whose limit of connections counts. Default: the one that connects. */
  readonly role?: string;
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
      load: this.#exactly((db, signal) => watchLoad(db, table, { ...seconds, decode: decodeSession, signal })),
      visits: this.#by((db, signal) => readVisits(db, table, decodeSession, signal)),
      connections: this.#exactly((db, signal) => readConnectionHolders(db, parts.role ?? db.server.user, signal)),
      pooling: this.#exactly((db, signal) => findPoolMode(db, signal)),
      heldRows: this.#exactly((db, signal) => readHeldRows(db, table, signal)),
      indexes: this.#exactly(async (db) => {
        const indexes = await readIndexes(db, table, { statements: 0, serverMs: 0 });
        return isKnown(indexes) ? indexes.value : [];
      }),
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

  #exactly<T>(read: (db: Database, signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<Measured<T>> {
    return this.#by(async (db, signal) => ({ how: 'exact', value: await read(db, signal), at: new Date() }));
  }
}
