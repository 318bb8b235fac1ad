import type { Unit } from '../../common/format.ts';
import type { AlertRuleId } from '../../monitoring/alerts/alertTypes.ts';
import { BACKEND_STATES } from '../../monitoring/metrics/connections.ts';
import type { ChartSpec } from '../../webview/protocol/protocol.ts';

/** One curve: a metric of the metric table, or one of its children. */
export interface SeriesRow {
  readonly metric: string;
  /** Key of a child, such as a backend state. */
  readonly child?: string;
  /** Where the label of the metric says too little beside others. */
  readonly label?: string;
  readonly role?: 'limit';
}

export interface ChartRow {
  readonly id: string;
  readonly section: ChartSpec['section'];
  readonly title: string;
  readonly stacked?: boolean;
  /** Also in the small view beside other things. */
  readonly compact?: boolean;
  /** The rule whose threshold is drawn as a line. */
  readonly rule?: AlertRuleId;
  /** A threshold that is a share of this metric, such as 90 % of the connections there can be. */
  readonly ruleOf?: string;
  /** Drawn in another unit than that of its metrics: their value times the factor. */
  readonly scaled?: { readonly factor: number; readonly unit: Unit };
  readonly series: readonly SeriesRow[];
}

const MINUTES_AN_HOUR = 60;

/** Everything that the dashboard draws, in its order. What each curve is stands in the metric table. */
export const CHARTS: readonly ChartRow[] = [
  {
    id: 'sessions',
    section: 'sessions',
    title: 'Sessions',
    compact: true,
    series: [{ metric: 'sessions.total' }, { metric: 'sessions.active' }, { metric: 'sessions.expired' }],
  },
  {
    id: 'expired',
    section: 'sessions',
    title: 'Expired sessions',
    rule: 'expired-sessions',
    series: [{ metric: 'sessions.expired' }],
  },
  {
    id: 'saves',
    section: 'sessions',
    title: 'Saves an hour',
    compact: true,
    rule: 'saves-per-minute',
    scaled: { factor: MINUTES_AN_HOUR, unit: 'perHour' },
    series: [{ metric: 'writes.saves' }, { metric: 'writes.updates' }, { metric: 'writes.inserts' }],
  },
  {
    id: 'space',
    section: 'sessions',
    title: 'Space in the table: live, dead, free',
    stacked: true,
    series: [
      { metric: 'table.live' },
      { metric: 'table.dead' },
      { metric: 'table.reusable', label: 'Free (reusable)' },
    ],
  },
  {
    id: 'statements',
    section: 'database',
    title: 'Statement time on the session table',
    series: [{ metric: 'statements.meanTime' }],
  },
  {
    id: 'connections',
    section: 'database',
    title: 'Connections by state',
    compact: true,
    stacked: true,
    rule: 'connections-exhausted',
    ruleOf: 'connections.max',
    series: [
      ...BACKEND_STATES.map((child) => ({ metric: 'connections.total', child })),
      { metric: 'connections.used', role: 'limit' as const },
      { metric: 'connections.max', role: 'limit' as const },
    ],
  },
  {
    id: 'sizes',
    section: 'database',
    title: 'Table and index sizes',
    rule: 'table-size',
    series: [{ metric: 'table.total' }, { metric: 'table.heap' }, { metric: 'table.index' }, { metric: 'table.toast' }],
  },
  { id: 'hot', section: 'database', title: 'HOT share of updates', series: [{ metric: 'writes.hotShare' }] },
  {
    id: 'responseTimes',
    section: 'application',
    title: 'Response times',
    series: ['p50', 'p95', 'p99'].map((label) => ({ metric: `application.${label}`, label })),
  },
  { id: 'requests', section: 'application', title: 'Requests', series: [{ metric: 'application.requests' }] },
  { id: 'errors', section: 'application', title: 'Errors', series: [{ metric: 'application.errors' }] },
  { id: 'errorShare', section: 'application', title: 'Error share', series: [{ metric: 'application.errorShare' }] },
];
