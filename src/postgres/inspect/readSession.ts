import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';
import { BY_KEY, isSought, sought } from './keyHash.ts';
import { otherColumns } from './otherColumns.ts';

/** The row of one session. */
export interface SessionRowRead {
  /** null: it is larger than MOST_STORED as it is stored. */
  readonly data: string | null;
  /** Bytes as they are stored, and as the text that Django gets. */
  readonly storedBytes: number;
  readonly textBytes: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** By the server's clock. */
  readonly isExpired: boolean;
  /** What the model keeps besides, by the names of the columns, as text. */
  readonly columns: Readonly<Record<string, string | null>>;
}

/** Bytes of session_data, as they are stored, that are fetched at most. */
const MOST_STORED = 4 * 1024 * 1024;

/** The row of this key, by which nothing is sent in full; undefined: there is none. */
export async function readSession(
  db: Database,
  key: string,
  table: SessionTable,
  signal?: AbortSignal,
): Promise<SessionRowRead | undefined> {
  const name = await placed(db, table, undefined, signal);
  const columns = (await otherColumns(db, table, signal)).map(({ name: column, label }) => {
    return `'${label.replaceAll("'", "''")}', s.${column}::text`;
  });
  const text = `SELECT /* django-session-monitor */ CASE WHEN pg_column_size(session_data) <= ${MOST_STORED} THEN session_data END AS data,
       pg_column_size(session_data) AS "storedBytes", octet_length(session_data) AS "textBytes",
       extract(epoch FROM expire_date)::float8 * 1000 AS expires, expire_date < now() AS "isExpired",
       json_build_object(${columns.join(', ')}) AS columns
  FROM ${name} AS s WHERE ${isSought(1)}`;
  const { like, hash } = sought(key);
  const context = { what: 'Cannot read the session', table: shown(table), settings: BY_KEY, signal };
  const [row] = await db.query<SessionRowRead>(text, [like, hash], context);
  return row;
}
