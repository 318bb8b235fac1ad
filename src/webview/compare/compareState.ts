import type { TimeRange } from '../protocol/chartGuards.ts';
import type { ComparedRow } from '../protocol/compareMessages.ts';
import type { DashboardAnnotation, DashboardState, ToDashboard } from '../protocol/protocol.ts';
import type { Shade } from './compareShades.ts';

/** What is compared, as the page keeps it. */
export type CompareState = DashboardState['compare'];
export type ShownComparison = Extract<ToDashboard, { type: 'comparison' }>;

export const NO_COMPARISON: CompareState = { open: false, before: null, after: null, other: null, rest: null };

const MINUTE = 60_000;

/** Of which time the other database is. */
export const SHIFTS: readonly { readonly label: string; readonly ms: number }[] = [
  { label: 'the same time', ms: 0 },
  { label: 'the same time a day before', ms: 1440 * MINUTE },
  { label: 'the same time 7 days before', ms: 7 * 1440 * MINUTE },
];

/** How much of the time beside something that happened is compared. */
export const LENGTHS: readonly { readonly label: string; readonly ms: number }[] = [
  { label: '15 minutes', ms: 15 * MINUTE },
  { label: '1 hour', ms: 60 * MINUTE },
  { label: '6 hours', ms: 360 * MINUTE },
  { label: '1 day', ms: 1440 * MINUTE },
  { label: '7 days', ms: 7 * 1440 * MINUTE },
];

/** What came before something happened, and what after: what lies in between is part of neither. */
export function around({ at, until }: DashboardAnnotation, ms: number): { before: TimeRange; after: TimeRange } {
  const end = until ?? at;
  return { before: { from: at - ms, to: at }, after: { from: end, to: end + ms } };
}

/** The longest of the lengths that is over on both sides; the shortest where none is. `extent`: of what there is to compare. */
export function longestAround(moment: DashboardAnnotation, now: number, extent: TimeRange | null): number {
  const [first, ...more] = LENGTHS.map(({ ms }) => ms);
  const fits = more.filter((ms) => {
    const { before, after } = around(moment, ms);
    return after.to <= now && before.from >= (extent?.from ?? -Infinity);
  });
  return fits.at(-1) ?? first ?? 0;
}

/** What is wrong with the ranges that were chosen; '': nothing. */
export function complaint({ before, after, other }: CompareState): string {
  if (before === null || after === null)
    return other === null ? 'Choose two ranges: before and after.' : 'Choose the range of both.';
  if (before.from >= before.to) return 'The end of A has to lie after its beginning.';
  if (after.from >= after.to) return 'The end of B has to lie after its beginning.';
  return '';
}

/** What is worth a word, though it can be compared. */
export function doubt({ before, after, other }: CompareState): string {
  if (before === null || after === null || other !== null) return '';
  if (after.to <= before.from) return 'B lies before A.';
  return after.from < before.to && before.from < after.to ? 'The ranges overlap.' : '';
}

export function shadesOf({ open, before, after, other }: CompareState): readonly Shade[] {
  if (!open) return [];
  if (other !== null) return before === null ? [] : [{ letter: 'A', word: 'and B', range: before }];
  return [
    ...(before === null ? [] : [{ letter: 'A', word: 'before', range: before } as const]),
    ...(after === null ? [] : [{ letter: 'B', word: 'after', range: after } as const]),
  ];
}

/** How much earlier the time of the other database is. Milliseconds. */
export function shiftOf({ before, after, other }: CompareState): number {
  return other === null || before === null || after === null ? 0 : before.from - after.from;
}

/** The same with the time of the other database so much earlier. */
export function withShift(state: CompareState, ms: number): CompareState {
  const { before } = state;
  return { ...state, after: before === null ? null : { from: before.from - ms, to: before.to - ms } };
}

/** When another database is shown: its medians are others, and which one it is compared with has to be chosen anew. */
export function ofAnother(state: CompareState): CompareState {
  return state.other === null ? state : { ...state, after: null, other: null };
}

const LONGEST_TEXT = 80;

/** For a list of what happened. */
export function shortened(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
}

/** As an input of the type datetime-local holds it: local time, to the second. */
export function toInput(time: number): string {
  const date = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()).padStart(4, '0'), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** undefined: it is not filled in. */
export function fromInput(text: string): number | undefined {
  const time = new Date(text).getTime();
  return text === '' || !Number.isFinite(time) ? undefined : time;
}

const TEXT_COLUMNS = ['chart', 'curve', 'unit'] as const;

/** For a spreadsheet: tabs between cells, plain numbers, nothing where unknown. */
export function plainComparison({
  before,
  after,
  names,
  rows,
}: Pick<ShownComparison, 'before' | 'after' | 'names' | 'rows'>): string {
  const iso = ({ from, to }: TimeRange): string => `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  const [ofA, ofB] = names === null ? ['before', 'after'] : [`of ${names.before}`, `of ${names.after}`];
  const head = [
    ...TEXT_COLUMNS,
    `median ${ofA} (${iso(before)})`,
    `median ${ofB} (${iso(after)})`,
    'difference',
    'change in %',
    'same times of day',
    `readings ${ofA}`,
    `readings ${ofB}`,
  ];
  return [head, ...rows.map(plainRow)].map((cells) => cells.map(plainCell).join('\t')).join('\n');
}

function plainRow(row: ComparedRow): readonly (string | number)[] {
  const { before, after, percent } = row;
  const difference = before === null || after === null ? '' : after - before;
  return [
    row.chart,
    row.label,
    row.unit,
    before ?? '',
    after ?? '',
    difference,
    percent ?? row.changeText,
    row.movementText,
    row.readingsBefore,
    row.readingsAfter,
  ];
}

/** A tab or a line break would begin another cell. */
function plainCell(cell: string | number): string {
  return typeof cell === 'number' ? String(Number(cell.toPrecision(12))) : cell.replaceAll(/\s+/g, ' ');
}
