import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { clearExpiredSessions, type Pace } from '../../src/postgres/cleanup/cleanup.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { ensureDjango } from '../kit/django.ts';
import type { TestPostgres } from '../kit/postgres.ts';
import { run } from '../kit/process.ts';
import { copySample } from '../kit/sample.ts';
import type { Bench } from './bench.ts';
import { percentile, Savers } from './cleanupSaves.ts';
import { figure, type Aim, type Figure, type PartResult } from './figures.ts';
import { pairwise } from './statistics.ts';
import { fill, makeDatabase, settle, startServer, withClient, withoutIndexes } from './tables.ts';

/** A server as it is in use: commits wait for the disk. Autovacuum is off, so that it does not come in one turn and not in another. */
const SETTINGS = { fsync: 'on', synchronous_commit: 'on', wal_level: 'replica', autovacuum: 'off' };
const IDLE_MS = 4_000;
/** Rows of a batch in the loop that people write, each committed and waited for: a usual size. */
const NAIVE_ROWS = 1_000;

/** One turn: a fresh copy of the table, one way to clear it. */
interface Turn {
  readonly ms: number;
  readonly walMb: number;
  /** Milliseconds of the longest transaction, where there are several. */
  readonly longestMs?: number;
  /** Of saves meanwhile, milliseconds. */
  readonly saves?: readonly number[];
}

type Clear = (url: string) => Promise<number | undefined>;

/** Ours against Django's own process, a single DELETE and the loop that everybody writes, on copies of the same table. */
export async function measureCleanup(bench: Bench): Promise<PartResult> {
  const django = await ensureDjango('5.2');
  if ('skip' in django) throw new Error(django.skip);
  const server = await startServer(bench, SETTINGS);
  try {
    const half = await compare(bench, server, django.python, 0.5, ['single', 'clearsessions', 'fast', 'gentle']);
    const few = await compare(bench, server, django.python, 0.01, [
      'single',
      'naive',
      'naiveOrdered',
      'fast',
      'gentle',
    ]);
    const beside = await besideSaves(bench, server, django.python);
    const parts = [half, few, beside];
    return {
      figures: parts.flatMap(({ figures }) => figures),
      details: Object.assign({}, ...parts.map(({ details }) => details)) as Record<string, unknown>,
    };
  } finally {
    await server.stop();
  }
}

/** The ways to clear; each returns the milliseconds of its longest transaction, if it has several. */
function ways(python: string): Readonly<Record<string, Clear>> {
  const naive =
    (order: string): Clear =>
    async (url) =>
      withClient(url, async (db) => {
        const some = `SELECT session_key FROM django_session WHERE expire_date < now() ${order} LIMIT ${NAIVE_ROWS}`;
        while ((await db.query(`DELETE FROM django_session WHERE session_key IN (${some})`)).rowCount !== 0);
        return undefined;
      });
  const ours =
    (pace: Pace): Clear =>
    async (url) => {
      const db = await connect({ connectionString: url });
      const result = await clearExpiredSessions(db, { pace });
      await db.close();
      if (result.remainingExpired !== 0) throw new Error(`${result.remainingExpired} expired sessions are left.`);
      return result.longestBatchMs;
    };
  return {
    single: (url) =>
      withClient(url, async (db) => {
        await db.query('DELETE FROM django_session WHERE expire_date < now()');
        return undefined;
      }),
    clearsessions: async (url) => {
      const folder = await copySample(url);
      await run(python, ['manage.py', 'clearsessions'], { cwd: folder });
      await rm(dirname(folder), { recursive: true });
      return undefined;
    },
    naive: naive(''),
    naiveOrdered: naive('ORDER BY expire_date'),
    fast: ours('fast'),
    gentle: ours('gentle'),
  };
}

async function template(bench: Bench, server: TestPostgres, share: number): Promise<string> {
  const rows = bench.quick ? 100_000 : 1_000_000;
  const name = `expired_${String(share * 100)}`;
  bench.say(`Filling ${rows.toLocaleString('en-US')} rows, ${share * 100} % expired`);
  await withClient(await makeDatabase(server, name), async (db) => {
    await withoutIndexes(db, () => fill(db, { rows, distinctPayloads: 20_000, expiredShare: share }));
    await settle(db);
  });
  return name;
}

/** @param withSaves measure saves meanwhile; without `clear`: saves alone */
async function turn(server: TestPostgres, from: string, clear: Clear | undefined, withSaves: boolean): Promise<Turn> {
  const url = server.connectionString('turn');
  await withClient(server.connectionString(), async (admin) => {
    await admin.query('DROP DATABASE IF EXISTS turn');
    await admin.query(`CREATE DATABASE turn TEMPLATE ${from} STRATEGY file_copy`);
    await admin.query('CHECKPOINT');
  });
  return withClient(url, async (db) => {
    await db.query('SELECT count(session_data) FROM django_session');
    const savers = withSaves ? await Savers.start(url) : undefined;
    if (savers !== undefined) await sleep(500); // the first saves of a connection take longer
    savers?.reset();
    const lsn = async (): Promise<number> => {
      const text = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS at";
      return (await db.query<{ at: number }>(text)).rows[0]?.at ?? NaN;
    };
    const wal = await lsn();
    const began = performance.now();
    const longestMs = await (clear?.(url) ?? sleep(IDLE_MS, undefined));
    const ms = performance.now() - began;
    const walMb = ((await lsn()) - wal) / 1e6;
    const saves = await savers?.stop();
    return { ms, walMb, ...(longestMs === undefined ? {} : { longestMs }), ...(saves === undefined ? {} : { saves }) };
  });
}

