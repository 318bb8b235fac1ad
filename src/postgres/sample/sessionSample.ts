import { unknown, type Measured } from '../../common/measured.ts';
import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionSample, SessionTable } from '../table/readings.ts';
import { SERVER_MS, spend, type Spent } from '../table/spent.ts';
import { shown } from '../table/tableName.ts';

/** What a decoder of session_data gives back; src/django has it, and whoever wires the rooms passes it in. */
export interface DecodedPayload {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly savedAt?: Date;
  readonly unreadable?: string;
}

export type SessionDecoder = (sessionData: string) => DecodedPayload;

/** Says by which key session_data is signed, undefined: by none of Django's ways; or why the keys are not known. */
export type SessionVerifier =
  { readonly keyOf: (sessionData: string) => string | undefined } | { readonly why: string };

interface Row {
  readonly data: string | null;
  readonly expires: number;
  readonly bytes: number;
  readonly server_ms: number;
}

/** Larger session_data is not fetched: 100 of them could be many megabytes. */
const MOST_BYTES = 65_536;
/** Random pages that are read to find the rows; with unexpired rows rare, fewer rows are found than asked for. */
const PAGES = 100;

/**
 * At most `rows` unexpired sessions from random pages, at most a few of each page, so that neighbours, which were often
 * saved together, don't stand for the whole. The data is decoded here, counted, and forgotten.
 */
export async function readSample(
  db: Database,
  table: SessionTable,
  decode: SessionDecoder,
  rows: number,
  spent: Spent,
  verifier?: SessionVerifier,
): Promise<Measured<SessionSample>> {
  const context = { what: 'Cannot sample the sessions', table: shown(table), settings: { jit: 'off' } };
  const name = await placed(db, table, spent);
  const found = await db.query<Row>(sampleSql(name, db.server.version), [name, PAGES, rows], context);
  spend(spent, found);
  const sessions = found.filter((row) => row.bytes > 0);
  if (sessions.length === 0) return unknown('No unexpired session was found in the sample.');
  const at = new Date();
  return {
    how: 'estimated',
    value: { ...count(sessions, decode), ...signaturesOf(sessions, decode, verifier) },
    at,
    note: `from ${sessions.length} sessions in random pages`,
  };
}

function sampleSql(table: string, version: number): string {
  return randomRows(table, version, `CASE WHEN bytes <= ${MOST_BYTES} THEN session_data END AS data, bytes, expires`);
}

/**
 * Of unexpired sessions in random pages. $1 name of the table, $2 pages, $3 rows.
 * @param columns of `session_data`, `bytes` (as it is stored), `expires` (milliseconds since 1970)
 */
export function randomRows(table: string, version: number, columns: string): string {
  const ofPage =
    version >= 140_000
      ? `ctid >= ('(' || page || ',0)')::tid AND ctid < ('(' || page + 1 || ',0)')::tid`
      : `ctid = ANY (ARRAY(SELECT ('(' || page || ',' || line || ')')::tid FROM generate_series(1, 291) AS line))`;
  return `SELECT /* django-session-monitor */ ${columns}, ${SERVER_MS}
  FROM (SELECT session_data, pg_column_size(session_data) AS bytes, extract(epoch FROM expire_date)::float8 * 1000 AS expires, pick
          FROM (SELECT floor((i + random()) * pages / least(pages, $2::int))::bigint AS page
                  FROM (SELECT pg_relation_size($1::text::regclass) / current_setting('block_size')::int AS pages) AS size,
                       generate_series(0, least(pages, $2::int)::int - 1) AS i OFFSET 0) AS picked
         CROSS JOIN LATERAL (
           SELECT session_data, expire_date, row_number() OVER (ORDER BY random()) AS pick
             FROM ONLY ${table} WHERE expire_date >= now() AND ${ofPage}) AS r
         ORDER BY pick, random() LIMIT $3::int) AS s`;
}

function count(rows: readonly Row[], decode: SessionDecoder): SessionSample {
  const unreadable: Record<string, number> = {};
  const ages = new Map<number, number>();
  let [readable, withLastActivity, anonymous] = [0, 0, 0];
  for (const row of rows) {
    const { data, savedAt, unreadable: reason } = row.data === null ? { unreadable: 'too large' } : decode(row.data);
    if (savedAt !== undefined) {
      // The signature has whole seconds, and Django reads the clock twice: a second or so between them.
      const age = Math.round((row.expires - savedAt.getTime()) / 1000 / ROUND_AGE) * ROUND_AGE;
      ages.set(age, (ages.get(age) ?? 0) + 1);
    }
    if (data === undefined) {
      const name = reason ?? 'unknown';
      unreadable[name] = (unreadable[name] ?? 0) + 1;
      continue;
    }
    readable++;
    if (Object.hasOwn(data, 'last_activity')) withLastActivity++;
    if (!Object.hasOwn(data, '_auth_user_id')) anonymous++;
  }
  const [cookieAgeSeconds] = [...ages].sort(([, a], [, b]) => b - a)[0] ?? [];
  return {
    rows: readable,
    withLastActivity,
    anonymous,
    unreadable,
    ...(cookieAgeSeconds === undefined ? {} : { cookieAgeSeconds }),
  };
}

function signaturesOf(
  rows: readonly Row[],
  decode: SessionDecoder,
  verifier: SessionVerifier = { why: 'no project is known that they are of' },
): Pick<SessionSample, 'signatures' | 'whyUnverified'> {
  if ('why' in verifier) return { whyUnverified: verifier.why };
  const found = new Map<string, { sessions: number; newest: number; oldest: number }>();
  for (const { data } of rows) {
    const key = data === null ? undefined : verifier.keyOf(data);
    if (data === null || key === undefined) continue;
    const known = found.get(key) ?? { sessions: 0, newest: -Infinity, oldest: Infinity };
    const savedAt = decode(data).savedAt?.getTime();
    const { newest, oldest } = known;
    const times = savedAt === undefined ? {} : { newest: Math.max(newest, savedAt), oldest: Math.min(oldest, savedAt) };
    found.set(key, { ...known, ...times, sessions: known.sessions + 1 });
  }
  const signatures = [...found].map(([key, { sessions, newest, oldest }]) => ({
    key,
    sessions,
    ...(newest === -Infinity ? {} : { newest: new Date(newest), oldest: new Date(oldest) }),
  }));
  return { signatures: signatures.sort((a, b) => b.sessions - a.sessions) };
}

/** Ages are counted in steps of so many seconds. */
const ROUND_AGE = 5;
