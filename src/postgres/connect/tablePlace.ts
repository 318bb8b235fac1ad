import type { Database } from './database.ts';
import type { SessionTable } from '../table/readings.ts';
import { spend, type Spent } from '../table/spent.ts';
import { quoted } from '../table/tableName.ts';

/** By connection: what a name alone stands for. */
const known = new WeakMap<Database, Map<string, string>>();

/**
 * The name as SQL with its schema, for statements that search_path finds nothing for. A table without a schema is the one that the
 * role's own path finds; it is looked for once a connection, and again after a statement has missed it. Where there is none, the name
 * stays alone, and the statement fails.
 */
export async function placed(db: Database, table: SessionTable, spent?: Spent, signal?: AbortSignal): Promise<string> {
  const name = quoted(table);
  if (table.schema !== undefined && table.schema !== '') return name;
  const before = known.get(db)?.get(name);
  if (before !== undefined) return before;
  const context = { what: `Cannot look for ${table.name}`, table: table.name, ...(signal && { signal }) };
  const [answer] = await db.transaction([{ text: PLACE, values: [name], path: 'role' }], context);
  const rows = (answer?.rows ?? []) as readonly { readonly schema: string | null; readonly server_ms: number }[];
  if (spent !== undefined) spend(spent, rows);
  const schema = rows[0]?.schema;
  if (schema === undefined || schema === null) return name;
  const full = quoted({ schema, name: table.name });
  known.set(db, (known.get(db) ?? new Map<string, string>()).set(name, full));
  return full;
}

/** To be called where a table was missed. */
export function forgetPlaces(db: Database): void {
  known.delete(db);
}

/** With the path of the role, so that everything is named in full. */
const PLACE = `SELECT /* django-session-monitor */ (SELECT n.nspname::pg_catalog.text FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1::pg_catalog.text)::pg_catalog.oid) AS schema,
       (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) pg_catalog.now()) OPERATOR(pg_catalog.*) 1000::double precision) AS server_ms`;
