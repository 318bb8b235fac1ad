import { h } from '../controls/dom.ts';
import type { ComparedRow } from '../protocol/protocol.ts';
import type { ShownComparison } from './compareState.ts';

const HEAD = ['Median of', 'A, before', 'B, after', 'Difference', 'Change', 'Readings A', 'Readings B'] as const;

/** The medians of both ranges, a group of rows a chart. */
export function comparisonTable({ rows }: ShownComparison, caption: string, locale: string): HTMLTableElement {
  const count = new Intl.NumberFormat(locale);
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...HEAD.map((text) => h('th', { scope: 'col' }, text)))),
    ...byChart(rows).map(([chart, own]) =>
      h(
        'tbody',
        {},
        h('tr', { class: 'group' }, h('th', { scope: 'rowgroup', colspan: String(HEAD.length) }, chart)),
        ...own.map((row) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, row.label),
            ...[
              row.beforeText,
              row.afterText,
              row.differenceText,
              row.changeText,
              count.format(row.readingsBefore),
              count.format(row.readingsAfter),
            ].map((text) => h('td', {}, text)),
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