const rounds = ({ quick }: Bench): number => (quick ? 2 : 5);

async function inTurn(
  bench: Bench,
  server: TestPostgres,
  from: string,
  turns: Readonly<Record<string, Clear | undefined>>,
  withSaves: boolean,
): Promise<Readonly<Record<string, Turn[]>>> {
  const found: Record<string, Turn[]> = {};
  for (let round = 0; round < rounds(bench); round++) {
    // Each round begins with another, so that none always follows the same one.
    const all = Object.entries(turns);
    for (const [name, clear] of [...all.slice(round % all.length), ...all.slice(0, round % all.length)]) {
      (found[name] ??= []).push(await turn(server, from, clear, withSaves));
    }
  }
  return found;
}

/** Aims by share of expired rows: numerator, denominator, at most. */
const RATIOS: Readonly<Record<string, readonly (readonly [string, string, number | undefined])[]>> = {
  '0.5': [
    ['fast', 'single', 1],
    ['fast', 'clearsessions', 0.7],
    ['gentle', 'fast', 4],
  ],
  '0.01': [
    ['fast', 'naive', 0.5],
    ['fast', 'naiveOrdered', undefined],
    ['fast', 'single', 1.1],
    ['gentle', 'fast', 4],
  ],
};
const LONGEST: Aim = { limit: 60, is: 'atMost' };

async function compare(
  bench: Bench,
  server: TestPostgres,
  python: string,
  share: number,
  names: readonly string[],
): Promise<PartResult> {
  const from = await template(bench, server, share);
  const all = ways(python);
  bench.say(`Clearing: ${names.join(', ')}`);
  const found = await inTurn(bench, server, from, Object.fromEntries(names.map((name) => [name, all[name]])), false);
  const group = `Cleanup, ${share * 100} % expired, nobody else`;
  const figures: Figure[] = names.flatMap((name) => {
    const turns = found[name] ?? [];
    const longest = turns.flatMap(({ longestMs }) => (longestMs === undefined ? [] : [longestMs]));
    const wal = `WAL ${(turns.reduce((sum, { walMb }) => sum + walMb, 0) / turns.length).toFixed(0)} MB`;
    return [
      figure(group, name, 'ms', times(turns), { note: wal }),
      ...(longest.length === 0 ? [] : [figure(group, `${name}, longest transaction`, 'ms', longest, { aim: LONGEST })]),
    ];
  });
  const ratios = (RATIOS[String(share)] ?? []).map(([a, b, limit]) => {
    const aim: Aim | undefined = limit === undefined ? undefined : { limit, is: 'atMost' };
    return figure(group, `${a} ÷ ${b}`, 'times', pairwise(times(found[a] ?? []), times(found[b] ?? [])), { aim });
  });
  return { figures: [...figures, ...ratios], details: { [`cleanup ${share}`]: found } };
}

function times(turns: readonly Turn[]): number[] {
  return turns.map(({ ms }) => ms);
}

/** Latency of saves while half of the table is cleared, and with nobody clearing. */
async function besideSaves(bench: Bench, server: TestPostgres, python: string): Promise<PartResult> {
  const all = ways(python);
  const turns = {
    nobody: undefined,
    clearsessions: all['clearsessions'],
    single: all['single'],
    fast: all['fast'],
    gentle: all['gentle'],
  };
  bench.say('The same beside saves');
  const found = await inTurn(bench, server, 'expired_50', turns, true);
  const group = 'Saves beside a cleanup, 50 % expired';
  const at = (name: string, share: number): number[] =>
    (found[name] ?? []).map(({ saves = [] }) => percentile(saves, share));
  const figures = Object.keys(turns).flatMap((name) => [
    figure(group, `${name}, p50`, 'ms', at(name, 0.5)),
    figure(group, `${name}, p99`, 'ms', at(name, 0.99)),
    ...(name === 'nobody' ? [] : [figure(group, `${name}, in all`, 'ms', times(found[name] ?? []))]),
  ]);
  const ratio = (a: string, b: string, share: number, limit: number): Figure =>
    figure(group, `${a} ÷ ${b}, p${share * 100}`, 'times', pairwise(at(a, share), at(b, share)), {
      aim: { limit, is: 'atMost' },
    });
  return {
    figures: [
      ...figures,
      ratio('fast', 'clearsessions', 0.99, 1),
      ratio('gentle', 'nobody', 0.5, 1.2),
      ratio('gentle', 'nobody', 0.99, 2),
    ],
    details: { 'cleanup beside saves': found },
  };
}
