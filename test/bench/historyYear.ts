import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Unit } from '../../src/common/format.ts';
import { fold } from '../../src/history/levels/fold.ts';
import { roundFraction } from '../../src/history/levels/fraction.ts';
import { encodeReading } from '../../src/history/levels/values.ts';
import { loadSqlite } from '../../src/history/sqlite/openSqlite.ts';
import { SqliteHistory } from '../../src/history/sqlite/sqliteHistory.ts';
import { METRICS } from '../../src/monitoring/metrics/metrics.ts';
import { seeded } from '../kit/random.ts';

export const EVERY_MS = 10_000;
export const DAY_MS = 24 * 3600 * 1000;

/** How the values of a metric move: more restless than those of a real table, so that the size is not flattered. */
const MOVES: Readonly<Record<Unit, (before: number, random: () => number) => number>> = {
  count: (before, random) => Math.max(0, before + Math.floor(random() * 21) - 10),
  bytes: (before, random) => before + (random() < 0.3 ? 8192 * Math.floor(random() * 3) : 0),
  date: (before, random) => (random() < 0.01 ? before + 60_000 : before),
  seconds: (_, random) => (random() < 0.2 ? roundFraction(random() * 3) : 0),
  bytesPerDay: noise(3_000_000),
  bytesPerMinute: noise(100_000),
  perMinute: noise(60),
  perHour: noise(3600),
  perSecond: noise(30),
  share: noise(1),
  milliseconds: noise(2),
  ratio: noise(1),
  text: (before) => before,
};

function noise(scale: number): (before: number, random: () => number) => number {
  return (_, random) => roundFraction(scale * (0.9 + 0.2 * random()));
}

/** Metrics whose values are settings or maxima: the same for days. */
const STILL = new Set(['connections.max', 'monitor.interval', 'writes.throttleInterval', 'monitor.statements']);

export interface Year {
  readonly file: SqliteHistory;
  readonly folder: string;
  /** Time of the last reading. */
  readonly end: number;
  readonly readings: number;
  /** Milliseconds that thinning took in all. */
  readonly foldMs: number;
  remove(): void;
}

/**
 * A store with a reading every 10 s over so many days, made with the parts of the store, but many readings a transaction.
 *
 * @param end time of the last reading, milliseconds since the epoch
 */
export async function makeYear(
  days: number,
  say: (message: string) => void,
  end = Date.parse('2026-11-09T14:07:30Z'),
): Promise<Year> {
  const sqlite = await loadSqlite();
  if (sqlite === undefined) throw new Error('This Node has no node:sqlite.');
  const folder = mkdtempSync(join(tmpdir(), 'dsm-bench-history-'));
  const file = new SqliteHistory(sqlite, join(folder, 'year.sqlite'));
  const metrics = METRICS.filter(({ unit }) => unit !== 'text');
  const states = ['active', 'idle', 'idle in transaction', 'unknown'].map((state) => `connections.total/${state}`);
  file.addSeries([...metrics.map(({ id }) => id), ...states]);
  const ids = file.series();
  const random = seeded(5);
  const values = new Map([...ids.keys()].map((name) => [name, 1000]));
  const moves = [...metrics.map(({ id, unit }) => ({ id, move: MOVES[unit] })), ...states.map(child)];
  const start = end - days * DAY_MS;
  let readings = 0;
  let foldMs = 0;
  for (let from = start; from < end; from += DAY_MS) {
    file.transaction(() => {
      for (let at = from; at < Math.min(from + DAY_MS, end); at += EVERY_MS, readings++) {
        for (const { id, move } of moves) if (!STILL.has(id)) values.set(id, move(values.get(id) ?? 0, random));
        file.putReading({ at, every: EVERY_MS, data: encodeReading(values, ids) });
      }
    });
    const began = performance.now();
    fold(file, Math.min(from + DAY_MS, end) - EVERY_MS);
    foldMs += performance.now() - began;
    if (((from - start) / DAY_MS) % 60 === 59) say(`${Math.round((from - start) / DAY_MS) + 1} days of history`);
  }
  return {
    file,
    folder,
    end,
    readings,
    foldMs,
    remove: () => {
      file.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function child(id: string): { id: string; move: (before: number, random: () => number) => number } {
  return { id, move: MOVES.count };
}
