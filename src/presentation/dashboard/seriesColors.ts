/** How many colours of its own the page has for curves: see `Colors.series`. */
const COLORS = 5;

interface Drawn {
  readonly series: readonly { readonly id: string; readonly role: 'value' | 'limit' }[];
}

/**
 * For each series its place among the colours of curves, the same in whatever is drawn of it. In one chart no two are alike, as far
 * as the colours go; bounds have colours of their own.
 */
export function seriesColors(charts: readonly Drawn[]): ReadonlyMap<string, number> {
  const colors = new Map<string, number>();
  for (const { series } of charts) {
    const values = series.filter(({ role }) => role === 'value');
    const taken = new Set(values.map(({ id }) => colors.get(id)));
    for (const { id } of values) {
      if (colors.has(id)) continue;
      const free = Array.from({ length: COLORS }, (_, color) => color).find((color) => !taken.has(color));
      const color = free ?? values.findIndex((one) => one.id === id) % COLORS;
      colors.set(id, color);
      taken.add(color);
    }
    // One after the other, nearer to the foreground first.
    series.filter(({ role }) => role === 'limit').forEach(({ id }, i) => colors.set(id, i));
  }
  return colors;
}
