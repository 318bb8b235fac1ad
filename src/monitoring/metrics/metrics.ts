import { formatMeasured, formatValue, type FormatOptions } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { APPLICATION_METRICS } from './application.ts';
import { CONNECTION_METRICS } from './connections.ts';
import { DATABASE_METRICS } from './database.ts';
import { guarded } from './guardMetric.ts';
import type { GroupRow, MetricRow, MetricValue } from './metric.ts';
import { MONITOR_METRICS } from './monitor.ts';
import { entriesText } from './saves.ts';
import { SESSION_METRICS } from './sessions.ts';
import { STATEMENT_METRICS } from './statements.ts';
import { TABLE_METRICS } from './table.ts';
import { OTHER_TABLE_METRICS } from './tables/others.ts';
import { SPACE_METRICS } from './tables/space.ts';
import { WRITE_METRICS } from './writes.ts';

export type { MetricChild, MetricGroupId, MetricValue } from './metric.ts';

const ROWS = [
  ...SESSION_METRICS,
  ...WRITE_METRICS,
  ...TABLE_METRICS,
  ...SPACE_METRICS,
  ...OTHER_TABLE_METRICS,
  ...STATEMENT_METRICS,
  ...CONNECTION_METRICS,
  ...DATABASE_METRICS,
  ...APPLICATION_METRICS,
  ...MONITOR_METRICS,
] as const;

type Row = (typeof ROWS)[number];
export type MetricId = Row['id'];
/** Every chart that a metric is drawn in. */
export type ChartId = Extract<Row, { readonly charts: unknown }>['charts'][number]['id'];

export interface Metric extends MetricRow {
  readonly id: MetricId;
}

/** Every metric once, in the order in which it is shown. Adding a metric is adding a row to its group's file. */
export const METRIC_ROWS: readonly Metric[] = ROWS;

/** The same, none of which throws. */
export const METRICS: readonly Metric[] = METRIC_ROWS.map(guarded);

const BY_ID: ReadonlyMap<string, Metric> = new Map(METRICS.map((metric) => [metric.id, metric]));

/** For an id that comes from elsewhere: a series of the history, a page. */
export function findMetric(id: string): Metric | undefined {
  return BY_ID.get(id);
}

export function metricById(id: MetricId): Metric {
  const metric = findMetric(id);
  if (metric === undefined) throw new Error(`There is no metric ${id}.`);
  return metric;
}

export type MetricGroup = GroupRow<MetricId>;

/** The groups in the order in which they are shown. */
export const METRIC_GROUPS: readonly MetricGroup[] = [
  {
    id: 'sessions',
    label: 'Sessions',
    icon: 'account',
    open: true,
    summary: 'sessions.active',
    describe: (s, o) =>
      metricsLine(s, o, [
        ['sessions.active', ' active'],
        ['sessions.expired', ' expired'],
      ]),
    closer: {
      label: 'In a sample',
      line: [
        ['sessions.anonymous', ' anonymous'],
        ['sessions.lastActivity', ' with last_activity'],
      ],
    },
  },
  {
    id: 'writes',
    label: 'Writes',
    icon: 'save',
    summary: 'writes.saves',
    describe: (s, o) => {
      const saves = read(s, 'writes.saves');
      const text = isKnown(saves) ? `${format(saves, 'count', o)} saves/min` : '';
      const changes = s.detail?.saves.value;
      const [first] = changes?.changes ?? [];
      const share = first === undefined ? '' : formatValue(first.saves / (changes?.saves ?? 1), 'share', o);
      const change = first === undefined ? '' : `${share} change ${entriesText(first.entries)}`;
      return join([text, change]);
    },
  },
  {
    id: 'table',
    label: 'Table',
    icon: 'table',
    summary: 'table.total',
    describe: (s, o) =>
      metricsLine(s, o, [
        ['table.total', ''],
        ['table.growth', ''],
      ]),
  },
  {
    id: 'statements',
    label: 'Statements',
    icon: 'code',
    summary: 'statements.count',
    describe: (s, o) => {
      const mean = read(s, 'statements.meanTime');
      const text = isKnown(mean) && mean.value !== null ? `mean ${format(mean, 'milliseconds', o)}` : '';
      return join([...parts(s, o, [['statements.count', '']]), text]);
    },
  },
  {
    id: 'connections',
    label: 'Connections',
    icon: 'plug',
    summary: 'connections.used',
    describe: (s, o) => {
      const used = read(s, 'connections.used');
      const max = read(s, 'connections.max');
      const of = isKnown(max) ? ` of ${format(max, 'count', o)}` : '';
      return join([
        isKnown(used) ? `${format(used, 'count', o)}${of}` : '',
        ...parts(s, o, [['connections.waiting', ' waiting']]),
      ]);
    },
  },
  {
    id: 'database',
    label: 'Database',
    icon: 'server',
    summary: 'database.transactions',
    describe: (s, o) =>
      metricsLine(s, o, [
        ['database.transactions', ''],
        ['database.cacheHitShare', ' cache hits'],
      ]),
  },
  {
    id: 'application',
    label: 'Application',
    icon: 'globe',
    summary: 'application.p95',
    describe: (s, o) =>
      metricsLine(s, o, [
        ['application.p95', ' p95'],
        ['application.requests', ''],
        ['application.errorShare', ' errors'],
      ]),
  },
  {
    id: 'monitor',
    label: 'This monitor',
    icon: 'pulse',
    summary: 'monitor.serverMs',
    describe: (s, o) =>
      join([...parts(s, o, [['monitor.serverMs', ` every ${formatValue(s.monitor.intervalSeconds, 'seconds', o)}`]])]),
  },
];

type Part = readonly [id: MetricId, after: string];

function read(snapshot: Snapshot, id: MetricId): Measured<MetricValue> {
  return metricById(id).read(snapshot);
}

function format(value: Measured<MetricValue>, unit: Metric['unit'], options: FormatOptions | undefined): string {
  return formatMeasured(value, unit, options);
}

/** Unknown values are left out of a line; a line of none but unknown values says so. */
function parts(snapshot: Snapshot, options: FormatOptions | undefined, wanted: readonly Part[]): string[] {
  return wanted.flatMap(([id, after]) => {
    const value = read(snapshot, id);
    return isKnown(value) ? [format(value, metricById(id).unit, options) + after] : [];
  });
}

function join(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(', ') || 'unknown';
}

/** "133,313 active, 66,785 expired" */
export function metricsLine(snapshot: Snapshot, options: FormatOptions | undefined, wanted: readonly Part[]): string {
  return join(parts(snapshot, options, wanted));
}
