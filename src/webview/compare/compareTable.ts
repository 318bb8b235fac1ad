import { h } from '../controls/dom.ts';
import type { TimeRange } from '../protocol/chartGuards.ts';
import type { ComparedRow } from '../protocol/compareMessages.ts';
import type { ShownComparison } from './compareState.ts';

function headOf(names: ShownComparison['names']): readonly string[] {
  const { before, after } = names ?? { before: 'before', after: 'after' };
  return ['Median of', `A, ${before}`, `B, ${after}`, 'Difference', 'Change', 'Same times of day', 'Readings'];
}

/** The medians of both ranges, a group of rows a chart. */
export function comparisonTable({ rows, names }: ShownComparison, caption: string, locale: string): HTMLTableElement {
  const head = headOf(names);
  const count = new Intl.NumberFormat(locale);
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
    ...byChart(rows).map(([chart, own]) =>
      h(
        'tbody',
        {},
        h('tr', { class: 'group' }, h('th', { scope: 'rowgroup', colspan: String(head.length) }, chart)),
        ...own.map((row) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, row.label),
            ...[row.beforeText, row.afterText, row.differenceText, row.changeText].map((text) => h('td', {}, text)),
            h('td', row.why === '' ? {} : { title: row.why }, row.movementText),
            h('td', {}, [row.readingsBefore, row.readingsAfter].map((each) => count.format(each)).join(' / ')),
          ),
        ),
      ),
    ),
  );
}

function byChart(rows: readonly ComparedRow[]): readonly (readonly [string, readonly ComparedRow[]])[] {
  const charts = new Map<string, ComparedRow[]>();
  for (const row of rows) {
    const own = charts.get(row.chart) ?? [];
    own.push(row);
    charts.set(row.chart, own);
  }
  return [...charts];
}

const SHORT_MS = 3_600_000;

/** Of when both are, and of two databases of which. */
export function comparisonCaption({ before, after, names }: ShownComparison, locale: string): string {
  const spanText = ({ from, to }: TimeRange): string => {
    // Of what is short the seconds matter.
    const timeStyle = to - from < SHORT_MS ? 'medium' : 'short';
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle }).formatRange(from, to);
  };
  if (names !== null && before.from !== after.from)
    return `A: ${names.before}, ${spanText(before)}. B: ${names.after}, ${spanText(after)}.`;
  if (names !== null) return `A: ${names.before}. B: ${names.after}. Both: ${spanText(before)}.`;
  return `A, before: ${spanText(before)}. B, after: ${spanText(after)}.`;
}

/** Of A, and of two databases of both, where only one of the fieldsets is there. */
export function notesOf(result: ShownComparison | undefined): string {
  if (result === undefined) return '';
  const { before, after, names } = result;
  if (names === null) return before.notes.join(' ');
  const of = (name: string, notes: readonly string[]): string => notes.map((note) => `${name}: ${note}`).join(' ');
  return [of(names.before, before.notes), of(names.after, after.notes)].filter((text) => text !== '').join(' ');
}
