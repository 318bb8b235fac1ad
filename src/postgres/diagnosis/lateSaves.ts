import { unknown, type Measured } from '../../common/measured.ts';
import type { Database } from '../connect/database.ts';
import { placed } from '../connect/tablePlace.ts';
import { signatureTime } from '../sample/signatureTime.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';

/** Rows that are looked at: those that expire last. */
const ROWS = 5_000;
/** As for a light reading: the planner is not to read the table. */
const BY_INDEX = { jit: 'off', enable_seqscan: 'off', enable_bitmapscan: 'off', enable_sort: 'off' };

interface Row {
  readonly looked: number;
  readonly signed: number;
  readonly saved: number;
}

/**
 * Sessions, each once, that were saved since a moment, by the time in their signatures (Django 3.1 and later). Of the sessions those are
 * looked at that expire last, which are those that were saved last where all live equally long.
 * @param since milliseconds since 1970, by the application's clock
 */
export async function countSavedSince(
  db: Database,
  table: SessionTable,
  since: number,
  signal?: AbortSignal,
): Promise<Measured> {
  const name = await placed(db, table, undefined, signal);
  const context = { what: 'Cannot look for saved sessions', table: shown(table), settings: BY_INDEX, signal };
  const [row] = await db.query<Row>(sqlOf(name), [signatureTime(since)], context);
  if (row === undefined || row.looked === 0) return unknown('There is no session that has not expired.');
  if (row.signed === 0)
    return unknown('The sessions have no time of their last save in them.', 'Django 3.1 and later sign them with it.');
  const note = `of the ${row.looked.toLocaleString('en-US')} sessions that expire last`;
  return { how: row.saved === ROWS ? 'atLeast' : 'exact', value: row.saved, at: new Date(), note };
}

/** $1 the moment as it stands in signatures. */
function sqlOf(table: string): string {
  return `SELECT /* django-session-monitor */ count(*)::float8 AS looked, count(*) FILTER (WHERE length(stamp) = 6)::float8 AS signed,
       count(*) FILTER (WHERE length(stamp) = 6 AND stamp COLLATE "C" >= $1::text)::float8 AS saved
  FROM (SELECT CASE WHEN pg_column_size(session_data) <= 2048 THEN split_part(session_data, ':', 2) ELSE '' END AS stamp
          FROM ${table} WHERE expire_date > now() ORDER BY expire_date DESC LIMIT ${ROWS}) AS last`;
}
