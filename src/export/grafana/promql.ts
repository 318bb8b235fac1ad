import type { Expression } from '../expression.ts';
import { exportedColumn } from '../figureExpression.ts';
import { inPromql } from '../prometheus/promqlOf.ts';

/** What is chosen above the dashboard, by its label. "doublequote": as a string of PromQL, whatever is in the name. */
export const CHOSEN = {
  datname: '${database:doublequote}',
  schemaname: '${schema:doublequote}',
  relname: '${table:doublequote}',
} as const;

/** Grafana's own window for rates: four scrapes, or a step of the picture. */
const RATE_RANGE = '$__rate_interval';

/**
 * A figure of what is chosen, as one series: where two servers read the same exporter, it counts once.
 * @param by one series for each value of this label
 */
export function chosenPromql(expression: Expression, by?: string): string {
  return `max${by === undefined ? '' : ` by (${by}) `}(${inPromql(expression, select, RATE_RANGE)})`;
}

function select(name: string): string {
  const { columns } = exportedColumn(name).query;
  const labels = Object.entries(CHOSEN).filter(([label]) => columns.some((column) => column.name === label));
  return `${name}{${labels.map(([label, value]) => `${label}=${value}`).join(',')}}`;
}
