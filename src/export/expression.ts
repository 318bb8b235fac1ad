import type { ExportedColumn, ExportedQuery } from '../postgres/export/exportQueries.ts';

/** A column of what an exported query answers. */
export interface ColumnOfQuery {
  readonly query: ExportedQuery;
  readonly column: ExportedColumn;
}

/**
 * How a figure is worked out from exported columns, for whatever language a system asks in. gauge: the value as it is; rate: of a
 * counter, a second; slope: the change in a day.
 */
export type Expression =
  | { readonly kind: ColumnKind; readonly of: ColumnOfQuery }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: Operator; readonly operands: readonly Expression[] };

type ColumnKind = 'gauge' | 'rate' | 'slope';
type Operator = '+' | '-' | '*' | '/';

export function combined(kind: Operator, ...operands: readonly Expression[]): Expression {
  return { kind, operands };
}

/** The expression times a number; of two numbers in a row there is one. */
export function scaled(expression: Expression, factor: number): Expression {
  if (factor === 1) return expression;
  if (expression.kind === '*') {
    const last = expression.operands.at(-1);
    if (last?.kind === 'number') return combined('*', ...expression.operands.slice(0, -1), times(last.value, factor));
  }
  return combined('*', expression, times(1, factor));
}

function times(value: number, factor: number): Expression {
  return { kind: 'number', value: value * factor };
}

/** How a system asks for one column, and what it writes of what is divided by, where that may be 0. */
export interface Ask extends Readonly<Record<ColumnKind, (of: ColumnOfQuery) => string>> {
  readonly divisor?: (text: string) => string;
}

/** The expression in the language of a system: all of them have the same arithmetic. */
export function written(expression: Expression, ask: Ask): string {
  switch (expression.kind) {
    case 'gauge':
    case 'rate':
    case 'slope':
      return ask[expression.kind](expression.of);
    case 'number':
      return String(expression.value);
    default:
      return expression.operands
        .map((one, i) => operand(one, expression.kind === '/' && i > 0, ask))
        .join(` ${expression.kind} `);
  }
}

function operand(expression: Expression, divides: boolean, ask: Ask): string {
  const text = written(expression, ask);
  if (divides && ask.divisor !== undefined && expression.kind !== 'number') return ask.divisor(text);
  return 'operands' in expression ? `(${text})` : text;
}

/** Every column that it asks for, each once. */
export function columnsOf(expression: Expression): readonly ColumnOfQuery[] {
  if ('of' in expression) return [expression.of];
  if (!('operands' in expression)) return [];
  const all = expression.operands.flatMap(columnsOf);
  return all.filter(({ column }, i) => all.findIndex((one) => one.column === column) === i);
}
