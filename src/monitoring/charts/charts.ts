import type { Unit } from '../../common/format.ts';
import { METRIC_ROWS, type ChartId, type MetricId } from '../metrics/metrics.ts';

/** The parts of a dashboard, in their order. */
export type ChartSection = 'sessions' | 'database' | 'application';

interface ChartRow {
  readonly section: ChartSection;
  readonly title: string;
  readonly stacked?: boolean;
  /** Its place in the small view, which shows the first ones; none: it is not there. */
  readonly compact?: number;
  /** Drawn in another unit than that of its metrics: their value times the factor. */
  readonly scaled?: { readonly factor: number; readonly unit: Unit };
}

const MINUTES_AN_HOUR = 60;

/** Everything that the dashboard draws, in its order, and those that other systems get. The curves are the metrics that name the chart in their rows. */
const ROWS: Readonly<Record<ChartId, ChartRow>> = {
  sessions: { section: 'sessions', title: 'Sessions', compact: 1 },
  expired: { section: 'sessions', title: 'Expired sessions', compact: 5 },
  saves: {
    section: 'sessions',
    title: 'Saves an hour',
    compact: 2,
    scaled: { factor: MINUTES_AN_HOUR, unit: 'perHour' },
  },
  space: { section: 'sessions', title: 'Space in the table: live, dead, free', stacked: true },
  statements: { section: 'database', title: 'Statement time on the session table', compact: 6 },
  connections: { section: 'database', title: 'Connections by state', compact: 3, stacked: true },
  sizes: { section: 'database', title: 'Table and index sizes' },
  hot: { section: 'database', title: 'HOT share of updates' },
  responseTimes: { section: 'application', title: 'Response times', compact: 4 },
  requests: { section: 'application', title: 'Requests' },
  errors: { section: 'application', title: 'Errors' },
  errorShare: { section: 'application', title: 'Error share' },
};

/** One curve: a metric of the metric table, or one of its children. */
export interface MetricCurve {
  readonly metric: MetricId;
  /** Key of a child, such as a backend state. */
  readonly child?: string;
  /** Where the label of the metric says too little beside others. */
  readonly label?: string;
  readonly role?: 'limit';
}

export interface MetricChart extends ChartRow {
  readonly id: ChartId;
  readonly series: readonly MetricCurve[];
}

export const CHARTS: readonly MetricChart[] = (Object.keys(ROWS) as ChartId[]).map((id) => ({
  id,
  ...ROWS[id],
  series: curvesOf(id),
}));

function curvesOf(chart: ChartId): readonly MetricCurve[] {
  return METRIC_ROWS.flatMap(({ id: metric, charts = [] }) =>
    charts.filter(({ id }) => id === chart).map((series) => ({ metric, ...series })),
  )
    .sort(({ place: a = 0 }, { place: b = 0 }) => a - b)
    .flatMap(({ metric, label, role, children }): readonly MetricCurve[] => {
      const words = { ...(label === undefined ? {} : { label }), ...(role === undefined ? {} : { role }) };
      return children === undefined ? [{ metric, ...words }] : children.map((child) => ({ metric, child, ...words }));
    });
}
