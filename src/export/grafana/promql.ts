import { exportedName } from '../../postgres/export/exportQueries.ts';
import { written, type ColumnOfQuery, type Expression } from '../boards/expression.ts';

const SECONDS_A_DAY = 86_400;

/** A NULL of PostgreSQL is NaN to some exporters: nothing is known, and nothing is drawn. */
const KNOWN = '>= -Inf';

/** What tells the watched table from others, by the label that says it: `relname="django_session"`. */
export type LabelMatchers = Readonly<Record<string, string>>;

/**
 * A figure in PromQL, as one series: where two servers read the same exporter, it counts once.
 * @param range of the rates: "5m", or a variable of Grafana
 * @param by one series for each value of this label
 */
export function promql(expression: Expression, matchers: LabelMatchers, range: string, by?: string): string {
  const selector = ({ query, column }: ColumnOfQuery): string => {
    const labels = query.columns.filter(({ kind, name }) => kind === 'label' && matchers[name] !== undefined);
    return `${exportedName(query, column)}{${labels.map(({ name }) => `${name}=${matchers[name] ?? ''}`).join(',')}}`;
  };
  const text = written(expression, {
    gauge: selector,
    rate: (of) => `rate(${selector(of)}[${range}])`,
    slope: (of) => `deriv(${selector(of)}[1d]) * ${SECONDS_A_DAY}`,
  });
  return by === undefined ? `max(${text} ${KNOWN})` : `max by (${by}) (${text} ${KNOWN})`;
}
