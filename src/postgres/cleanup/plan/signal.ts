import type { Database } from '../../connect/connection.ts';
import type { QueryOptions } from '../../connect/statement.ts';

/** The same connection, each statement of which obeys the signal too: none of a cleanup's can be forgotten. */
export function cancellable(db: Database, signal: AbortSignal | undefined): Database {
  return signal === undefined ? db : withEach(db, (options) => ({ ...options, signal }));
}

/** The same connection, each statement of which the server refuses to let write. */
export function readingOnly(db: Database): Database {
  return withEach(db, (options) => ({ ...options, settings: { ...options?.settings, transaction_read_only: 'on' } }));
}

function withEach(db: Database, change: (options: QueryOptions | undefined) => QueryOptions): Database {
  return {
    target: db.target,
    server: db.server,
    applicationName: db.applicationName,
    direct: db.direct,
    query: (text, values, options) => db.query(text, values, change(options)),
    transaction: (statements, options) => db.transaction(statements, change(options)),
    reopen: (signal) => db.reopen(change({ ...(signal === undefined ? {} : { signal }) }).signal),
    close: () => db.close(),
  };
}
