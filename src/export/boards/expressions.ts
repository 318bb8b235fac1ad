import type { Unit } from '../../common/format.ts';
import { METRIC_ROWS, metricById, type MetricId } from '../../monitoring/metrics/metrics.ts';
import { EXPORTED_FIGURES } from '../exportedFigures.ts';
import { combined, type Expression } from '../expression.ts';
import { columnExpression, exportedColumn, figureExpression } from '../figureExpression.ts';

/** A figure of the metric table as a dashboard shows it. */
export interface DrawnFigure {
  readonly expression: Expression;
  /** That of the metric, unless it says otherwise: a moment that is exported as an age. 'date': seconds since the epoch. */
  readonly unit: Unit;
}

/** The part of the heap that is not free, which rows and dead tuples share in proportion to their number. */
function heapShare(part: Expression): Expression {
  const used = combined(
    '-',
    columnExpression('django_session_table_heap_bytes'),
    columnExpression('django_session_heap_reusable_bytes'),
  );
  const tuples = combined(
    '+',
    columnExpression('django_session_rows'),
    columnExpression('django_session_table_dead_tuples'),
  );
  return combined('/', combined('*', used, part), tuples);
}

/** What is worked out of several figures, as the metric table does it. */
const WORKED_OUT: Partial<Record<MetricId, Expression>> = {
  'table.live': heapShare(columnExpression('django_session_rows')),
  'table.dead': heapShare(columnExpression('django_session_table_dead_tuples')),
};

/** Undefined: it is not exported, or nothing that can be drawn, such as a text or a count since a forgotten day. */
export function drawnFigure(id: MetricId): DrawnFigure | undefined {
  const { unit } = metricById(id);
  const workedOut = WORKED_OUT[id];
  if (workedOut !== undefined) return { expression: workedOut, unit };
  const figure = EXPORTED_FIGURES.find(({ metric }) => metric === id);
  if (figure === undefined || unit === 'text') return undefined;
  // A counter by itself tells nothing: its rate does.
  if (figure.kind === 'value' && exportedColumn(figure.of).column.kind === 'counter') return undefined;
  const expression = figureExpression(figure);
  const isAge = unit === 'date' && figure.kind === 'value' && !figure.of.endsWith('_timestamp_seconds');
  return { expression, unit: isAge ? 'seconds' : unit };
}

/** Those of the children of a metric, told apart by a label. */
export const DRAWN_CHILDREN: Partial<Record<MetricId, { readonly expression: Expression; readonly by: string }>> = {
  'connections.total': { expression: columnExpression('django_session_backend_connections'), by: 'state' },
};

/** All metrics that are drawn, in the order of their table. */
export const DRAWN_METRICS: readonly MetricId[] = METRIC_ROWS.map(({ id }) => id).filter(
  (id) => drawnFigure(id) !== undefined,
);
