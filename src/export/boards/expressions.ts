import type { Unit } from '../../common/format.ts';
import { METRIC_ROWS, metricById, type MetricId } from '../../monitoring/metrics/metrics.ts';
import { EXPORT_QUERIES, exportedName } from '../../postgres/export/exportQueries.ts';
import type { ExportContext } from '../exportContext.ts';
import { EXPORTED_FIGURES, type ExportedFigure } from '../exportedFigures.ts';
import { combined, scaled, type ColumnOfQuery, type Expression } from './expression.ts';

/** A figure of the metric table as a dashboard shows it. */
export interface DrawnFigure {
  readonly expression: Expression;
  /** That of the metric, unless it says otherwise: a moment that is exported as an age. 'date': seconds since the epoch. */
  readonly unit: Unit;
}

const COLUMNS: ReadonlyMap<string, ColumnOfQuery> = new Map(
  EXPORT_QUERIES.flatMap((query) => query.columns.map((column) => [exportedName(query, column), { query, column }])),
);

function column(name: string): ColumnOfQuery {
  const found = COLUMNS.get(name);
  if (found === undefined) throw new Error(`No exported query answers ${name}.`);
  return found;
}

const gauge = (name: string): Expression => ({ kind: 'gauge', of: column(name) });
const rates = (names: readonly string[]): Expression => {
  const [first, ...more] = names.map((name): Expression => ({ kind: 'rate', of: column(name) }));
  if (first === undefined) throw new Error('A rate of nothing.');
  return more.length === 0 ? first : combined('+', first, ...more);
};

/** How each kind of figure is worked out. */
function ofFigure(figure: ExportedFigure): Expression {
  switch (figure.kind) {
    case 'value':
      return scaled(gauge(figure.of), figure.factor ?? 1);
    case 'rate':
      return scaled(rates(figure.of), figure.perSeconds);
    case 'share':
      return combined('/', rates(figure.part), rates(figure.whole));
    case 'ratio':
      return combined('/', scaled(gauge(figure.part), figure.factor ?? 1), gauge(figure.whole));
    case 'slope':
      return { kind: 'slope', of: column(figure.of) };
  }
}

/** The part of the heap that is not free, which rows and dead tuples share in proportion to their number. */
function heapShare(part: Expression): Expression {
  const used = combined('-', gauge('django_session_table_heap_bytes'), gauge('django_session_heap_reusable_bytes'));
  const tuples = combined('+', gauge('django_session_rows'), gauge('django_session_table_dead_tuples'));
  return combined('/', combined('*', used, part), tuples);
}

/** What is worked out of several figures, as the metric table does it. */
const WORKED_OUT: Partial<Record<MetricId, Expression>> = {
  'table.live': heapShare(gauge('django_session_rows')),
  'table.dead': heapShare(gauge('django_session_table_dead_tuples')),
};

/** Undefined: it is not exported, or nothing that can be drawn, such as a text or a count since a forgotten day. */
export function drawnFigure(id: MetricId): DrawnFigure | undefined {
  const { unit } = metricById(id);
  const workedOut = WORKED_OUT[id];
  if (workedOut !== undefined) return { expression: workedOut, unit };
  const figure = EXPORTED_FIGURES.find(({ metric }) => metric === id);
  if (figure === undefined || unit === 'text') return undefined;
  // A counter by itself tells nothing: its rate does.
  if (figure.kind === 'value' && column(figure.of).column.kind === 'counter') return undefined;
  const expression = ofFigure(figure);
  const isAge = unit === 'date' && figure.kind === 'value' && !figure.of.endsWith('_timestamp_seconds');
  return { expression, unit: isAge ? 'seconds' : unit };
}

/** Those of the children of a metric, told apart by a label. */
export const DRAWN_CHILDREN: Partial<Record<MetricId, { readonly expression: Expression; readonly by: string }>> = {
  'connections.total': { expression: gauge('django_session_backend_connections'), by: 'state' },
};

/** All metrics that are drawn, in the order of their table. */
export const DRAWN_METRICS: readonly MetricId[] = METRIC_ROWS.map(({ id }) => id).filter(
  (id) => drawnFigure(id) !== undefined,
);

/**
 * Runs of the cleanup that are missing by the table alone, as no query sees the service: how many intervals the oldest expired session
 * has been waiting. See src/services/cleanupService/facts.ts.
 */
export function missedRuns({ cleanupIntervalSeconds: interval }: ExportContext): Expression {
  const grace = Math.min(7_200, Math.max(60, interval / 10));
  const late = combined('-', gauge('django_session_oldest_expired_age_seconds'), { kind: 'number', value: grace });
  return combined('/', late, { kind: 'number', value: interval });
}
