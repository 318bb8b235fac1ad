import { EXPORT_QUERIES } from '../../postgres/export/exportQueries.ts';
import { exporterRoleSql } from '../../postgres/export/exporterRole.ts';
import { shown } from '../../postgres/table/tableName.ts';
import type { ExportContext } from '../exportContext.ts';
import { codeSpan } from '../codeSpan.ts';

/** Paragraphs of a README. */
export function inParagraphs(...all: readonly string[]): string {
  return `${all.join('\n\n')}\n`;
}

export function codeBlock(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
}

/** What the files are, of which table, and with whose thresholds. */
export function introduction(system: string, { connection, database, table }: ExportContext): string {
  return (
    `# ${system}: Django sessions of ${codeSpan(database)}\n\n` +
    `Figures and alerts of the session table ${codeSpan(shown(table))} in the database ${codeSpan(database)} (connection ${codeSpan(connection)}), made by Django ` +
    'Session Monitor with the thresholds that it had then. Export them again after you have changed some.'
  );
}

/** How the role is made that asks, and what it may. */
export function roleSection({ table, database }: ExportContext): string {
  const optional = EXPORT_QUERIES.filter((query) => query.optional === true).map(({ prefix }) => `\`${prefix}\``);
  return inParagraphs(
    '## A role that may look, and nothing else',
    'Let a superuser run this in the database; the same role serves the Prometheus exporters:',
    codeBlock('sql', exporterRoleSql(table, database)),
    `Without pg_stat_statements leave the query ${optional.join(', ')} out: it would fail each time, and nothing else with it.`,
  ).trimEnd();
}
