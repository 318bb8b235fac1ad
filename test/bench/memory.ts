import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_24 } from '../kit/node24.ts';
import { run } from '../kit/process.ts';
import type { Bench } from './bench.ts';
import { figure, type PartResult } from './figures.ts';
import { fill, makeDatabase, startServer, withClient } from './tables.ts';

const WEEK = fileURLToPath(new URL('memoryWeek.ts', import.meta.url));
const DAY_READINGS = 8640;
const AIM = { limit: 20_000, is: 'atMost' } as const;
const TIMEOUT_MS = 15 * 60_000;

/** Bytes after a collection of garbage that gives back what it can. */
interface Look {
  readonly readings: number;
  readonly days: number;
  readonly heapUsed: number;
  readonly rss: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly transitions: number;
}

interface End {
  /** Bytes of the store. */
  readonly stored: number;
  readonly warnings: number;
  readonly problem: string | null;
}

/** A week of readings at 10 s from a real database, under a clock whose week passes in minutes: what stays in memory. */
export async function measureMemory(bench: Bench): Promise<PartResult> {
  const { quick, say } = bench;
  const server = await startServer(bench);
  const folder = await mkdtemp(join(tmpdir(), 'dsm-bench-memory-'));
  try {
    const connectionString = await makeDatabase(server, 'shop');
    await withClient(connectionString, (db) => fill(db, { rows: 2000, expiredShare: 0.1 }));
    const days = quick ? 1 : 7;
    const every = quick ? DAY_READINGS / 4 : DAY_READINGS;
    say(`Reading for ${days} simulated days`);
    const looks: Look[] = [];
    let end: End | undefined;
    const began = performance.now();
    const numbers = [days * DAY_READINGS, every].map(String);
    const onLine = (line: string): void => {
      if (!line.startsWith('{')) return say(line);
      const told = JSON.parse(line) as Look | End;
      if ('stored' in told) end = told;
      else {
        looks.push(told);
        say(
          `${told.readings} readings: ${(told.heapUsed / 1e6).toFixed(1)} MB of heap, ${(told.rss / 1e6).toFixed(0)} MB in all`,
        );
      }
    };
    const flags = ['--disable-warning=ExperimentalWarning', '--expose-gc', WEEK];
    await run(NODE_24, [...flags, connectionString, folder, ...numbers], { onLine, timeoutMs: TIMEOUT_MS });
    if (end?.problem !== null) throw new Error(`The history was not kept: ${end?.problem ?? ''}`);
    const msPerReading = (performance.now() - began) / (days * DAY_READINGS);
    return { figures: figuresOf(looks, days), details: { days, msPerReading, looks, end } };
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function figuresOf(looks: readonly Look[], days: number): PartResult['figures'] {
  const [first, ...later] = looks;
  const last = later.at(-1);
  if (first === undefined || last === undefined) throw new Error('There was no look at the memory.');
  const group = `Memory of the extension's parts over ${days} simulated days at 10 s, ${last.readings} real readings`;
  const grown = (of: (look: Look) => number): number[] => [(of(last) - of(first)) / 1000];
  // The first day fills what is kept for some hours; from then on it should stand still.
  const eachDay = (of: (look: Look) => number): number[] =>
    later.slice(1).map((look, i) => (of(look) - of(later[i] ?? look)) / (look.days - (later[i]?.days ?? 0)) / 1000);
  const heap = ({ heapUsed, external }: Look): number => heapUsed + external;
  const rss = (look: Look): number => look.rss;
  return [
    figure(group, 'heap after the first 100 readings', 'kB', [heap(first) / 1000], { note: 'heapUsed + external' }),
    figure(group, 'heap, more at the end than then', 'kB', grown(heap), { aim: AIM }),
    figure(group, 'heap, more each day after the first', 'kB', eachDay(heap)),
    figure(group, 'the process after the first 100 readings', 'kB', [rss(first) / 1000], { note: 'rss' }),
    figure(group, 'the process, more at the end than then', 'kB', grown(rss), { aim: AIM }),
    figure(group, 'the process, more each day after the first', 'kB', eachDay(rss)),
  ];
}
