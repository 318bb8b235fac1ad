import { formatMilliseconds, formatNumber, formatPercent, formatValue, type Unit } from '../common/format.ts';
import { isKnown, type How, type Measured } from '../common/measured.ts';
import type { Annotation } from '../history/ranges/annotations.ts';
import type { AlertState } from '../monitoring/alerts/alertTypes.ts';
import type { StatementMetrics } from '../postgres/table/readings.ts';
import type { RangeFigures, RangeOf, SeriesFigures } from './compareFigures.ts';
import { rangeNotes } from './compareText.ts';
import { comparisonBlocks, type SaidComparison } from './comparisonBlocks.ts';
import type { Block, Report } from './reportBlocks.ts';
import { reportDate, reportRange } from './reportDates.ts';

/** One chart of the dashboard. */
export interface ReportChart {
  readonly id: string;
  /** "Sessions", the heading under which it stands. */
  readonly section: string;
  readonly title: string;
  readonly unit: Unit;
  readonly series: readonly ReportSeries[];
}

export interface ReportSeries {
  readonly id: string;
  readonly label: string;
  readonly factor: number;
  /** How the newest value was come by: history does not tell it of the older ones. */
  readonly how: How | 'unknown';
}

/** All that a report says of one database, without a password or anything else that is secret. */
export interface ReportFacts {
  readonly name: string;
  /** As the tree shows it: "shop on db.example.org:5432". */
  readonly target: string;
  readonly range: RangeOf;
  readonly madeAt: Date;
  /** Of this extension. */
  readonly version: string;
  /** What is wrong with the monitoring now; '': nothing. */
  readonly problem: string;
  readonly charts: readonly ReportChart[];
  readonly figures: RangeFigures;
  /** PNGs in base64 by the id of their chart. */
  readonly pictures: ReadonlyMap<string, string>;
  /** Why there are none; '': there are. */
  readonly withoutPictures: string;
  readonly comparison: SaidComparison | undefined;
  readonly annotations: readonly Annotation[];
  readonly alerts: readonly AlertState[];
  /** Undefined: not read yet. */
  readonly statements: Measured<readonly StatementMetrics[]> | undefined;
}

export interface ReportOptions {
  /** BCP 47 tag. */
  readonly locale: string;
}

/** The report as it stands in any format. */
export function makeReport(facts: ReportFacts, options: ReportOptions): Report {
  const title = `Django sessions: ${facts.name}`;
  const blocks: readonly (readonly Block[])[] = [
    [{ kind: 'heading', level: 1, text: title }],
    head(facts, options),
    alerts(facts, options),
    comparison(facts, options),
    charts(facts, options),
    annotationBlocks(facts, options),
    statements(facts, options),
  ];
  return { title, blocks: blocks.flat() };
}

function head(facts: ReportFacts, options: ReportOptions): Block[] {
  const { target, range, madeAt, version, problem, figures, withoutPictures } = facts;
  return [
    {
      kind: 'list',
      items: [
        `Database: ${target}`,
        `Range: ${reportRange(range, options)}`,
        `Made: ${reportDate(madeAt, options)} by Django Session Monitor ${version}`,
        ...(problem === '' ? [] : [`Monitoring: ${problem}`]),
        ...rangeNotes(figures, madeAt, options).map((note) => `This range: ${note}`),
        ...(withoutPictures === '' ? [] : [`Without pictures: ${withoutPictures}`]),
      ],
    },
  ];
}

function alerts({ alerts: all }: ReportFacts, options: ReportOptions): Block[] {
  const shown = all.filter(({ applies }) => applies);
  const firing = shown.filter(({ status }) => status === 'firing');
  const others = shown
    .filter(({ status }) => status !== 'firing')
    .map(({ rule, status }) => `${rule.title}: ${status}`);
  return [
    { kind: 'heading', level: 2, text: 'Alerts now' },
    firing.length === 0
      ? { kind: 'text', text: 'No alert is firing.' }
      : {
          kind: 'table',
          head: ['Alert', 'Severity', 'Since', 'What'],
          words: [1, 2, 3],
          rows: firing.map(({ rule, since, message }) => [
            rule.title,
            rule.severity,
            since === undefined ? '' : reportDate(since, options),
            message,
          ]),
        },
    ...(others.length === 0 ? [] : [{ kind: 'text', text: `The other rules: ${others.join('; ')}.` } as const]),
  ];
}

