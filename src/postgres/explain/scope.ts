import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/database.ts';
import type { SessionTable } from '../table/readings.ts';
import { shown } from '../table/tableName.ts';
import { placed } from '../connect/tablePlace.ts';
import { judgeNames } from './names.ts';
import { notOurs, tooPowerful } from './problems.ts';

/** What of the surroundings of a statement decides whether planning or running it runs nobody's code but PostgreSQL's. */
export interface StatementScope {
  /** Where the session table was found; null: nowhere. */
  readonly schema: string | null;
  /** Roles of great power that ours is or may become. */
  readonly powers: readonly string[];
  /** What the table is made of beside PostgreSQL's own, in words of the server. */
  readonly foreign: readonly string[];
}

/**
 * The statement as it may be planned, with the session table named in full.
 *
 * Beside the names in the statement it is the table that matters: the planner evaluates the expressions of its indexes, checks,
 * policies, defaults, partitions and statistics. Dependencies on what comes with PostgreSQL are not recorded, so that each one
 * that is recorded is somebody's. And where our role is more than a reader nothing is planned at all.
 *
 * What is read here could be changed before the statement is planned by the owner of the session table, and by nobody else.
 *
 * @see https://www.postgresql.org/docs/current/catalog-pg-depend.html
 * @see https://www.postgresql.org/docs/current/predefined-roles.html
 * @throws Problem 'explain-role', 'explain-foreign'
 */
export async function scopedStatement(
  db: Database,
  statement: string,
  table: SessionTable,
  signal?: AbortSignal,
): Promise<string> {
  const { schema, powers, foreign } = await readScope(db, table, 'The statement could not be explained', signal);
  if (powers.length > 0) throw new Problem(tooPowerful(db.server.user, powers));
  if (foreign.length > 0)
    throw new Problem(notOurs(`${shown(table)} has parts that are not PostgreSQL’s own: ${foreign.join(', ')}.`));
  const judged = judgeNames(statement, { tables: [{ name: table.name, schema: schema ?? table.schema ?? '' }] });
  if ('refused' in judged) throw new Problem(notOurs(judged.refused));
  return judged.text;
}

/** `what`: for a Problem, what has failed if this fails. */
export async function readScope(
  db: Database,
  table: SessionTable,
  what: string,
  signal?: AbortSignal,
): Promise<StatementScope> {
  const options = { what, table: shown(table), signal };
  const [scope] = await db.query<StatementScope>(SCOPE, [await placed(db, table, undefined, signal)], options);
  if (scope === undefined) throw new Error('A statement without FROM has one row.');
  return scope;
}

/** By pg_has_role what can be reached by SET ROLE counts, for code that is run could do that. */
const SCOPE = `WITH RECURSIVE /* django-session-monitor */ root AS (
  SELECT to_regclass($1::text)::oid AS oid
), tree AS (
  SELECT oid FROM root UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
), part (classid, objid) AS (
  SELECT 'pg_class'::regclass, oid FROM tree
  UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index JOIN tree ON indrelid = tree.oid
  UNION ALL SELECT 'pg_attrdef'::regclass, d.oid FROM pg_attrdef AS d JOIN tree ON adrelid = tree.oid
  UNION ALL SELECT 'pg_constraint'::regclass, c.oid FROM pg_constraint AS c JOIN tree ON conrelid = tree.oid
  UNION ALL SELECT 'pg_policy'::regclass, p.oid FROM pg_policy AS p JOIN tree ON polrelid = tree.oid
  UNION ALL SELECT 'pg_statistic_ext'::regclass, s.oid FROM pg_statistic_ext AS s JOIN tree ON stxrelid = tree.oid
)
SELECT (SELECT nspname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace JOIN root ON root.oid = c.oid) AS schema,
       ARRAY(SELECT CASE WHEN rolsuper THEN 'superuser ' || rolname ELSE rolname::text END FROM pg_roles
              WHERE (rolsuper OR rolname IN ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files'))
                AND (pg_has_role(session_user, oid, 'MEMBER') OR pg_has_role(current_user, oid, 'MEMBER'))
              ORDER BY rolsuper DESC, rolname) AS powers,
       ARRAY(SELECT pg_describe_object(refclassid, refobjid, refobjsubid) FROM pg_depend JOIN part USING (classid, objid)
              WHERE refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass,
                                   'pg_opclass'::regclass, 'pg_opfamily'::regclass)
             UNION SELECT pg_describe_object('pg_rewrite'::regclass, r.oid, 0) FROM pg_rewrite AS r JOIN tree ON ev_class = tree.oid
             UNION SELECT pg_describe_object('pg_class'::regclass, c.oid, 0) FROM pg_class AS c JOIN tree USING (oid)
              WHERE relkind NOT IN ('r', 'p')
             ORDER BY 1) AS foreign`;
