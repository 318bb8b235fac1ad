import { Problem } from '../../../common/problem.ts';
import type { Database } from '../../connect/connection.ts';
import { checkSessionTable } from '../../readings/checkTable.ts';
import { ORDERS_BY_EXPIRE_DATE } from '../../readings/sessionSql.ts';
import type { SessionTable } from '../../table/readings.ts';
import { DJANGO_SESSION, quoted, shown } from '../../table/tableName.ts';
import { placed } from '../../connect/tablePlace.ts';

/** A table that holds rows itself: the session table, or each partition (or inheriting table) of it. */
export interface Heap {
  readonly schema: string;
  readonly name: string;
  /** r: table; f: foreign table, whose rows have no pages here. */
  readonly kind: string;
  readonly pages: number;
  /** A valid index gives its rows in the order of expire_date. */
  readonly indexed: boolean;
  readonly mayDelete: boolean;
  /** SELECT … FOR UPDATE needs it. */
  readonly mayLock: boolean;
}

/** Another table's foreign key to the session table. */
export interface IncomingKey {
  readonly table: string;
  /** Referencing columns, what they refer to and the operator that compares these with those, as SQL. */
  readonly columns: readonly (readonly [own: string, their: string, operator: string])[];
  /** pg_constraint.confdeltype: a no action, r restrict, c cascade, n set null, d set default. */
  readonly action: string;
  readonly maySelect: boolean;
  /** An index of the referencing table begins with the column: without one each deleted row is a scan of that table. */
  readonly indexed: boolean;
}

export interface CleanupTarget {
  readonly table: SessionTable;
  /** As SQL, with its schema. */
  readonly name: string;
  /** For people. */
  readonly shown: string;
  readonly heaps: readonly Heap[];
  readonly keys: readonly IncomingKey[];
  /** Names of enabled triggers that fire on DELETE, and of rules ON DELETE. */
  readonly triggers: readonly string[];
  readonly rules: readonly string[];
  /** Row-level security hides rows from this role. */
  readonly rowSecurity: boolean;
  readonly mayTruncate: boolean;
  readonly mayVacuum: boolean;
  readonly inRecovery: boolean;
  /** Of a standby, where it receives from, if the role may see that: "10.0.0.5:5432"; may be another standby. */
  readonly sender: string | null;
  readonly readOnly: boolean;
  /** Type of expire_date, domains resolved. */
  readonly expireType: string;
}

type Facts = Omit<CleanupTarget, 'table' | 'name' | 'shown'>;

/**
 * What the catalogs say of the table and of what the role may do with it. Two statements in one round trip.
 * @throws Problem as checkSessionTable, and 'expire-date-type'
 */
export async function cleanupTarget(db: Database, table: SessionTable = DJANGO_SESSION): Promise<CleanupTarget> {
  const context = { what: `Cannot look at ${shown(table)}`, table: shown(table), statementTimeoutMs: 10_000 };
  const name = await placed(db, table);
  // Sent together; if both fail, the check knows better why.
  const [checked, found] = await Promise.allSettled([
    checkSessionTable(db, table),
    db.query<Facts>(factsSql(db.server.version), [name], context),
  ]);
  if (checked.status === 'rejected') throw checked.reason;
  if (found.status === 'rejected') throw found.reason;
  const [facts] = found.value;
  if (facts === undefined) throw new Error('A statement without FROM has one row.');
  if (facts.expireType !== 'timestamp with time zone') throw wrongType(shown(table), facts.expireType);
  return { ...facts, table, name, shown: shown(table) };
}

