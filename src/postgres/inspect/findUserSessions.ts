import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import { rest } from '../cleanup/plan/pause.ts';
import type { SessionDecoder } from '../sample/sessionSample.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';
import { otherColumns, type OtherColumn } from './otherColumns.ts';

/** One session of the user. The key is a secret: it stays in memory. */
export interface UserSession {
  readonly key: string;
  readonly savedAt?: Date;
  readonly expires: Date;
  readonly bytes: number;
  /** undefined: it could not be decoded, and is told by the column. */
  readonly entries?: number;
}

export interface UserSessions {
  readonly sessions: readonly UserSession[];
  /** Rows that were looked at; 0: the database found them by a column. */
  readonly scanned: number;
  /** Of those, that could not be decoded, by reason: whose they are is not known. */
  readonly unreadable: Readonly<Record<string, number>>;
  /** All rows were looked at; otherwise it was cancelled, or there are too many. */
  readonly isComplete: boolean;
  /** By which column they were found. */
  readonly column?: string;
}

export interface UserSearch {
  readonly table: SessionTable;
  readonly decode: SessionDecoder;
  /** Its abort ends the search: what was found until then is the result. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (scanned: number, found: number) => void;
}

/** Rows that are looked at, and sessions that are found, at most. */
export const MOST_SCANNED = 5_000_000;
const MOST_FOUND = 1_000;
/** Bytes of session_data that one batch is to have, and of one row at most, as they are stored; rows of a batch. */
const BATCH_BYTES = 2 * 1024 * 1024;
const ROW_BYTES = 65_536;
const FIRST_ROWS = 500;
const LEAST_ROWS = 50;
const MOST_ROWS = 5_000;
/** So many characters of the key before say where a batch begins: no use to anybody who reads the server's log. */
const CURSOR = 12;

const USER_ENTRY = '_auth_user_id';
const USER_COLUMN = 'user_id';

interface Row {
  readonly key: string;
  readonly data: string | null;
  readonly bytes: number;
  readonly expires: number;
  readonly isExpired: boolean;
}

/**
 * The sessions of a user that have not expired. Django keeps no index of them: where the model has no column user_id, all rows are looked at
 * in the order of the primary key, in batches that rest between each other, and decoded here.
 */
export async function findUserSessions(db: Database, userId: string, search: UserSearch): Promise<UserSessions> {
  const columns = await otherColumns(db, search.table, search.signal);
  const column = columns.find(({ label }) => label === USER_COLUMN);
  return column === undefined ? scan(db, userId, search) : byColumn(db, userId, column, search);
}

const COLUMNS = `session_key AS key, pg_column_size(session_data) AS bytes, extract(epoch FROM expire_date)::float8 * 1000 AS expires,
       expire_date < now() AS "isExpired",
       CASE WHEN expire_date >= now() AND pg_column_size(session_data) <= ${ROW_BYTES} THEN session_data END AS data`;
const WHAT = 'Cannot look for the sessions of the user';

async function byColumn(
  db: Database,
  userId: string,
  { name, type, category }: OtherColumn,
  { table, decode, signal }: UserSearch,
): Promise<UserSessions> {
  const found = { scanned: 0, unreadable: {}, isComplete: true, column: USER_COLUMN };
  // What can't be a value of the column is nobody's; the server would call it an error.
  if ((category === 'N' && !/^-?\d{1,18}$/.test(userId)) || (type === 'uuid' && !UUID.test(userId)))
    return { ...found, sessions: [] };
  const text = `SELECT /* django-session-monitor */ ${COLUMNS} FROM ${await placed(db, table)} AS s
 WHERE ${name} = $1::${type} AND expire_date >= now() ORDER BY expire_date DESC LIMIT ${MOST_FOUND + 1}`;
  const rows = await db.query<Row>(text, [userId], { what: WHAT, table: shown(table), signal });
  const sessions = rows.slice(0, MOST_FOUND).map((row) => sessionOf(row, decode));
  return { ...found, sessions, isComplete: rows.length <= MOST_FOUND };
}

const UUID = /^[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}$/i;

async function scan(db: Database, userId: string, search: UserSearch): Promise<UserSessions> {
  const { table, decode, signal, onProgress } = search;
  const name = await placed(db, table);
  const sessions = new Map<string, UserSession>();
  const unreadable = new Map<string, number>();
  let [scanned, limit, cursorLength] = [0, FIRST_ROWS, CURSOR];
  let [cursor, last]: (string | undefined)[] = [];
  const isStopped = (): boolean => signal?.aborted === true;
  while (scanned < MOST_SCANNED && sessions.size < MOST_FOUND && !isStopped()) {
    const began = performance.now();
    const rows: Row[] | undefined = await batch(db, name, { table, cursor, limit, signal }).catch((error: unknown) => {
      if (isStopped()) return undefined;
      throw error;
    });
    if (rows === undefined) break;
    // A batch begins before the last key of the one before, which is there again.
    const known = rows.findIndex(({ key }) => key === last);
    const fresh = rows.slice(known + 1);
    for (const row of fresh) {
      if (row.isExpired) continue;
      const why = row.data === null ? 'too large' : undefined;
      const decoded = row.data === null ? {} : decode(row.data);
      if (decoded.data === undefined) {
        const reason = why ?? decoded.unreadable ?? 'unknown';
        unreadable.set(reason, (unreadable.get(reason) ?? 0) + 1);
      } else if (String(decoded.data[USER_ENTRY]) === userId) sessions.set(row.key, sessionOf(row, decode));
    }
    scanned += fresh.length;
    onProgress?.(scanned, sessions.size);
    if (rows.length < limit) return resultOf(true);
    last = rows.at(-1)?.key;
    const next = last?.slice(0, cursorLength);
    // Keys that begin alike: more of them is needed to go on.
    if (next === cursor) cursorLength += CURSOR;
    cursor = last?.slice(0, cursorLength);
    const bytes = rows.reduce((sum, row) => sum + (row.data === null ? 0 : row.bytes), 0) / rows.length;
    limit = Math.round(Math.min(MOST_ROWS, 2 * limit, Math.max(LEAST_ROWS, BATCH_BYTES / Math.max(1, bytes))));
    await rest(performance.now() - began, signal);
  }
  return resultOf(false);

  function resultOf(isComplete: boolean): UserSessions {
    const found = [...sessions.values()].sort((a, b) => b.expires.getTime() - a.expires.getTime());
    return { sessions: found, scanned, unreadable: Object.fromEntries(unreadable), isComplete };
  }
}

interface BatchWish {
  readonly table: SessionTable;
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal | undefined;
}

function batch(db: Database, name: string, { table, cursor, limit, signal }: BatchWish): Promise<Row[]> {
  const where = cursor === undefined ? '' : 'WHERE session_key > $2::text';
  const text = `SELECT /* django-session-monitor */ ${COLUMNS} FROM ${name} AS s ${where} ORDER BY session_key LIMIT $1::int`;
  const settings = { jit: 'off', enable_seqscan: 'off', enable_sort: 'off' };
  const values = cursor === undefined ? [limit] : [limit, cursor];
  return db.query<Row>(text, values, { what: WHAT, table: shown(table), settings, signal });
}

function sessionOf({ key, data, bytes, expires }: Row, decode: SessionDecoder): UserSession {
  const { data: entries, savedAt } = data === null ? {} : decode(data);
  return {
    key,
    bytes,
    expires: new Date(expires),
    ...(savedAt === undefined ? {} : { savedAt }),
    ...(entries === undefined ? {} : { entries: Object.keys(entries).length }),
  };
}
