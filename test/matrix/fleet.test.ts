import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { Client } from 'pg';
import { every, sleep } from '../../src/common/timers.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { StallingProxy } from '../kit/stallingProxy.ts';

/** What watching fifty databases costs, in two windows, with one that fails and one that stops answering. */

const DATABASES = 50;
const SECONDS = Number(process.env['DSM_FLEET_SECONDS'] ?? 600);
/** By then all have been read twice. */
const SETTLED_SECONDS = 60;
const EVERY_SECONDS = 60;

interface Line {
  readonly event: 'read' | 'state' | 'cost' | 'ended';
  readonly at: number;
  readonly name: string;
  readonly reading: number;
  readonly role: string;
  readonly kind: string;
  readonly cpuMs: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly open: number;
  readonly delayMs: number;
  readonly log: readonly string[];
}

async function server(t: TestContext, major: 15 | 18): Promise<{ postgres: TestPostgres; admin: Client }> {
  const postgres = await startPostgres({ major });
  const admin = new Client({ connectionString: postgres.connectionString() });
  // Hooks run in the order in which they are added: one, so that the server does not end the connection.
  t.after(async () => {
    await admin.end();
    await postgres.stop();
  });
  await admin.connect();
  await admin.query('CREATE DATABASE template_shop');
  const sql = new Client({ connectionString: postgres.connectionString('template_shop') });
  await sql.connect();
  await createSessionTable(sql);
  await fillSessions(sql, { rows: 5_000, expiredShare: 0.1, secretKey: 'secret' });
  await sql.end();
  return { postgres, admin };
}

interface Window {
  readonly lines: Line[];
  readonly end: () => Promise<void>;
}

function openWindow(t: TestContext, folder: string, databases: readonly string[]): Window {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'fleetWindow.ts'), folder, ...databases],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  t.after(() => child.kill());
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    lines,
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** How many the servers have counted for each database. */
async function sessionsOf(
  servers: readonly { readonly admin: Client }[],
  databases: readonly string[],
): Promise<readonly number[]> {
  const counted = servers.map(async ({ admin }) => {
    const { rows } = await admin.query<{ n: string }>(
      'SELECT sessions AS n FROM pg_stat_database WHERE datname = ANY($1) ORDER BY datname',
      [databases],
    );
    return rows.map(({ n }) => Number(n));
  });
  return (await Promise.all(counted)).flat();
}

const share = (part: number, of: number): string => `${((100 * part) / of).toFixed(2)} %`;

