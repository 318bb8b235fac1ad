import { Problem } from '../../common/problem.ts';
import type { SessionTable } from './readings.ts';

/** Django's own name of the table. */
export const DJANGO_SESSION: SessionTable = { name: 'django_session' };

/** The name as SQL: `"shop"."django_session"`, or `"django_session"` to be found by search_path. */
export function quoted({ schema, name }: SessionTable): string {
  return schema === undefined || schema === '' ? identifier(name) : `${identifier(schema)}.${identifier(name)}`;
}

/** For people: shop.django_session. */
export function shown({ schema, name }: SessionTable): string {
  return schema === undefined || schema === '' ? name : `${schema}.${name}`;
}

/** "shop"."Session", each part quoted only where it has to be, as PostgreSQL gives names. */
const QUALIFIED = /^("(?:[^"]|"")+"|[^".]+)\.("(?:[^"]|"")+"|[^".]+)$/u;

/** The other way round. */
export function fromQualified(text: string): SessionTable {
  const [, schema, name] = QUALIFIED.exec(text) ?? [];
  if (schema === undefined || name === undefined) return { name: plain(text) };
  return { schema: plain(schema), name: plain(name) };
}

function plain(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}

/** @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
function identifier(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63) {
    throw new Problem({
      code: 'table-name',
      what: 'Cannot watch the session table',
      why: `${JSON.stringify(name.slice(0, 80))} can’t be a name in PostgreSQL: it has to have 1 to 63 bytes.`,
      next: 'Correct the table or the schema in the settings of this extension.',
      transient: false,
    });
  }
  return `"${name.replaceAll('"', '""')}"`;
}
