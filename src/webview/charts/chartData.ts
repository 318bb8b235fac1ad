import type { ChartSpec } from '../protocol/protocol.ts';
import type { TimeBounds } from '../protocol/view.ts';
import type { RangeStore } from '../ranges/rangeStore.ts';

type Points = readonly (number | null)[];

/** One curve of a chart in its unit. */
export interface Curve {
  readonly id: string;
  readonly min: Points;
  readonly mean: Points;
  readonly max: Points;
  /** What is drawn: the mean, in a stack on top of those below it. */
  readonly drawn: Points;
}

/** The curves of a chart over `store.at`. Hidden ones are all null, and take no room in a stack. */
export function curvesOf(spec: ChartSpec, store: RangeStore, hidden: ReadonlySet<string>): readonly Curve[] {
  let below: Points | undefined;
  return spec.series.map(({ id, factor, role }) => {
    const { min, mean, max } = store.series(id);
    const nothing = (): Points => store.at.map(() => null);
    if (hidden.has(id)) return { id, min: nothing(), mean: nothing(), max: nothing(), drawn: nothing() };
    const scale = (points: Points): Points =>
      factor === 1 ? points : points.map((value) => (value === null ? null : value * factor));
    const curve = { id, min: scale(min), mean: scale(mean), max: scale(max) };
    if (!spec.stacked || role === 'limit') return { ...curve, drawn: curve.mean };
    const base = below;
    const drawn = curve.mean.map((value, i) => {
      const under = base?.[i] ?? null;
      return value === null && under === null ? null : (value ?? 0) + (under ?? 0);
    });
    below = drawn;
    return { ...curve, drawn };
  });
}

/** Whether anything of it is known. */
export function isEmpty(curve: Curve): boolean {
  return curve.mean.every((value) => value === null);
}

/** Greatest value that is drawn within the bounds; 0 when there is none. */
export function greatest(
  spec: ChartSpec,
  curves: readonly Curve[],
  at: readonly number[],
  from: number,
  to: number,
): number {
  let most = 0;
  for (const curve of curves) {
    const points = spec.stacked ? curve.drawn : curve.max;
    for (let i = 0; i < at.length; i++) {
      const time = at[i] ?? 0;
      if (time >= from && time <= to) most = Math.max(most, points[i] ?? 0);
    }
  }
  return most;
}

export interface Extremes {
  readonly least: number;
  readonly most: number;
  readonly last: number;
}

/** undefined: nothing is known of it. */
export function extremesOf(curve: Curve): Extremes | undefined {
  let [least, most] = [Infinity, -Infinity];
  let last: number | undefined;
  curve.mean.forEach((value, i) => {
    if (value === null) return;
    least = Math.min(least, curve.min[i] ?? value);
    most = Math.max(most, curve.max[i] ?? value);
    last = value;
  });
  return last === undefined ? undefined : { least, most, last };
}

/** The last that is known within the bounds; undefined: nothing is. */
export function lastPoint(
  { mean, drawn }: Curve,
  at: readonly number[],
  { from, to }: TimeBounds,
): { readonly at: number; readonly mean: number; readonly drawn: number } | undefined {
  for (let i = at.length - 1; i >= 0; i--) {
    const time = at[i] ?? 0;
    const value = mean[i] ?? null;
    if (time < from) return undefined;
    if (value !== null && time <= to) return { at: time, mean: value, drawn: drawn[i] ?? value };
  }
  return undefined;
}

/** Indices of the values with nothing known on either side. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] {
  const isKnown = (i: number): boolean => (values[i] ?? null) !== null;
  return Array.from(values, (_, i) => i).filter((i) => isKnown(i) && !isKnown(i - 1) && !isKnown(i + 1));
}
