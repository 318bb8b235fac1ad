import { Problem } from '../../common/problem.ts';
import { HISTORY_ROWS } from '../../monitoring/metrics/historyRows.ts';
import type {
  HistoryAnswer,
  HistoryOutcome,
  PrometheusHistory,
} from '../../services/prometheusHistory/prometheusHistory.ts';
import type { DashboardSeries } from '../../webview/protocol/chartGuards.ts';
import type { ChartNote, ChartSpec } from '../../webview/protocol/protocol.ts';
import { CHART_SPECS } from './chartSpecs.ts';
import type { HistoryPlan } from './historyPlan.ts';

/** Which charts Prometheus is asked of, and what is said under each. */

const OWN = 'From this editor’s history:';
const NOTHING = `${OWN} Prometheus has none of these figures.`;

export interface RemoteCharts {
  readonly history: PrometheusHistory;
  readonly charts: readonly ChartSpec[];
}

/** undefined: none. Throws a `Problem` for a selector that is none. */
export async function remoteCharts(plan: HistoryPlan): Promise<RemoteCharts | undefined> {
  if (plan.kind === 'store') return undefined;
  // Loaded here: who has no Prometheus has no need of it.
  const { openPrometheusHistory } = await import('../../services/prometheusHistory/prometheusHistory.ts');
  const history = openPrometheusHistory(plan.options, HISTORY_ROWS);
  const charts = CHART_SPECS.filter(({ section, series }) =>
    plan.application ? section === 'application' : series.some(({ id }) => history.knows(id)),
  );
  return charts.length === 0 ? undefined : { history, charts };
}

/** What is said under a chart of this editor's store. `problem`: Prometheus can't be asked as it is set. */
export function ownNote(chart: ChartSpec, plan: HistoryPlan, problem: Problem | undefined): ChartNote {
  const { id } = chart;
  if (problem !== undefined) return { id, note: problem.message };
  if (plan.kind === 'store') return { id, note: plan.why === '' ? '' : `${OWN} ${plan.why}` };
  return { id, note: plan.application && chart.section !== 'application' ? '' : NOTHING };
}

export interface AnsweredCharts {
  /** Those that Prometheus has curves of. */
  readonly drawn: readonly ChartNote[];
  /** Those that it has nothing of. */
  readonly nothing: readonly ChartNote[];
  readonly failed: readonly ChartNote[];
  /** Each problem once. */
  readonly problems: readonly Problem[];
  readonly series: readonly DashboardSeries[];
}

/** An answer in the words of the page. */
export function answeredCharts(charts: readonly ChartSpec[], answer: HistoryAnswer): AnsweredCharts {
  const outcomes = charts.flatMap((chart) => {
    const outcome = answer.charts.get(chart.id);
    return outcome === undefined ? [] : [{ chart, outcome }];
  });
  const of = (kind: HistoryOutcome['kind']): readonly ChartNote[] =>
    outcomes.flatMap(({ chart, outcome }) =>
      outcome.kind === kind ? [{ id: chart.id, note: noteOf(chart, outcome) }] : [],
    );
  const problems = outcomes.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.problem] : []));
  return {
    drawn: of('series'),
    nothing: of('nothing'),
    failed: of('failed'),
    problems: [...new Map(problems.map((problem) => [problem.message, problem])).values()],
    series: [...answer.series].map(([metricId, points]) => ({ metricId, ...points })),
  };
}

function noteOf(chart: ChartSpec, outcome: HistoryOutcome): string {
  switch (outcome.kind) {
    case 'series': {
      // Of backend states it is no news that nobody was in some.
      const absent = chart.series.filter(({ id }) => outcome.missing.includes(id) && !id.includes('/'));
      const missing = absent.length === 0 ? '' : `, which has no ${absent.map(({ label }) => label).join(', ')}`;
      return [`From Prometheus${missing}.`, ...outcome.notes].join(' ');
    }
    case 'nothing':
      return [NOTHING, ...outcome.notes].join(' ');
    case 'failed':
      return outcome.problem.message;
  }
}
