import type { ExportedQuery } from '../../postgres/export/exportQueries.ts';
import type { ExportContext } from '../exportContext.ts';
import { columnsOf, written, type ColumnOfQuery, type Expression } from '../expression.ts';

/** The event type of what a query answers: django_session_table becomes DjangoSessionTableSample. */
export function sampleName({ prefix }: Pick<ExportedQuery, 'prefix'>): string {
  return `${prefix
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Sample`;
}

/** `latest`: as it is now; `average`: over each step of a picture. */
export type Over = 'latest' | 'average';

/** The figure, of which events, and of which table: the parts of a query. */
export function nrql(
  expression: Expression,
  { database, table }: Pick<ExportContext, 'database' | 'table'>,
  over: Over,
): { readonly select: string; readonly from: string; readonly where: string } {
  const value = ({ column }: ColumnOfQuery): string => `${over}(${attribute(column.name)})`;
  const select = written(expression, {
    gauge: value,
    // The integration has made a rate a second of it, which has its ups and downs.
    rate: ({ column }) => `average(${attribute(column.name)})`,
    slope: ({ column }) => `derivative(${attribute(column.name)}, 1 day)`,
  });
  const queries = [...new Set(columnsOf(expression).map(({ query }) => query))];
  const names: Readonly<Record<string, string | undefined>> = {
    datname: database,
    schemaname: table.schema,
    relname: table.name,
  };
  const known = Object.entries(names).flatMap(([label, text]) =>
    text !== undefined && queries.every(({ columns }) => columns.some(({ name }) => name === label))
      ? [`${attribute(label)} = ${literal(text)}`]
      : [],
  );
  return { select, from: queries.map(sampleName).join(', '), where: known.join(' AND ') };
}

/** Some of the names are words of NRQL. */
export function attribute(name: string): string {
  return `\`${name}\``;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
