import type { ReadingCost } from '../../src/database/readings.ts';

/** Milliseconds of one kind of reading, one element a round. */
export interface Series {
  readonly serverMs: number[];
  readonly roundTripMs: number[];
}

export interface Limits {
  readonly atLeast: number;
  readonly atMost: number;
  /** No further round is begun after so many milliseconds, once there are `atLeast`. */
  readonly budgetMs: number;
}

/** Takes all readings in turn, A B A B, round after round; the first round warms up and is not counted. */
export async function interleave<K extends string>(
  readings: Readonly<Record<K, () => Promise<ReadingCost>>>,
  { atLeast, atMost, budgetMs }: Limits,
): Promise<Record<K, Series>> {
  const names = Object.keys(readings) as K[];
  const series = Object.fromEntries(names.map((name) => [name, { serverMs: [], roundTripMs: [] }])) as unknown as Record<K, Series>;
  const began = performance.now();
  for (let round = 0; round <= atMost; round++) {
    if (round > atLeast && performance.now() - began > budgetMs) break;
    for (const name of names) {
      const cost = await readings[name]();
      if (round === 0) continue;
      series[name].serverMs.push(cost.serverMs);
      series[name].roundTripMs.push(cost.roundTripMs);
    }
  }
  return series;
}
