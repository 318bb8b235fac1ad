import type { Measured } from '../../common/measured.ts';
import type { Database } from '../connect/database.ts';
import { findExtension, hiddenStatements, notCreated, notReadable, type Extension } from '../readings/statements.ts';
import type { SessionTable } from '../table/readings.ts';
import { withoutValues } from '../backends/withoutValues.ts';

/** What statements of this database took between two looks at pg_stat_statements. */
export interface StatementTimes {
  /** Those that took most first; at most `MOST`. */
  readonly statements: readonly StatementTime[];
  /** Of all of them, milliseconds and bytes of WAL. */
  readonly totalMs: number;
  readonly totalWalBytes: number;
  /** Statements of other roles, which this one may not see: nothing of them is in the sums, and they took little. */
  readonly hidden: number;
}

export interface StatementTime {
  /** Without values. */
  readonly text: string;
  /** SELECT, UPDATE, COMMIT, … */
  readonly verb: string;
  /** It names the session table. */
  readonly onSessions: boolean;
  readonly calls: number;
  readonly ms: number;
  /** 0 before PostgreSQL 13. */
  readonly walBytes: number;
}

/** As a person would ask for it. */
export const TIMES_SQL = `SELECT query, calls, total_exec_time, wal_bytes FROM pg_stat_statements
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY total_exec_time DESC;
-- asked twice; what follows is the difference`;

const MOST = 200;
const TEXT_LENGTH = 400;
/** Of the time of all statements: where those that are hidden took more, what the others took says nothing of the whole. */
const MOST_HIDDEN = 0.1;
const WHAT = 'Cannot read pg_stat_statements';

interface First {
  readonly extension: Extension;
  readonly schema: string;
  readonly entries: readonly {
    readonly id: string;
    readonly calls: number;
    readonly ms: number;
    readonly wal: number;
  }[];
  /** Of all those whose ids and texts are hidden; what they took is not. */
  readonly hiddenMs: number;
}

type Entry = Omit<First['entries'][number], 'id'> & { readonly id: string | null };

/** Looks at the numbers now; the function that is returned looks again, and says what came between. */
export async function beginStatementTimes(
  db: Database,
  { name }: SessionTable,
  signal?: AbortSignal,
): Promise<() => Promise<Measured<StatementTimes>>> {
  const extension = await findExtension(db, { statements: 0, serverMs: 0 }, signal);
  if (extension === undefined || extension.schema === null) {
    const none = notCreated(extension);
    return () => Promise.resolve(none);
  }
  const { schema } = extension;
  try {
    const found = await db.query<Entry>(entriesSql(extension, schema), [], { what: WHAT, signal });
    const entries = found.filter((entry): entry is First['entries'][number] => entry.id !== null);
    const hiddenMs = found.find(({ id }) => id === null)?.ms ?? 0;
    return () => between(db, name, { extension, schema, entries, hiddenMs }, signal);
  } catch (error) {
    const why = notReadable(error, extension);
    if (why === undefined) throw error;
    return () => Promise.resolve(why);
  }
}

interface Row extends Omit<StatementTime, 'text'> {
  readonly text: string;
  readonly totalMs: number;
  readonly totalWalBytes: number;
  readonly hidden: number;
  readonly hiddenMs: number;
}

async function between(
  db: Database,
  table: string,
  { extension, schema, entries, hiddenMs }: First,
  signal: AbortSignal | undefined,
): Promise<Measured<StatementTimes>> {
  const columns = [
    entries.map((e) => e.id),
    entries.map((e) => e.calls),
    entries.map((e) => e.ms),
    entries.map((e) => e.wal),
  ];
  const rows = await db.query<Row>(betweenSql(extension, schema), [...columns, table], { what: WHAT, signal });
  const [first] = rows;
  const hidden = first?.hidden ?? 0;
  const found = rows.filter(({ calls }) => calls > 0);
  const totalMs = first?.totalMs ?? 0;
  const unseenMs = Math.max(0, (first?.hiddenMs ?? 0) - hiddenMs);
  const isBlind = found.length === 0 || unseenMs > MOST_HIDDEN * (totalMs + unseenMs);
  if (hidden > 0 && isBlind) return hiddenStatements(hidden, extension);
  const value: StatementTimes = {
    statements: found.map(({ text, verb, onSessions, calls, ms, walBytes }) => {
      return { text: withoutValues(text), verb, onSessions, calls, ms, walBytes };
    }),
    totalMs,
    totalWalBytes: first?.totalWalBytes ?? 0,
    hidden,
  };
  const note = hidden === 0 ? {} : { note: `${hidden} statements of other roles are hidden from this one` };
  return { how: 'exact', value, at: new Date(), ...note };
}

const HERE = 'dbid = (SELECT oid FROM pg_database WHERE datname = current_database())';

const time = ({ new_names: isNew }: Extension): string => (isNew ? 'total_exec_time' : 'total_time');

function sums(extension: Extension): string {
  // wal_bytes came with the new names, in version 1.8.
  return `queryid::text AS id, sum(calls)::float8 AS calls, sum(${time(extension)})::float8 AS ms, ${extension.new_names ? 'sum(wal_bytes)' : '0'}::float8 AS wal`;
}

function entriesSql(extension: Extension, schema: string): string {
  return `SELECT /* django-session-monitor */ ${sums(extension)} FROM ${schema}.pg_stat_statements(false) WHERE ${HERE} GROUP BY 1`;
}

/** $1 to $4 the entries of before by column, $5 name of the table. The one row of `totals` comes also where nothing was run. */
function betweenSql(extension: Extension, schema: string): string {
  return `WITH /* django-session-monitor */ entry AS MATERIALIZED (SELECT * FROM ${schema}.pg_stat_statements(true) WHERE ${HERE}),
  later AS (SELECT ${sums(extension)}, min(query) AS query FROM entry WHERE queryid IS NOT NULL GROUP BY 1),
  run AS (SELECT query, l.calls - coalesce(b.calls, 0) AS calls, l.ms - coalesce(b.ms, 0) AS ms, l.wal - coalesce(b.wal, 0) AS wal
            FROM later AS l LEFT JOIN unnest($1::text[], $2::float8[], $3::float8[], $4::float8[]) AS b(id, calls, ms, wal) USING (id)
           WHERE strpos(query, 'django-session-monitor') = 0 AND l.calls > coalesce(b.calls, 0))
SELECT totals.*, coalesce(left(query, ${TEXT_LENGTH}), '') AS text, coalesce(upper(substring(query FROM '[A-Za-z]+')), '') AS verb,
       coalesce(strpos(query, $5::text) > 0, false) AS "onSessions", coalesce(calls, 0) AS calls, coalesce(ms, 0) AS ms, coalesce(wal, 0) AS "walBytes"
  FROM (SELECT coalesce(sum(ms), 0) AS "totalMs", coalesce(sum(wal), 0) AS "totalWalBytes",
               (SELECT count(*)::float8 FROM entry WHERE queryid IS NULL) AS hidden,
               (SELECT coalesce(sum(${time(extension)}), 0)::float8 FROM entry WHERE queryid IS NULL) AS "hiddenMs" FROM run) AS totals LEFT JOIN run ON true
 ORDER BY ms DESC LIMIT ${MOST}`;
}
