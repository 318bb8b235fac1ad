import type { ReadingCost } from '../../src/postgres/table/readings.ts';

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
export async function interleave(
  readings: Readonly<Record<string, () => Promise<ReadingCost>>>,
  { atLeast, atMost, budgetMs }: Limits,
): Promise<Readonly<Record<string, Series>>> {
  const series = Object.entries(readings).map(([name, read]) => ({
    name,
    read,
    serverMs: [] as number[],
    roundTripMs: [] as number[],
  }));
  const began = performance.now();
  for (let round = 0; round <= atMost; round++) {
    if (round > atLeast && performance.now() - began > budgetMs) break;
    for (const { read, serverMs, roundTripMs } of series) {
      const cost = await read();
      if (round === 0) continue;
      serverMs.push(cost.serverMs);
      roundTripMs.push(cost.roundTripMs);
    }
  }
  return Object.fromEntries(series.map(({ name, serverMs, roundTripMs }) => [name, { serverMs, roundTripMs }]));
}