function comparison({ comparison: said, madeAt }: ReportFacts, options: ReportOptions): readonly Block[] {
  return said === undefined ? [] : comparisonBlocks(said, madeAt, options);
}

function charts({ charts: all, figures, pictures, range }: ReportFacts, options: ReportOptions): Block[] {
  const byId = new Map(figures.series.map((one) => [one.metricId, one]));
  let section = '';
  return all.flatMap((chart): Block[] => {
    const rows = chart.series.flatMap((series) => {
      const own = byId.get(series.id);
      return own === undefined || own.readings === 0 ? [] : [figureRow(chart.unit, series, own, options)];
    });
    if (rows.length === 0) return [];
    const isFirst = chart.section !== section;
    section = chart.section;
    const png = pictures.get(chart.id);
    return [
      ...(isFirst ? [{ kind: 'heading', level: 2, text: section } as const] : []),
      { kind: 'heading', level: 3, text: chart.title },
      ...(png === undefined
        ? []
        : [{ kind: 'picture', png, text: `Chart of ${chart.title}, ${reportRange(range, options)}` } as const]),
      { kind: 'table', head: ['', 'First', 'Last', 'Minimum', 'Median', 'Maximum', 'Readings'], rows },
    ];
  });
}

const HOW: Readonly<Record<ReportSeries['how'], string>> = {
  exact: '',
  estimated: ' (estimated)',
  atLeast: ' (counted up to a cap: this or more)',
  unknown: '',
};

function figureRow(
  unit: Unit,
  { label, factor, how }: ReportSeries,
  { first, last, min, median, max, readings }: SeriesFigures,
  options: ReportOptions,
): readonly string[] {
  const valueTexts = [first, last, min, median, max].map((value) =>
    value === null ? 'unknown' : formatValue(value * factor, unit, options),
  );
  return [label + HOW[how], ...valueTexts, formatNumber(readings, options)];
}

function annotationBlocks({ annotations }: ReportFacts, options: ReportOptions): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'What happened' },
    annotations.length === 0
      ? { kind: 'text', text: 'Nothing that is known of in this range.' }
      : {
          kind: 'table',
          head: ['When', 'What'],
          words: [1],
          rows: annotations.map(({ at, until, text }) => [
            until === undefined ? reportDate(at, options) : reportRange({ from: at, to: until }, options),
            text,
          ]),
        },
  ];
}

/** More would be a list of everything that was ever asked. */
const MOST_STATEMENTS = 20;

function statements({ statements: read }: ReportFacts, options: ReportOptions): Block[] {
  if (read === undefined) return [];
  const heading: Block = { kind: 'heading', level: 2, text: 'Statements on the session table' };
  if (!isKnown(read)) {
    return [heading, { kind: 'text', text: ['Unknown.', read.reason, read.next ?? ''].join(' ').trim() }];
  }
  const total = read.value.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const slowest = read.value.toSorted((a, b) => b.totalMs - a.totalMs).slice(0, MOST_STATEMENTS);
  if (slowest.length === 0) return [heading, { kind: 'text', text: 'None was recorded.' }];
  const left = read.value.length - slowest.length;
  return [
    heading,
    {
      kind: 'text',
      text:
        `From pg_stat_statements, read ${reportDate(read.at, options)}: all since its counters were reset, not this range alone.` +
        (left > 0 ? ` ${formatNumber(left, options)} more took less time.` : ''),
    },
    {
      kind: 'table',
      head: ['Statement', 'Calls', 'Total', 'Share', 'Mean', 'Rows a call'],
      rows: slowest.map(({ query, calls, totalMs, meanMs, rows }) => [
        query,
        formatNumber(calls, options),
        formatMilliseconds(totalMs, options),
        total === 0 ? '' : formatPercent(totalMs / total, options),
        formatMilliseconds(meanMs, options),
        calls === 0 ? '' : formatNumber(rows / calls, options),
      ]),
    },
  ];
}
