import { exportedName } from '../../postgres/export/exportQueries.ts';
import type { ExportContext } from '../exportContext.ts';
import type { ExportedFigure } from '../exportedFigures.ts';
import { written, type ColumnOfQuery, type Expression } from '../expression.ts';
import { exportedColumn, figureExpression } from '../figureExpression.ts';

/** What tells one table from others, by the names of its labels. */
type Place = Pick<ExportContext, 'table' | 'database'>;

/** A text in double quotes, as PromQL and YAML read it. */
export const quotedText = (text: string): string => JSON.stringify(text);

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
  return exportedColumn(name).query.columns.some((column) => column.name === 'relname');
}

/** Over a minute, as the extension's rates are. */
const RATE = '1m';

/** PostgreSQL's NULL is NaN to some exporters: it is not known, and nothing here. */
const KNOWN = '>= -Inf';

const SECONDS_A_DAY = 86_400;

/**
 * The figure by an exporter of either kind, in the unit of the metric. An exporter that comes back under another address is the same:
 * what differs then is left out of the labels.
 */
export function promqlOf(figure: ExportedFigure, place: Place): string {
  return withoutAddress(ofPlace(figureExpression(figure), place));
}

export function ofPlace(expression: Expression, place: Place): string {
  return inPromql(expression, (name) => selector(name, place), RATE);
}

/**
 * An expression in PromQL, of what is known.
 * @param select the selector of a metric
 * @param range of the rates: "5m"
 */
export function inPromql(expression: Expression, select: (name: string) => string, range: string): string {
  const selected = ({ query, column }: ColumnOfQuery): string => select(exportedName(query, column));
  const text = written(expression, {
    gauge: selected,
    rate: (of) => `rate(${selected(of)}[${range}])`,
    // Nothing is said of less than an hour.
    slope: (of) => `(${SECONDS_A_DAY} * deriv(${selected(of)}[1d]) and ${selected(of)} offset 1h)`,
    divisor: (whole) => `(${whole} > 0)`,
  });
  return `${text} ${KNOWN}`;
}

export function withoutAddress(expression: string): string {
  return `max without (instance, pod) (${expression})`;
}

export function selector(name: string, place: Place): string {
  return `${name}{${matchers(place, isOfTable(name))}}`;
}