test(`fifty databases for ten minutes in two windows`, { timeout: (SECONDS + 300) * 1000 }, async (t) => {
  const servers = await Promise.all([server(t, 18), server(t, 15)]);
  const urls: string[] = [];
  for (let i = 0; i < DATABASES - 2; i++) {
    const { postgres, admin } = servers[i % 2] ?? assert.fail();
    const name = `shop${String(i).padStart(2, '0')}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template_shop`);
    urls.push(postgres.connectionString(name));
  }
  const [{ postgres, admin }] = servers;
  await admin.query('CREATE DATABASE stalling TEMPLATE template_shop');
  const proxy = await StallingProxy.start(postgres.port);
  t.after(() => proxy.stop());
  const all = [...urls, postgres.connectionString('missing'), proxy.through(postgres.connectionString('stalling'))];
  const folder = await mkdtemp(join(tmpdir(), 'dsm-fleet-'));
  t.after(() => rm(folder, { recursive: true, force: true }));

  const counts: number[] = [];
  const counting = every(() => {
    const asked = servers.map(async (one) => {
      const { rows } = await one.admin.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'django-session-monitor%'",
      );
      return rows[0]?.n ?? 0;
    });
    void Promise.all(asked).then(([a = 0, b = 0]) => counts.push(a + b));
  }, 200);
  t.after(() => counting.dispose());

  const began = Date.now();
  const first = openWindow(t, folder, all);
  const second = openWindow(t, folder, all);
  await sleep(SETTLED_SECONDS * 1000);
  const settledAt = Date.now();
  const settledCounts = counts.length;
  const well = urls.slice(1).map((url) => new URL(url).pathname.slice(1));
  const sessionsBefore = await sessionsOf(servers, well);
  proxy.hold();
  await sleep(SECONDS * 1000 - (settledAt - began));
  const endedAt = Date.now();
  counting.dispose();
  const sessions = await sessionsOf(servers, well);
  await first.end();
  await second.end();
  const left = await Promise.all(
    servers.map(async (one) => {
      const { rows } = await one.admin.query<{ n: number }>(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'django-session-monitor%'",
      );
      return rows[0]?.n;
    }),
  );
  assert.deepEqual(left, [0, 0], 'nothing is left on the servers');

  // Those that are well, but for the one in front, which is read every ten seconds.
  for (const [which, { lines }] of [first, second].entries()) {
    const wrong = lines.filter(({ event, name, kind }) => event === 'state' && well.includes(name) && kind !== 'live');
    assert.deepEqual(
      wrong.filter(({ kind }) => kind !== 'connecting').map(({ name, kind }) => `${name} ${kind}`),
      [],
      'the failing and the stalling one disturb none',
    );
    const late: number[] = [];
    for (const name of well) {
      const at = lines.filter((line) => line.event === 'read' && line.name === name).map(({ reading }) => reading);
      const regular = at.filter((one) => one >= settledAt);
      assert.ok(regular.length >= Math.floor((endedAt - settledAt) / 1000 / EVERY_SECONDS) - 1, `${name} was read`);
      for (const [i, one] of regular.slice(1).entries())
        late.push(Math.abs(one - (regular[i] ?? 0) - EVERY_SECONDS * 1000));
    }
    late.sort((a, b) => a - b);
    const at = (q: number): number => late[Math.floor(q * (late.length - 1))] ?? 0;
    const costs = lines.filter(({ event }) => event === 'cost');
    const steady = costs.filter((one) => one.at >= settledAt && one.at <= endedAt);
    const [from, to] = [steady[0] ?? assert.fail(), steady.at(-1) ?? assert.fail()];
    const cpu = to.cpuMs - from.cpuMs;
    t.diagnostic(
      `window ${which + 1}: processor ${share(cpu, to.at - from.at)} of a core; RSS ${costs
        .map(({ rss }) => Math.round(rss / 2 ** 20))
        .filter((_, i) => i % 6 === 0)
        .join(', ')} MB each minute; heap ${Math.round(to.heapUsed / 2 ** 20)} MB; open files ${to.open}; ` +
        `readings off their time: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${late.at(-1) ?? 0} ms of ${late.length}; event loop 99.9 % ${to.delayMs.toFixed(0)} ms`,
    );
    assert.ok(cpu / (to.at - from.at) < 0.05, 'of a core');
    assert.ok(to.rss - from.rss < 40 * 2 ** 20, 'memory does not grow');
    assert.ok(at(0.99) < 5_000, 'readings come at their time');
    const unwell = (name: string): Set<string> =>
      new Set(lines.filter((line) => line.event === 'state' && line.name === name).map(({ kind }) => kind));
    assert.ok(unwell('missing').has('failed') && unwell('stalling').has('stale'), 'and are told as what they are');
  }
  const steadyCounts = counts.slice(settledCounts);
  const mean = steadyCounts.reduce((sum, n) => sum + n, 0) / steadyCounts.length;
  t.diagnostic(
    `connections to the servers, of both windows: most ${Math.max(...counts.slice(0, settledCounts))} in the first minute, then ${mean.toFixed(2)} in the mean and ${Math.max(...steadyCounts)} at most`,
  );
  assert.ok(Math.max(...steadyCounts) <= 12, 'readings are spread out');
  // Of each window four connect at once at first; those that have connected read.
  assert.ok(Math.max(...counts) <= DATABASES / 2, 'a few connect at once');
  const each = sessions.map((n, i) => n - (sessionsBefore[i] ?? 0));
  // And one that had ended before, whose count the server had not added up yet.
  const expected = Math.ceil((endedAt - settledAt) / 1000 / EVERY_SECONDS) + 1;
  t.diagnostic(
    `sessions that the servers counted for each database after the first minute: ${Math.min(...each)} to ${Math.max(...each)}`,
  );
  assert.ok(Math.max(...each) <= expected, 'of two windows one reads');
});
