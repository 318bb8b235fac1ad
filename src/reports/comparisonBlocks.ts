import { formatNumber } from '../common/format.ts';
import type { Comparison } from './compareRanges.ts';
import { rangeNotes, type ComparisonRow } from './compareText.ts';
import type { RangeFigures } from './compareFigures.ts';
import { movementText } from './movement.ts';
import type { Block } from './reportBlocks.ts';
import { reportRange } from './reportDates.ts';

/** A comparison with what is said of it. */
export interface SaidComparison {
  readonly comparison: Comparison;
  readonly rows: readonly ComparisonRow[];
  /** What it begins with. */
  readonly sentence: string;
  /** What the intervals are made of; '' where there are none. */
  readonly basis: string;
}

interface Options {
  /** BCP 47 tag. */
  readonly locale: string;
}

/** What moved stands open, the rest is folded away: for the report, and to be copied. */
export function comparisonBlocks(said: SaidComparison, madeAt: Date, options: Options): readonly Block[] {
  const { comparison, rows, sentence, basis } = said;
  const { names, before, after } = comparison;
  const rangeLine = (letter: string, range: RangeFigures): string =>
    [`${letter}: ${reportRange(range, options)}.`, ...rangeNotes(range, madeAt, options)].join(' ');
  const [a, b] = [`A, ${names?.before ?? 'before'}`, `B, ${names?.after ?? 'after'}`];
  const table = (shown: readonly ComparisonRow[]): Block => ({
    kind: 'table',
    head: ['Chart', 'Median of', a, b, 'Difference', 'Change', 'Same times of day', 'Readings'],
    words: [1],
    rows: shown.map((row) => cellsOf(row, options)),
  });
  const moved = rows.filter(({ movement }) => movement?.verdict === 'moved');
  const rest = rows.filter((row) => !moved.includes(row));
  return [
    { kind: 'heading', level: 2, text: names === undefined ? 'Before and after' : 'Two databases' },
    ...(sentence === '' ? [] : [{ kind: 'text', text: sentence } as const]),
    ...(basis === '' ? [] : [{ kind: 'text', text: basis } as const]),
    { kind: 'list', items: [rangeLine(a, before), rangeLine(b, after)] },
    ...(moved.length === 0 ? [] : [table(moved)]),
    ...restBlocks(rest, moved.length === 0, table, options),
  ];
}

function restBlocks(
  rest: readonly ComparisonRow[],
  isAll: boolean,
  table: (rows: readonly ComparisonRow[]) => Block,
  options: Options,
): readonly Block[] {
  if (rest.length === 0) return [];
  if (isAll) return [table(rest)];
  return [{ kind: 'folded', summary: restText(rest.length, options), blocks: [table(rest)] }];
}

/** Over what is folded away. */
function restText(count: number, options: { readonly locale?: string } = {}): string {
  return `${formatNumber(count, options)} not beyond noise, or with too little data to tell`;
}

function cellsOf(row: ComparisonRow, options: Options): readonly string[] {
  const counts = [row.readingsBefore, row.readingsAfter].map((count) => formatNumber(count, options));
  return [
    row.chart,
    row.label,
    row.beforeText,
    row.afterText,
    row.differenceText,
    row.changeText,
    row.movement === undefined ? '' : movementText(row.movement),
    counts.join(' / '),
  ];
}
