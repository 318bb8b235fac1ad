import { EXPORT_QUERIES, exportedName, type ExportedQuery } from '../../postgres/export/exportQueries.ts';
import type { ExportContext } from '../exportContext.ts';
import type { ExportedFigure } from '../exportedFigures.ts';

/** What tells one table from others, by the names of its labels. */
type Place = Pick<ExportContext, 'table' | 'database'>;

/** A text in double quotes, as PromQL and YAML read it. */
export const quotedText = (text: string): string => JSON.stringify(text);

const QUERY_OF: ReadonlyMap<string, ExportedQuery> = new Map(
  EXPORT_QUERIES.flatMap((query) => query.columns.map((column) => [exportedName(query, column), query])),
);

/** Label matchers of a table, or of its database where a figure is of that. */
export function matchers({ table, database }: Place, ofTable = true): string {
  const labels = [
    ['datname', database],
    ...(ofTable
      ? [
          ['schemaname', table.schema ?? 'public'],
          ['relname', table.name],
        ]
      : []),
  ];
  return labels.map(([name = '', value = '']) => `${name}=${quotedText(value)}`).join(',');
}

function isOfTable(name: string): boolean {
  return QUERY_OF.get(name)?.columns.some((column) => column.name === 'relname') ?? false;
}

/** Over a minute, as the extension's rates are. */
const RATE = '1m';

/** PostgreSQL's NULL is NaN to some exporters: it is not known, and nothing here. */
const known = (expression: string): string => `${expression} >= -Inf`;

/**
 * The figure by an exporter of either kind, in the unit of the metric. An exporter that comes back under another address is the same:
 * what differs then is left out of the labels.
 */
export function promqlOf(figure: ExportedFigure, place: Place): string {
  return withoutAddress(expressionOf(figure, place));
}

export function withoutAddress(expression: string): string {
  return `max without (instance, pod) (${expression})`;
}

export function selector(name: string, place: Place): string {
  return `${name}{${matchers(place, isOfTable(name))}}`;
}

function expressionOf(figure: ExportedFigure, place: Place): string {
  const of = (name: string): string => selector(name, place);
  const rates = (names: readonly string[]): string => names.map((name) => `rate(${of(name)}[${RATE}])`).join(' + ');
  const times = (factor: number | undefined): string => (factor === undefined || factor === 1 ? '' : `${factor} * `);
  switch (figure.kind) {
    case 'value':
      return times(figure.factor) + known(of(figure.of));
    case 'rate':
      return known(`${times(figure.perSeconds)}(${rates(figure.of)})`);
    case 'share':
      return known(`(${rates(figure.part)}) / (${rates(figure.whole)} > 0)`);
    case 'ratio':
      return known(`${times(figure.factor)}${of(figure.part)} / (${of(figure.whole)} > 0)`);
    case 'slope':
      // Nothing is said of less than an hour.
      return `(${known(`86400 * deriv(${of(figure.of)}[1d])`)}) and ${of(figure.of)} offset 1h`;
  }
}
