import { formatNumber, formatPercent, formatValue, type FormatOptions, type Unit } from '../common/format.ts';
import type { Level } from '../history/levels/retention.ts';
import type { RangeFigures, SeriesFigures } from './compareFigures.ts';
import { figureChange, type ComparedNames, type FigureChange, type Comparison } from './compareRanges.ts';
import type { Movement } from './movement.ts';

/** A comparison in words and numbers, for the dashboard and for the report. */

/** A curve as the dashboard draws it. */
export interface ComparedSeries {
  readonly id: string;
  /** Title of its chart. */
  readonly chart: string;
  readonly label: string;
  /** Shown is the value times this factor, in this unit. */
  readonly factor: number;
  readonly unit: Unit;
}

interface Chart {
  readonly title: string;
  readonly unit: Unit;
  readonly series: readonly Pick<ComparedSeries, 'id' | 'label' | 'factor'>[];
}

/** Every curve of the charts of the dashboard. */
export function comparedSeries(charts: readonly Chart[]): readonly ComparedSeries[] {
  return charts.flatMap(({ title, unit, series }) =>
    series.map(({ id, label, factor }) => ({ id, label, factor, unit, chart: title })),
  );
}

export interface ComparisonRow {
  /** Of the series. */
  readonly id: string;
  readonly chart: string;
  readonly label: string;
  readonly unit: Unit;
  /** Medians in the unit; null: unknown. */
  readonly before: number | null;
  readonly after: number | null;
  readonly readingsBefore: number;
  readonly readingsAfter: number;
  /** In percent; null: there is none, see `changeText`. */
  readonly percent: number | null;
  readonly beforeText: string;
  readonly afterText: string;
  readonly differenceText: string;
  readonly changeText: string;
  /** Undefined: it was not asked whether it is noise. */
  readonly movement: Movement | undefined;
}

/** A curve that stands in two charts in the same unit has one row, under the first; one of which nothing is known has none. */
export function comparisonRows(
  all: readonly ComparedSeries[],
  { before, after, names, movements }: Comparison,
  options: FormatOptions = {},
): readonly ComparisonRow[] {
  const named = new Set<string>();
  return all.flatMap((series): ComparisonRow[] => {
    const key = `${series.unit} ${series.id}`;
    const [a, b] = [before, after].map((range) => range.series.find(({ metricId }) => metricId === series.id));
    if (a === undefined || b === undefined || named.has(key) || (a.readings === 0 && b.readings === 0)) return [];
    named.add(key);
    return [{ ...row(series, a, b, options, names), movement: movements?.get(series.id) }];
  });
}

function row(
  { id, chart, label, factor, unit }: ComparedSeries,
  a: SeriesFigures,
  b: SeriesFigures,
  options: FormatOptions,
  names: ComparedNames | undefined,
): Omit<ComparisonRow, 'movement'> {
  const scaled = (value: number | null): number | null => (value === null ? null : value * factor);
  const [before, after] = [scaled(a.median), scaled(b.median)];
  const text = (value: number | null): string => (value === null ? 'unknown' : formatValue(value, unit, options));
  const change = figureChange(a, b);
  return {
    id,
    chart,
    label,
    unit,
    before,
    after,
    readingsBefore: a.readings,
    readingsAfter: b.readings,
    percent: change.kind === 'share' ? change.share * 100 : change.kind === 'none' ? 0 : null,
    beforeText: text(before),
    afterText: text(after),
    differenceText: 'difference' in change ? formatDifference(change.difference * factor, unit, options) : '',
    changeText: formatChange(change, options, names),
  };
}

/** "+3.1 MB", "−12 ms"; of shares in percentage points, for "−10%" of a share could be taken for either. */
export function formatDifference(difference: number, unit: Unit, options: FormatOptions = {}): string {
  const size = Math.abs(difference);
  const text = unit === 'share' ? `${formatNumber(size * 100, options)} points` : formatValue(size, unit, options);
  return `${difference < 0 ? '−' : '+'}${text.replace(/^\+/, '')}`;
}

const TOO_FEW = { before: 'too few readings before', after: 'too few readings after', both: 'too few readings' };

function tooFewText(where: keyof typeof TOO_FEW, names: ComparedNames | undefined): string {
  return names === undefined || where === 'both' ? TOO_FEW[where] : `too few readings of ${names[where]}`;
}

function formatChange(change: FigureChange, options: FormatOptions, names: ComparedNames | undefined): string {
  switch (change.kind) {
    case 'share':
      return `${change.share < 0 ? '−' : '+'}${formatPercent(Math.abs(change.share), options)}`;
    case 'none':
      return 'unchanged';
    case 'fromZero':
      return 'from 0';
    case 'tooFew':
      return tooFewText(change.where, names);
  }
}

const MEANS: Readonly<Record<Level['name'], string>> = {
  reading: 'readings',
  minute: 'minute means',
  hour: 'hour means',
};

/** Below it gaps are worth a word; one missed reading is not. */
const NEARLY_ALL = 0.98;

/** What a person should know of the figures of a range: gaps, and what its medians are of. */
export function rangeNotes(
  { readings, covered, levels, to }: RangeFigures,
  now: Date,
  options: FormatOptions = {},
): readonly string[] {
  if (readings === 0) return [to > now ? 'It has no readings yet.' : 'It has no readings.'];
  const means = levels.map((level) => MEANS[level]);
  const isThinned = levels.some((level) => level !== 'reading');
  return [
    ...(to > now ? ['It is not over yet.'] : []),
    ...(covered < NEARLY_ALL ? [`It has gaps: readings cover ${formatPercent(covered, options)} of it.`] : []),
    ...(isThinned
      ? [`Its history is thinned: medians of ${means.join(' and ')}, each weighted by the time that it stands for.`]
      : []),
  ];
}