const factsSql = (version: number): string => `WITH RECURSIVE /* django-session-monitor */ root AS (
  SELECT to_regclass($1::text)::oid AS root
), tree AS (
  SELECT root AS oid FROM root UNION ALL SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
), heap AS (
  SELECT c.* , c.oid AS rel FROM pg_class AS c JOIN tree USING (oid) WHERE relkind IN ('r', 'f')
)
SELECT (SELECT jsonb_agg(jsonb_build_object('schema', n.nspname, 'name', relname, 'kind', relkind,
          'pages', pg_relation_size(rel) / current_setting('block_size')::int,
          'indexed', EXISTS (SELECT FROM pg_index WHERE indrelid = rel AND ${ORDERS_BY_EXPIRE_DATE}),
          'mayDelete', has_table_privilege(rel, 'DELETE'),
          'mayLock', has_table_privilege(rel, 'UPDATE')) ORDER BY n.nspname, relname)
          FROM heap JOIN pg_namespace AS n ON n.oid = relnamespace) AS heaps,
       coalesce((SELECT jsonb_agg(jsonb_build_object('table', conrelid::regclass::text, 'action', confdeltype,
          'columns', (SELECT jsonb_agg(jsonb_build_array(quote_ident(a.attname), quote_ident(b.attname), format('OPERATOR(%I.%s)', n.nspname, o.oprname)))
                        FROM unnest(conkey, confkey, conpfeqop) AS k(own, their, equal)
                        JOIN pg_operator AS o ON o.oid = k.equal JOIN pg_namespace AS n ON n.oid = o.oprnamespace
                        JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = own
                        JOIN pg_attribute AS b ON b.attrelid = confrelid AND b.attnum = their),
          'maySelect', has_table_privilege(conrelid, 'SELECT'),
          'indexed', EXISTS (SELECT FROM pg_index WHERE indrelid = conrelid AND indisvalid AND indkey[0] = conkey[1])))
          FROM pg_constraint, root WHERE contype = 'f' AND confrelid = root), '[]') AS keys,
       ARRAY(SELECT DISTINCT tgname::text FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM tree)
                AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype & ${TRIGGER_TYPE_DELETE} <> 0 ORDER BY 1) AS triggers,
       ARRAY(SELECT rulename::text FROM pg_rewrite, root WHERE ev_class = root AND ev_type = '4' AND ev_enabled <> 'D') AS rules,
       row_security_active(root) AS "rowSecurity", has_table_privilege(root, 'TRUNCATE') AS "mayTruncate",
       (SELECT pg_has_role(relowner, 'USAGE') OR (relkind <> 'p' AND pg_has_role(datdba, 'USAGE'))
          FROM pg_class AS c, pg_database WHERE c.oid = root AND datname = current_database())
         ${version >= 170_000 ? `OR has_table_privilege(root, 'MAINTAIN')` : ''} AS "mayVacuum",
       pg_is_in_recovery() AS "inRecovery",
       (SELECT concat(sender_host, ':', sender_port) FROM pg_stat_wal_receiver WHERE sender_host IS NOT NULL) AS sender,
       'on' IN (current_setting('transaction_read_only'), current_setting('default_transaction_read_only')) AS "readOnly",
       (SELECT format_type(CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END, NULL)
          FROM pg_attribute JOIN pg_type AS t ON t.oid = atttypid WHERE attrelid = root AND attname = 'expire_date') AS "expireType"
  FROM root`;

/** TRIGGER_TYPE_DELETE in src/include/catalog/pg_trigger.h */
const TRIGGER_TYPE_DELETE = 8;

const WHAT = 'Cannot clear sessions';

/** A sentence. */
export function whereToGo({ sender }: Pick<CleanupTarget, 'sender'>): string {
  return sender === null
    ? 'Connect to the primary for this.'
    : `Connect to the primary for this: this standby receives from ${sender}.`;
}

/** @throws Problem 'in-recovery' */
export function requirePrimary(db: Database, target: CleanupTarget, what: string): void {
  if (!target.inRecovery) return;
  throw new Problem({
    code: 'in-recovery',
    what,
    why: `${db.target} is a standby, which takes no writes.`,
    next: whereToGo(target),
    transient: false,
  });
}

/** @throws Problem 'in-recovery', 'read-only', 'permission-denied' when the role or the connection can't delete */
export function requireWritable(db: Database, target: CleanupTarget): void {
  requirePrimary(db, target, WHAT);
  const denied = target.heaps.find(({ mayDelete }) => !mayDelete);
  if (target.readOnly) {
    throw new Problem({
      code: 'read-only',
      what: WHAT,
      why: `The connection is read only, or transactions of user ${db.server.user} are by default (default_transaction_read_only).`,
      next: `Connect as a user that may write for this: the owner of ${target.shown} or the user that Django has.`,
      transient: false,
    });
  }
  if (denied === undefined) return;
  const name = quoted(denied);
  throw new Problem({
    code: 'permission-denied',
    what: WHAT,
    why: `User ${db.server.user} may not delete from ${shown(denied)}.`,
    next: `Let its owner run: GRANT SELECT, DELETE ON ${name} TO "${db.server.user}"; or connect as the user that Django has.`,
    transient: false,
  });
}

function wrongType(table: string, type: string): Problem {
  return new Problem({
    code: 'expire-date-type',
    what: WHAT,
    why: `expire_date of ${table} is of type ${type} and not timestamp with time zone, so that it depends on a time zone what has expired.`,
    next: 'Use "python manage.py clearsessions", which knows the time zone of the project, or change the type of the column.',
    transient: false,
  });
}
