import { formatNumber } from '../common/format.ts';
import type { SeriesFigures } from './compareFigures.ts';
import type { ReportChart, ReportFacts, ReportOptions, ReportSeries } from './reportFacts.ts';
import type { Block } from './reportBlocks.ts';
import { reportRange } from './reportDates.ts';
import { valueTexts } from './reportSummary.ts';

interface Shown {
  readonly chart: ReportChart;
  /** Of which anything is known. */
  readonly known: readonly { readonly series: ReportSeries; readonly own: SeriesFigures }[];
}

/** The charts that say something, what did not move in a line, and all figures folded away. */
export function chartBlocks(facts: ReportFacts, options: ReportOptions): readonly Block[] {
  const byId = new Map(facts.figures.series.map((one) => [one.metricId, one]));
  const shown = facts.charts.flatMap((chart): Shown[] => {
    const known = chart.series.flatMap((series) => {
      const own = byId.get(series.id);
      return own === undefined || own.readings === 0 ? [] : [{ series, own }];
    });
    return known.length === 0 ? [] : [{ chart, known }];
  });
  if (shown.length === 0) return [];
  const still = shown.filter(({ known }) => known.every(({ own }) => own.min === own.max));
  return [
    ...drawn(
      shown.filter((one) => !still.includes(one)),
      facts,
      options,
    ),
    ...stillBlocks(still, options),
    ...(facts.pictures.size === 0
      ? [{ kind: 'heading', level: 2, text: ALL } as const, figureTable(shown, options)]
      : [{ kind: 'folded', summary: ALL, blocks: [figureTable(shown, options)] } as const]),
  ];
}

const ALL = 'All figures';

function drawn(shown: readonly Shown[], { pictures, range }: ReportFacts, options: ReportOptions): readonly Block[] {
  const drawings = shown.flatMap(({ chart }): Block[] => {
    const png = pictures.get(chart.id);
    if (png === undefined) return [];
    return [{ kind: 'picture', png, text: `Chart of ${chart.title}, ${reportRange(range, options)}` }];
  });
  return drawings.length === 0 ? [] : [{ kind: 'heading', level: 2, text: 'Charts' }, ...drawings];
}

/** A line of its own for each would be a page of straight lines. */
function stillBlocks(still: readonly Shown[], options: ReportOptions): readonly Block[] {
  if (still.length === 0) return [];
  const items = still.map(({ chart, known }) => {
    const values = known.map(
      ({ series, own }) => `${series.label} ${valueTexts(own, ['last'], series, chart.unit, options).join('')}`,
    );
    return `${chart.title}: ${values.join(', ')}`;
  });
  return [
    { kind: 'heading', level: 2, text: 'Unchanged all the time' },
    { kind: 'list', items },
  ];
}

function figureTable(shown: readonly Shown[], options: ReportOptions): Block {
  return {
    kind: 'table',
    head: ['Chart', 'Curve', 'First', 'Last', 'Minimum', 'Median', 'Maximum', 'Readings'],
    words: [1],
    rows: shown.flatMap(({ chart, known }) =>
      known.map(({ series, own }) => [
        chart.title,
        series.label,
        ...valueTexts(own, ['first', 'last', 'min', 'median', 'max'], series, chart.unit, options),
        formatNumber(own.readings, options),
      ]),
    ),
  };
}
