import { yamlText } from '../yamlText.ts';
import { EXPORT_QUERIES, type ExportedColumn } from '../../postgres/export/exportQueries.ts';
import { countedTo, type ExportContext } from '../exportContext.ts';
import { sampleName } from './nrql.ts';

/** prate: a rate a second that leaves out where a counter went back. What has no type and is NULL would become a text. */
const TYPES: Readonly<Record<ExportedColumn['kind'], string>> = {
  label: 'attribute',
  gauge: 'gauge',
  counter: 'prate',
};

/**
 * Queries for CUSTOM_METRICS_CONFIG of nri-postgresql, which asks all of a file as often as its `interval` says.
 * @see https://github.com/newrelic/nri-postgresql
 */
export function newRelicCustomQueries(context: ExportContext, everySeconds: number): string {
  const { table, database } = context;
  const countTo = countedTo(context);
  const queries = EXPORT_QUERIES.filter((query) => query.everySeconds === everySeconds).map((query) => ({
    query: query.sql(table, { countTo }),
    database,
    sample_name: sampleName(query),
    metric_types: Object.fromEntries(query.columns.map(({ name, kind }) => [name, TYPES[kind]])),
  }));
  return yamlText({ queries });
}
