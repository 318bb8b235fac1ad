import { EXPORT_QUERIES, exportedName } from '../postgres/export/exportQueries.ts';
import type { ExportedFigure } from './exportedFigures.ts';
import { combined, scaled, type ColumnOfQuery, type Expression } from './expression.ts';

const COLUMNS: ReadonlyMap<string, ColumnOfQuery> = new Map(
  EXPORT_QUERIES.flatMap((query) => query.columns.map((column) => [exportedName(query, column), { query, column }])),
);

export function exportedColumn(name: string): ColumnOfQuery {
  const found = COLUMNS.get(name);
  if (found === undefined) throw new Error(`No exported query answers ${name}.`);
  return found;
}

/** A column as it is. */
export function columnExpression(name: string): Expression {
  return { kind: 'gauge', of: exportedColumn(name) };
}

const rates = (names: readonly string[]): Expression => {
  const [first, ...more] = names.map((name): Expression => ({ kind: 'rate', of: exportedColumn(name) }));
  if (first === undefined) throw new Error('A rate of nothing.');
  return more.length === 0 ? first : combined('+', first, ...more);
};

/** How a figure is worked out of the columns. */
export function figureExpression(figure: ExportedFigure): Expression {
  switch (figure.kind) {
    case 'value':
      return scaled(columnExpression(figure.of), figure.factor ?? 1);
    case 'rate':
      return scaled(rates(figure.of), figure.perSeconds);
    case 'share':
      return combined('/', rates(figure.part), rates(figure.whole));
    case 'ratio':
      return combined('/', scaled(columnExpression(figure.part), figure.factor ?? 1), columnExpression(figure.whole));
    case 'slope':
      return { kind: 'slope', of: exportedColumn(figure.of) };
  }
}
