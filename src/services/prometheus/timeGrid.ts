/** The times of a series: every `stepSeconds` from `fromSeconds` to `toSeconds`, both multiples of it. Unix times. */
export interface TimeGrid {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly stepSeconds: number;
}

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;
/** Steps that divide the next larger unit. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7].map((days) => days * DAY),
];
/** Prometheus refuses more points of a series: "exceeded maximum resolution of 11,000 points per timeseries". */
const MOST_POINTS = 11_000;

/**
 * The finest round step with which a range has at most `maxPoints` points. Its times are multiples of the step, so that the
 * same range asked a moment later has the same points and the line does not tremble.
 */
export function timeGrid(from: Date, to: Date, maxPoints: number, minStepSeconds = 1): TimeGrid {
  const points = Math.max(2, Math.min(Math.floor(maxPoints), MOST_POINTS));
  const seconds = Math.max(0, (to.getTime() - from.getTime()) / 1_000);
  const least = Math.max(minStepSeconds, seconds / (points - 1));
  const stepSeconds = STEPS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
  const multiple = (date: Date, round: (n: number) => number): number =>
    round(date.getTime() / 1_000 / stepSeconds) * stepSeconds;
  const toSeconds = multiple(to, Math.floor);
  return { fromSeconds: Math.min(multiple(from, Math.ceil), toSeconds), toSeconds, stepSeconds };
}

/** The times of a grid in milliseconds since the epoch. */
export function gridTimes({ fromSeconds, toSeconds, stepSeconds }: TimeGrid): number[] {
  const count = Math.round((toSeconds - fromSeconds) / stepSeconds) + 1;
  return Array.from({ length: count }, (_, i) => (fromSeconds + i * stepSeconds) * 1_000);
}

/** Values at the times of the grid; null where there is none, which a chart shows as a gap. */
export function onGrid(
  grid: TimeGrid,
  points: readonly (readonly [seconds: number, value: number])[],
): (number | null)[] {
  const values = gridTimes(grid).map((): number | null => null);
  for (const [seconds, value] of points) {
    const at = Math.round((seconds - grid.fromSeconds) / grid.stepSeconds);
    if (at >= 0 && at < values.length && Number.isFinite(value)) values[at] = value;
  }
  return values;
}
