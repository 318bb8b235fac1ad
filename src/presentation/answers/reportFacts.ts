import type { Measured } from '../../common/measured.ts';
import { findMetric, type MetricValue } from '../../monitoring/metrics/metrics.ts';
import type { MonitorState } from '../../monitoring/poll/monitorTypes.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { rangeFigures, type RangeOf } from '../../reports/compareFigures.ts';
import type { ReportChart, ReportFacts, ReportSeries } from '../../reports/reportFacts.ts';
import type { SeriesSpec } from '../../webview/protocol/protocol.ts';
import { CHART_SPECS, SERIES_IDS } from '../dashboard/chartSpecs.ts';
import type { Drawn } from '../dashboard/reportPictures.ts';
import type { AppState } from '../rows/appState.ts';
import type { AnswerParts } from './answerParts.ts';
import { compared } from './compareAnswer.ts';

export interface ReportWanted {
  readonly range: RangeOf;
  /** Undefined: there are no pictures. */
  readonly drawn: Drawn | undefined;
  readonly madeAt: Date;
  /** Of this extension. */
  readonly version: string;
  /** BCP 47 tag. */
  readonly locale: string;
}

/** Gathers what a report says. Rejects with the signal's reason when it is aborted. */
export async function reportFacts(
  state: Extract<AppState, { kind: 'connected' }>,
  parts: Pick<AnswerParts, 'app' | 'source'>,
  { range, drawn, madeAt, version, locale }: ReportWanted,
  signal: AbortSignal,
): Promise<ReportFacts> {
  const { connection, monitor, alerts } = state;
  const { source } = parts;
  const figures = await rangeFigures(source, SERIES_IDS, range, signal);
  const wished = drawn?.compared ?? null;
  const pictures = new Map(drawn?.pictures.flatMap(({ chart, data }) => pngOf(chart, data)));
  return {
    name: connection.name,
    target: connection.target,
    range,
    madeAt,
    version,
    problem: problemOf(monitor),
    charts: CHART_SPECS.map((spec): ReportChart => {
      const { id, title, unit } = spec;
      const series = spec.series.map((one) => seriesOf(one, monitor.snapshot));
      return { id, title, unit, series };
    }),
    figures,
    pictures,
    withoutPictures: pictures.size > 0 ? '' : WITHOUT_PICTURES,
    comparison: wished === null ? undefined : await compared(wished, parts, signal, { locale }),
    annotations: source.annotations(range.from, range.to),
    alerts,
    statements: monitor.snapshot?.detail?.statements,
  };
}

const WITHOUT_PICTURES = 'the dashboard had no chart to draw, was closed, or did not draw it in time.';

function problemOf(monitor: MonitorState): string {
  if (monitor.kind === 'stale' || monitor.kind === 'failed') {
    const { what, why } = monitor.problem;
    return `${monitor.kind}. ${what}: ${why}`;
  }
  return monitor.kind === 'live' ? '' : monitor.kind;
}

function seriesOf({ id, label, factor }: SeriesSpec, snapshot: Snapshot | undefined): ReportSeries {
  const measured = snapshot === undefined ? undefined : read(id, snapshot);
  return { id, label, factor, how: measured?.how ?? 'unknown' };
}

/** The value of a metric, or of the child that the id names behind a slash. */
function read(id: string, snapshot: Snapshot): Measured<MetricValue> | undefined {
  const [metricId = '', key] = id.split('/');
  const metric = findMetric(metricId);
  const child = metric?.children?.(snapshot).find((one) => one.key === key);
  return child?.value ?? metric?.read(snapshot);
}

/** What every PNG begins with. */
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The picture in base64 and nothing else; none where it is no PNG. */
function pngOf(chart: string, data: string): readonly (readonly [string, string])[] {
  const bytes = Buffer.from(data, 'base64');
  const isPng = bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
  return isPng ? [[chart, bytes.toString('base64')]] : [];
}
