import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Client } from 'pg';
import type { Measured } from '../../src/common/measured.ts';
import type { Database } from '../../src/postgres/connect/connection.ts';
import { LightMemory, readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import type { SessionCounts } from '../../src/postgres/table/readings.ts';
import { leastCovered } from '../kit/coverage.ts';
import { IN_MATRIX } from '../kit/inMatrix.ts';
import { createSessionTable, fillSessions, signSession } from '../kit/sessions.ts';
import { TABLES, type GeneratedTable } from './generatedTables.ts';
import { newDatabase, one, onNewestMajor, SECRET_KEY } from './support.ts';

const FIGURES = ['total', 'active', 'expired', 'savedLastHour'] as const;
type Name = (typeof FIGURES)[number];

/** Readings of a table, each with pages of its own drawn; in batches, before and after which the truth is read. */
const BATCHES = IN_MATRIX ? 20 : 6;
const BATCH = IN_MATRIX ? 20 : 10;

/** What SQL counts; the time of the last save is the one in the signature, whatever the row's expire_date is. */
async function truth(admin: Client): Promise<Record<Name, number>> {
  const hourAgo = signSession({}, { secretKey: SECRET_KEY, at: new Date(Date.now() - 3_600_000) }).split(':')[1];
  return one<Record<Name, number>>(
    admin,
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE expire_date >= now())::int AS active, count(*) FILTER (WHERE expire_date < now())::int AS expired,
            count(*) FILTER (WHERE split_part(session_data, ':', 2) COLLATE "C" >= $1)::int AS "savedLastHour" FROM django_session`,
    [hourAgo],
  );
}

interface Draw {
  readonly counts: SessionCounts;
  readonly before: Record<Name, number>;
  readonly after: Record<Name, number>;
}

async function draw(admin: Client, db: Database, memories?: readonly LightMemory[]): Promise<Draw[]> {
  const draws: Draw[] = [];
  let before = await truth(admin);
  for (let batch = 0; batch < BATCHES; batch++) {
    const found: SessionCounts[] = [];
    for (let i = 0; i < BATCH; i++) {
      const memory = memories?.[batch * BATCH + i] ?? new LightMemory();
      found.push((await readSessionMetrics(db, { memory })).sessions);
    }
    const after = await truth(admin);
    for (const counts of found) draws.push({ counts, before, after });
    before = after;
  }
  return draws;
}

/** How far the value is from the truth, which changes while it is read: sessions expire, and saves get older than an hour. */
function errorOf(measured: Measured, name: Name, { before, after }: Draw): number {
  assert.notEqual(measured.how, 'unknown', name);
  const [low, high] = [Math.min(before[name], after[name]), Math.max(before[name], after[name])];
  return Math.max(0, low - (measured.value ?? NaN), (measured.value ?? NaN) - high);
}

interface Judged {
  readonly covered: number;
  readonly draws: number;
  /** Mean half-width of the intervals ÷ mean error: 2.46 where errors are normal and the intervals those of 95 %. */
  readonly width: number;
  /** Mean half-width as a share of the truth. */
  readonly share: number;
  /** 95 % of the errors are below it, as a share of the truth. */
  readonly worst: number;
}

function judge(name: Name, draws: readonly Draw[]): Judged {
  const errors = draws.map((one) => errorOf(one.counts[name], name, one));
  const widths = draws.map(({ counts }) => (counts[name].how === 'unknown' ? NaN : (counts[name].plusMinus ?? 0)));
  const covered = errors.filter((error, i) => error <= (widths[i] ?? NaN)).length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const sorted = errors.toSorted((a, b) => a - b);
  const of = Math.max(1, draws[0]?.after[name] ?? NaN);
  const worst = (sorted[Math.ceil(0.95 * sorted.length) - 1] ?? NaN) / of;
  return { covered, draws: draws.length, width: mean(widths) / mean(errors), share: mean(widths) / of, worst };
}

/** On a table whose neighbours are unlike once only, the variance that is taken from neighbours is the greater for it. */
const MOST_WIDTH = 8;

onNewestMajor('estimates', (bench) => {
  const judged: Record<Name, Judged[]> = { total: [], active: [], expired: [], savedLastHour: [] };

  const make = async (number: number, { rows, fill, then = [] }: GeneratedTable): Promise<Client> => {
    const admin = await newDatabase(bench, `table_${number}`);
    await createSessionTable(admin);
    await admin.query('ALTER TABLE django_session SET (autovacuum_enabled = off)');
    await fillSessions(admin, { rows, secretKey: SECRET_KEY, distinctBodies: 2_000, ...fill });
    for (const statement of then) await admin.query(statement);
    return admin;
  };

  for (const [number, table] of TABLES.entries()) {
    it(`are as good as they say: ${table.name}`, async () => {
      const admin = await make(number, table);
      const db = await bench.monitor(`table_${number}`);
      // A lifetime that is not Django's has to be seen once; what a reading remembers is its own, as for each monitor.
      const memories = Array.from({ length: BATCHES * BATCH }, () => new LightMemory());
      if (table.seenBefore) for (const memory of memories) await readSessionMetrics(db, { memory });
      const draws = await draw(admin, db, memories);
      for (const name of FIGURES) {
        const found = judge(name, draws);
        judged[name].push(found);
        const text = `${name} ${draws[0]?.after[name] ?? NaN}: covered ${found.covered} of ${found.draws}, width ${found.width.toFixed(2)}, ${(100 * found.share).toFixed(1)} % of it, 95 % of the errors below ${(100 * found.worst).toFixed(1)} %`;
        console.log(text);
        assert.ok(found.covered >= leastCovered(found.draws), text);
        const most = table.atMost?.[name];
        if (most !== undefined) assert.ok(found.worst <= most, text);
      }
      const note = draws[0]?.counts.savedLastHour;
      assert.match(note?.how === 'estimated' ? (note.note ?? '') : '', table.savedBy);
      await db.close();
    });
  }

  for (const name of FIGURES) {
    it(`cover the truth of "${name}" as often as they say, over all tables`, () => {
      assert.equal(judged[name].length, TABLES.length);
      const sum = (of: (one: Judged) => number): number => judged[name].reduce((all, one) => all + of(one), 0);
      const text = `${name}: ${sum(({ covered }) => covered)} of ${sum(({ draws }) => draws)}`;
      console.log(text);
      assert.ok(sum(({ covered }) => covered) >= leastCovered(sum(({ draws }) => draws)), text);
      // An interval as wide as the table would cover everything. What the index counts is often right to the row, and says less.
      if (name === 'savedLastHour') return;
      for (const [i, { width, share }] of judged[name].entries()) {
        const most = name === 'total' ? undefined : TABLES[i]?.ends?.[name];
        if (most === undefined) assert.ok(Number.isNaN(width) || width < MOST_WIDTH, `${width}`);
        else assert.ok(share < most, `${share}`);
      }
    });
  }
});
