import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from 'pg';
import { parse } from 'yaml';
import { DATADOG } from '../../src/export/datadog/datadog.ts';
import type { ExportContext } from '../../src/export/exportContext.ts';
import { NEW_RELIC } from '../../src/export/newRelic/newRelic.ts';
import { EXPORTER_ROLE } from '../../src/postgres/export/exporterRole.ts';
import { exportContext, ODD_TABLE } from '../kit/exportContext.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { newDatabase, onEachMajor, SECRET_KEY } from './support.ts';

/** The queries as they stand in the files for Datadog and New Relic, asked by the role of their READMEs. */

interface Asked {
  readonly file: string;
  readonly query: string;
  /** What the file says of each column, in its order or by its name. */
  readonly columns: readonly { readonly name: string; readonly isText: boolean }[];
}

function asked(context: ExportContext): readonly Asked[] {
  const datadog = DATADOG.files(context).filter(({ path }) => path.endsWith('.yaml'));
  const newRelic = NEW_RELIC.files(context).filter(({ path }) => path.startsWith('queries-'));
  return [
    ...datadog.flatMap(({ path: file, text }) => {
      const { instances } = parse(text) as {
        instances: { custom_queries: { query: string; columns: { name: string; type: string }[] }[] }[];
      };
      return instances.flatMap(({ custom_queries }) =>
        custom_queries.map(({ query, columns }) => ({
          file,
          query,
          columns: columns.map(({ name, type }) => ({ name, isText: type === 'tag' })),
        })),
      );
    }),
    ...newRelic.flatMap(({ path: file, text }) => {
      const { queries } = parse(text) as { queries: { query: string; metric_types: Record<string, string> }[] };
      return queries.map(({ query, metric_types }) => ({
        file,
        query,
        columns: Object.entries(metric_types).map(([name, type]) => ({ name, isText: type === 'attribute' })),
      }));
    }),
  ];
}

/** The SQL of the README, as a person pastes it. */
function roleOfReadme(context: ExportContext): string {
  const readme = DATADOG.files(context).find(({ path }) => path === 'README.md')?.text ?? '';
  return /```sql\n([\s\S]*?)```/u.exec(readme)?.[1] ?? assert.fail('no SQL in the README');
}

onEachMajor('the files for Datadog and New Relic', (bench) => {
  const compare = async (admin: Client, context: ExportContext): Promise<void> => {
    await admin.query(roleOfReadme(context));
    await admin.query('CREATE EXTENSION pg_stat_statements');
    await admin.query(`SET ROLE ${EXPORTER_ROLE}`);
    const all = asked(context);
    assert.equal(all.length, 12);
    for (const { file, query, columns } of all) {
      const { rows, fields } = await admin.query<Record<string, unknown>>(query);
      assert.deepEqual(
        fields.map(({ name }) => name),
        columns.map(({ name }) => name),
        file,
      );
      assert.ok(rows.length > 0, `${file}: ${query.slice(0, 200)}`);
      for (const row of rows) {
        for (const { name, isText } of columns) {
          const value = row[name];
          if (isText) assert.equal(typeof value, 'string', `${file}: ${name}`);
          else assert.ok(value === null || typeof value === 'number', `${file}: ${name} is ${String(value)}`);
        }
      }
    }
    await admin.query('RESET ROLE');
  };

  it('answer what they declare, to the role that their README makes', async () => {
    const admin = await newDatabase(bench, 'boards');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 2_000, secretKey: SECRET_KEY });
    await compare(admin, exportContext({ database: 'boards' }));
    const [sessions] = asked(exportContext({ database: 'boards' }));
    const { rows } = await admin.query<{ rows: number; expired: number }>(sessions?.query ?? '');
    assert.equal(rows[0]?.rows, 2_000);
    await admin.query(`DROP OWNED BY ${EXPORTER_ROLE}`);
    await admin.query(`DROP ROLE ${EXPORTER_ROLE}`);
  });

  it('do so of a table with any name', async () => {
    const admin = await newDatabase(bench, 'boards_odd');
    await createSessionTable(admin);
    await admin.query('CREATE SCHEMA "My Schema"');
    await admin.query('ALTER TABLE django_session SET SCHEMA "My Schema"');
    await admin.query(`ALTER TABLE "My Schema".django_session RENAME TO "odd;table'"`);
    await compare(admin, exportContext({ database: 'boards_odd', table: ODD_TABLE }));
    await admin.query(`DROP OWNED BY ${EXPORTER_ROLE}`);
    await admin.query(`DROP ROLE ${EXPORTER_ROLE}`);
  });
});
