import { yamlText } from '../yamlText.ts';
import { EXPORTER_ROLE } from '../../postgres/export/exporterRole.ts';
import { EXPORT_QUERIES, type ExportedColumn } from '../../postgres/export/exportQueries.ts';
import { countedTo, type ExportContext } from '../exportContext.ts';
import { TABLE_TAG, tableTag } from './query.ts';

/** How the Agent submits a column. A counter that goes back was reset, and is not taken for a change. */
const TYPES: Readonly<Record<ExportedColumn['kind'], string>> = {
  label: 'tag',
  gauge: 'gauge',
  counter: 'monotonic_count',
};

/**
 * conf.d/postgres.d of the Datadog Agent, with an instance of this database. From Agent 7.58 on; before it, a row with a NULL was
 * left out as a whole.
 * @see https://docs.datadoghq.com/database_monitoring/custom_metrics/
 */
export function datadogCustomQueries(context: ExportContext): string {
  const { table, database } = context;
  const countTo = countedTo(context);
  const tags = [`${TABLE_TAG}:${tableTag(context)}`];
  const queries = EXPORT_QUERIES.map(({ prefix, sql, columns, everySeconds }) => ({
    metric_prefix: prefix,
    query: sql(table, { countTo }),
    columns: columns.map(({ name, kind }) => ({ name, type: TYPES[kind] })),
    tags,
    collection_interval: everySeconds,
  }));
  const instance = {
    host: 'localhost',
    port: 5432,
    username: EXPORTER_ROLE,
    password: '<PASSWORD>',
    dbname: database,
    custom_queries: queries,
  };
  return yamlText({ init_config: {}, instances: [instance] });
}
