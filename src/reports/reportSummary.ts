import { formatNumber, formatValue, type Unit } from '../common/format.ts';
import type { AnnotationKind } from '../history/ranges/annotations.ts';
import type { SeriesFigures } from './compareFigures.ts';
import { formatDifference, rangeNotes } from './compareText.ts';
import type { ReportFacts, ReportOptions, ReportSeries } from './reportFacts.ts';
import type { Block } from './reportBlocks.ts';

/** What a report says before it shows anything: for who reads no further. */
export function summaryBlocks(facts: ReportFacts, options: ReportOptions): readonly Block[] {
  const { figures, madeAt, problem } = facts;
  const items = [
    alertsSentence(facts),
    ...SENTENCES.flatMap(({ id, say }) => {
      const said = saidOf(id, facts, options);
      return said === undefined ? [] : [say(said)];
    }),
    happenedSentence(facts, options),
    ...rangeNotes(figures, madeAt, options).map((note) => `This range: ${note}`),
    problem === '' ? '' : `Monitoring: ${problem}`,
  ];
  return [
    { kind: 'heading', level: 2, text: 'Summary' },
    { kind: 'list', items: items.filter((text) => text !== '') },
  ];
}

/** The figures of one series as texts. */
interface Said {
  readonly last: string;
  readonly min: string;
  readonly median: string;
  readonly max: string;
  /** From the first to the last; '' where it is the same. */
  readonly change: string;
}

const SENTENCES: readonly { readonly id: string; readonly say: (said: Said) => string }[] = [
  {
    id: 'sessions.active',
    say: ({ last, min, max }) => `Active sessions: ${last} at the end, between ${min} and ${max}.`,
  },
  { id: 'sessions.expired', say: ({ last, max }) => `Expired sessions: ${last} at the end, at most ${max}.` },
  { id: 'writes.saves', say: ({ median, max }) => `Saves: ${median} at the median, at most ${max}.` },
  {
    id: 'application.p95',
    say: ({ median, max }) => `Response times, p95: ${median} at the median, at most ${max}.`,
  },
  {
    id: 'table.total',
    say: ({ last, change }) =>
      `Table with indexes: ${last}${change === '' ? ', as at the beginning' : `, ${change} since the beginning`}.`,
  },
];

function saidOf(id: string, { charts, figures }: ReportFacts, options: ReportOptions): Said | undefined {
  const own = figures.series.find(({ metricId }) => metricId === id);
  const chart = charts.find(({ series }) => series.some((one) => one.id === id));
  const series = chart?.series.find((one) => one.id === id);
  if (own === undefined || own.readings === 0 || chart === undefined || series === undefined) return undefined;
  const [last = '', min = '', median = '', max = ''] = valueTexts(
    own,
    ['last', 'min', 'median', 'max'],
    series,
    chart.unit,
    options,
  );
  const difference = ((own.last ?? 0) - (own.first ?? 0)) * series.factor;
  return { last, min, median, max, change: difference === 0 ? '' : formatDifference(difference, chart.unit, options) };
}

/** In the unit of the chart; an estimate is marked as one. */
export function valueTexts(
  own: SeriesFigures,
  which: readonly ('first' | 'last' | 'min' | 'median' | 'max')[],
  { factor, how }: Pick<ReportSeries, 'factor' | 'how'>,
  unit: Unit,
  options: ReportOptions,
): readonly string[] {
  const mark = how === 'estimated' ? '≈ ' : how === 'atLeast' ? '≥ ' : '';
  return which.map((key) => {
    const value = own[key];
    return value === null ? 'unknown' : `${mark}${formatValue(value * factor, unit, options)}`;
  });
}

function alertsSentence({ alerts }: ReportFacts): string {
  const shown = alerts.filter(({ applies }) => applies);
  const firing = shown.filter(({ status }) => status === 'firing').map(({ rule }) => rule.title);
  if (firing.length === 0) return `No alert is firing; ${shown.length} are watched.`;
  return `${firing.length} of ${shown.length} alerts ${firing.length === 1 ? 'is' : 'are'} firing: ${firing.join('; ')}.`;
}

const NAMES: Readonly<Record<AnnotationKind, string>> = {
  cleanup: 'cleanup',
  rollback: 'rollback',
  restore: 'restore',
  restart: 'restart',
  alertFiring: 'alert that fired',
  alertCleared: 'alert that cleared',
  benchmark: 'benchmark',
  diagnosis: 'diagnosis',
  check: 'routine check',
  backend: 'ended statement or connection',
  commit: 'commit',
  changePoint: 'change of the saves',
  gap: 'gap in the readings',
  reset: 'reset of the counters',
};

function happenedSentence({ annotations }: ReportFacts, options: ReportOptions): string {
  const counts = new Map<AnnotationKind, number>();
  for (const { kind } of annotations) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const texts = [...counts].map(([kind, count]) => `${formatNumber(count, options)} × ${NAMES[kind]}`);
  return texts.length === 0 ? '' : `Happened: ${texts.join(', ')}.`;
}
