import type { TimeBounds } from '../protocol/view.ts';

export const SPARK = { width: 100, height: 24 } as const;
/** As many as a tile is wide: more would be drawn over each other. */
const POINTS = 100;
/** CSS pixels above and below, for the width of the line. */
const MARGIN = 2;

/** The course of a figure as the `d` of an SVG path; where there is no value the line is broken. */
export function sparkPath(at: readonly number[], values: readonly (number | null)[], { from, to }: TimeBounds): string {
  const shown = at.flatMap((time, i) => (time < from ? [] : [{ time, value: values[i] ?? null }]));
  const known = shown.flatMap(({ value }) => value ?? []);
  const least = Math.min(...known);
  const range = Math.max(...known) - least;
  // A change by less than a hundredth is noise: it would look as large as any other.
  const scale = Math.max(range, Math.abs(least) / 100) || 1;
  const every = Math.max(1, Math.ceil(shown.length / POINTS));
  const room = SPARK.height - 2 * MARGIN;
  let isBroken = true;
  let path = '';
  for (const [i, { time, value }] of shown.entries()) {
    if (value === null) {
      isBroken = true;
      continue;
    }
    if (!isBroken && i % every !== 0 && i < shown.length - 1) continue;
    const x = (SPARK.width * (time - from)) / (to - from);
    const y = SPARK.height - MARGIN - (room * (value - least + (scale - range) / 2)) / scale;
    path += `${isBroken ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isBroken = false;
  }
  return path;
}
