import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/connection.ts';
import type { SessionTable } from '../table/readings.ts';
import { DJANGO_SESSION, quoted, shown } from '../table/tableName.ts';
import { placed } from '../connect/tablePlace.ts';

/** The columns of Django's session model and the types that do: pg_type.typcategory, S string, D date and time. */
const COLUMNS: readonly (readonly [string, string])[] = [
  ['session_key', 'S'],
  ['session_data', 'S'],
  ['expire_date', 'D'],
];

interface Found {
  readonly kind: string | null;
  readonly may_read: boolean;
  readonly elsewhere: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * One statement that finds out whether this is a session table that the role can read, before anything else is asked of it.
 * @throws Problem 'table-missing', 'not-a-table', 'not-djangos-table', 'permission-denied'
 */
export async function checkSessionTable(db: Database, table: SessionTable = DJANGO_SESSION): Promise<void> {
  const [found] = await db.query<Found>(CHECK, [await placed(db, table), table.name], {
    what: `Cannot look for ${shown(table)}`,
    table: shown(table),
  });
  if (found === undefined || found.kind === null) throw missing(db, table, found?.elsewhere ?? []);
  if (found.kind !== 'r' && found.kind !== 'p') throw notATable(table, found.kind);
  const wrong = COLUMNS.filter(([name, category]) => found.columns[name] !== category).map(([name]) => name);
  if (wrong.length > 0) throw notDjangos(table, wrong);
  if (!found.may_read) throw notAllowed(db, table);
}

const CHECK = `SELECT /* django-session-monitor */ (SELECT relkind::text FROM pg_class WHERE oid = rel) AS kind,
       coalesce(has_table_privilege(rel, 'SELECT')
         OR (SELECT bool_and(has_column_privilege(rel, attnum, 'SELECT')) FROM pg_attribute
              WHERE attrelid = rel AND attname IN ('session_key', 'session_data', 'expire_date')), false) AS may_read,
       ARRAY(SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relname = $2::text AND c.relkind IN ('r', 'p') AND c.oid IS DISTINCT FROM rel ORDER BY 1 LIMIT 5) AS elsewhere,
       coalesce((SELECT jsonb_object_agg(attname, typcategory) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                  WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped), '{}') AS columns
  FROM (SELECT to_regclass($1::text)::oid AS rel) AS named`;

const WHAT = 'Cannot watch the session table';

function missing(db: Database, table: SessionTable, elsewhere: readonly string[]): Problem {
  const places = elsewhere.join(', ');
  return new Problem({
    code: 'table-missing',
    what: WHAT,
    why: `The database ${db.server.database} has no table ${shown(table)} that user ${db.server.user} can find.`,
    next:
      elsewhere.length > 0
        ? `There is ${places}: run "Choose Session Table…", or set the schema in the settings of this extension.`
        : 'Run "python manage.py migrate", or set the table in the settings of this extension.',
    transient: false,
  });
}

const KINDS: Readonly<Record<string, string>> = {
  v: 'a view',
  m: 'a materialized view',
  f: 'a foreign table',
  S: 'a sequence',
  i: 'an index',
  c: 'a composite type',
};

/** @param kind pg_class.relkind */
export function notATable(table: SessionTable, kind: string): Problem {
  return new Problem({
    code: 'not-a-table',
    what: WHAT,
    why: `${shown(table)} is ${KINDS[kind] ?? 'not a table'}, which has no statistics, size and pages of its own.`,
    next: 'Set the table behind it, and its schema, in the settings of this extension.',
    transient: false,
  });
}

function notDjangos(table: SessionTable, wrong: readonly string[]): Problem {
  return new Problem({
    code: 'not-djangos-table',
    what: WHAT,
    why: `${shown(table)} is not a session table of Django: ${wrong.join(', ')} ${wrong.length > 1 ? 'are' : 'is'} missing or of another type.`,
    next: 'Set the table of your session model in the settings of this extension.',
    transient: false,
  });
}

function notAllowed(db: Database, table: SessionTable): Problem {
  return new Problem({
    code: 'permission-denied',
    what: WHAT,
    why: `User ${db.server.user} may not read ${shown(table)}.`,
    next: `Let its owner run: GRANT SELECT ON ${quoted(table)} TO "${db.server.user}"; (and GRANT USAGE on its schema).`,
    transient: false,
  });
}
