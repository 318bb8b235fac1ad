import type { ExportContext } from '../exportContext.ts';
import { written, type ColumnOfQuery, type Expression } from '../expression.ts';
import { slug, tableKey } from '../stableId.ts';

/** The key of the tag that all of these metrics have: Datadog changes what it does not like in the values of other tags. */
export const TABLE_TAG = 'session_table';
/** Of a tag, with its key. */
const LONGEST_TAG = 200;

/** The value of that tag. */
export function tableTag(context: Pick<ExportContext, 'database' | 'table'>): string {
  return slug(tableKey(context), LONGEST_TAG - TABLE_TAG.length - 1);
}

/** One metric as Datadog is asked for it; a counter as its rate a second. Where two Agents ask the same database, it counts once. */
export function metricQuery({ query, column }: ColumnOfQuery, scope: string, by?: string): string {
  const grouped = by === undefined ? '' : ` by {${by}}`;
  return `max:${metricName(query.prefix, column.name)}{${scope}}${grouped}${column.kind === 'counter' ? '.as_rate()' : ''}`;
}

/** django_session_table.size_bytes */
function metricName(prefix: string, column: string): string {
  return `${prefix}.${column}`;
}

export interface MetricFormula {
  readonly queries: readonly { readonly data_source: 'metrics'; readonly name: string; readonly query: string }[];
  readonly formula: string;
}

/** A figure as a formula over named queries. */
export function metricFormula(expression: Expression, scope: string, by?: string): MetricFormula {
  const queries = new Map<string, string>();
  const named = (of: ColumnOfQuery): string => {
    const query = metricQuery(of, scope, by);
    const name = queries.get(query) ?? `query${queries.size + 1}`;
    queries.set(query, name);
    return name;
  };
  const formula = written(expression, {
    gauge: named,
    rate: named,
    slope: (of) => `(${named(of)} - day_before(${named(of)}))`,
  });
  return { queries: [...queries].map(([query, name]) => ({ data_source: 'metrics', name, query })), formula };
}
