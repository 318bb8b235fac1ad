import { formatValue } from '../../common/format.ts';
import type { ChartSpec } from '../protocol/protocol.ts';
import type { BesideContent } from '../ranges/besides.ts';
import { curvesOf, type Curve } from './chartData.ts';

/** The curves of another database beside those of a chart. */
export interface Beside {
  readonly name: string;
  /** Its own times, with its own gaps. */
  readonly at: readonly number[];
  readonly curves: readonly Curve[];
  /** The same at the times of the shown database: what was read last before each. */
  readonly held: readonly Curve[];
}

/** @param at of the shown database */
export function besideOf(
  spec: ChartSpec,
  { name, store }: BesideContent,
  at: readonly number[],
  hidden: ReadonlySet<string>,
): Beside {
  const curves = curvesOf(spec, store, hidden);
  const places = heldPlaces(at, store.at, store.stepMs);
  const held = curves.map((curve) => {
    const taken = (points: Curve['mean']): Curve['mean'] =>
      places.map((place) => (place === undefined ? null : (points[place] ?? null)));
    const { id, min, mean, max, drawn } = curve;
    return { id, min: taken(min), mean: taken(mean), max: taken(max), drawn: taken(drawn) };
  });
  return { name, at: [...store.at], curves, held };
}

/** What was read longer ago than so many steps is not held: then there is none. */
const HELD_STEPS = 3;
const SLOWEST_MS = 60_000;

/** For each time the last of the others that is not after it; undefined: there is none, or it is long ago. */
export function heldPlaces(
  at: readonly number[],
  others: readonly number[],
  stepMs: number,
): readonly (number | undefined)[] {
  const longest = HELD_STEPS * Math.max(stepMs, SLOWEST_MS);
  let place = -1;
  return at.map((time) => {
    while ((others[place + 1] ?? Infinity) <= time) place++;
    return place >= 0 && time - (others[place] ?? 0) <= longest ? place : undefined;
  });
}

/** The curves of both, each of the other database named with it: for tables and for who listens. */
export function withBeside(
  spec: ChartSpec,
  curves: readonly Curve[],
  beside: Beside | undefined,
): { readonly spec: ChartSpec; readonly curves: readonly Curve[] } {
  if (beside === undefined) return { spec, curves };
  const named = spec.series.map((one) => ({ ...one, label: `${one.label}, ${beside.name}` }));
  return { spec: { ...spec, series: [...spec.series, ...named] }, curves: [...curves, ...beside.held] };
}

/** " · Staging (dotted) 480": behind the value of the shown database. @param index null: the last */
export function besideText(
  { name, curves, held }: Beside,
  { unit }: ChartSpec,
  place: number,
  index: number | null,
  locale: string,
): string {
  const value =
    index === null ? curves[place]?.mean.findLast((one) => one !== null) : (held[place]?.mean[index] ?? null);
  const text = typeof value === 'number' ? formatValue(value, unit, { locale }) : '–';
  return ` · ${name} (dotted) ${text}`;
}
