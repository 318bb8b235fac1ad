/** Which table of which database the figures are of. */
export interface DatabaseTarget {
  readonly database: string;
  /** undefined: in whatever schema it is. */
  readonly schema?: string;
  readonly table: string;
}

/** Selectors over the metrics of postgres_exporter, for one database and its session table. */
export interface Selectors {
  readonly table: (metric: string) => string;
  readonly database: (metric: string, ...matchers: readonly string[]) => string;
  /** Of all databases of all servers. */
  readonly server: (metric: string, ...matchers: readonly string[]) => string;
}

/**
 * The labels by which a server of PostgreSQL is told from others. Not "server", which some versions of the exporter set on a
 * part of their metrics only.
 */
export const SERVER_LABELS = 'job, instance';

/** @param selector label matchers as `parseSelector` gives them; '' for none */
export function selectorsOf({ database, schema, table }: DatabaseTarget, selector: string): Selectors {
  const select = (metric: string, matchers: readonly string[]): string =>
    `${metric}{${[...matchers, selector].filter((one) => one !== '').join(',')}}`;
  const ofDatabase = `datname=${text(database)}`;
  const ofTable = [ofDatabase, schema === undefined ? '' : `schemaname=${text(schema)}`, `relname=${text(table)}`];
  return {
    table: (metric) => select(metric, ofTable),
    database: (metric, ...matchers) => select(metric, [ofDatabase, ...matchers]),
    server: (metric, ...matchers) => select(metric, matchers),
  };
}

/** A string of PromQL: its escapes are those of Go, of which JSON's are a part. */
function text(value: string): string {
  return JSON.stringify(value);
}
