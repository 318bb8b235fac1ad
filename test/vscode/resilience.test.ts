import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { freePort } from '../kit/serverProcess.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import { assertCleanLogs, findRow, openLive, ourLog, untilRow, untilStatus } from './look.ts';
import { addExpired, connectAdmin, DATABASE, openScene, writeEnv } from './scene.ts';

const scene = await openScene({
  fill: { rows: 1000 },
  vscode: {
    settings: {
      'djangoSessionMonitor.intervalSeconds': 1,
      'djangoSessionMonitor.alerts.savesPerMinute': 1_000_000,
    },
  },
});
after(() => scene.stop());
const { workbench, postgres } = scene;

async function untilMessage(text: RegExp): Promise<string> {
  return workbench.waitFor(
    () => workbench.viewMessage(),
    `the message ${String(text)}`,
    (message) => text.test(message),
  );
}

/** Live again without anybody's doing, with figures of now. */
async function untilLive(total: string): Promise<void> {
  await untilStatus(scene, 'pulse');
  await untilMessage(/ active, /);
  await untilRow(scene, 'Total', (row) => row.description === total);
  await workbench.waitFor(
    () => findRow(scene, 'Stale'),
    'no stale row',
    (row) => row === undefined,
  );
}

void test('a server that is killed leaves stale figures with their age and the reason, and comes back by itself', async () => {
  await openLive(scene);
  await untilRow(scene, 'Total', /^1,000$/);
  await postgres.kill();
  await untilMessage(/^Stale: the figures below were read (just now|\d+ s ago)\. .*(was lost|Nothing listens)/);
  assert.match((await untilRow(scene, 'Stale')).description, /next try in \d+ s|trying now/);
  assert.equal((await untilRow(scene, 'Total')).description, '1,000');
  await untilStatus(scene, 'history', /active.*read (just now|\d+ s ago)/);
  await workbench.waitFor(
    () => workbench.viewTitle(),
    'the title to say so',
    (title) => /\(stale\)/i.test(title),
  );
  await untilMessage(
    new RegExp(
      `Nothing listens on port ${String(postgres.port)} of 127\\.0\\.0\\.1\\. Start the server, or check HOST and PORT`,
    ),
  );
  await postgres.start();
  const sql = await connectAdmin(postgres);
  await addExpired(sql, 5);
  await sql.end();
  await untilLive('1,005');
  assert.deepEqual(await workbench.notifications(), []);
});

void test('a server that stalls leads to stale figures, not to an endless wait', async () => {
  await postgres.suspend();
  try {
    // Tenths are told below 10 s.
    await untilMessage(/^Stale: .*(Nothing has come for [\d.]+ s|did not answer)/);
    assert.equal((await untilRow(scene, 'Total')).description, '1,005');
  } finally {
    await postgres.resume();
  }
  await untilLive('1,005');
});

void test('a reset of the statistics gives no negative rate', async () => {
  const sql = await connectAdmin(postgres);
  const traffic = new TrafficSimulator({
    connectionString: postgres.connectionString(DATABASE),
    secretKey: SAMPLE_SECRET_KEY,
    savesPerMinute: 3000,
  });
  await traffic.start();
  try {
    for (const reset of ["pg_stat_reset_single_table_counters('django_session'::regclass)", 'pg_stat_reset()']) {
      await untilRow(scene, 'Saves', /^[\d,.]+\/min$/);
      await untilRow(scene, 'Saves', (row) => row.description !== '0/min');
      await sql.query(`SELECT ${reset}`);
      await untilRow(scene, 'Saves', /^unknown$/);
      const seen: string[] = [];
      await untilRow(scene, 'Saves', ({ description }) => seen.push(description) > 0 && description !== 'unknown');
      assert.ok(
        seen.every((text) => /^(unknown|[\d,.]+\/min)$/.test(text)),
        seen.join(),
      );
    }
  } finally {
    await traffic.stop();
    await sql.end();
  }
});

void test('a server that moved to another port is found as soon as the settings of the project say so', async () => {
  const closed = String(postgres.port);
  await postgres.shutdown();
  await untilMessage(new RegExp(`Nothing listens on port ${closed}`));
  const port = String(await freePort());
  await postgres.start({ port });
  await writeEnv(scene, { DB_PORT: port });
  await untilStatus(scene, 'pulse');
  await untilMessage(/ active, /);
});

void test('none of this was told in a notification, thrown, or logged at each attempt', async () => {
  assert.deepEqual(await workbench.notifications(), []);
  await assertCleanLogs(scene);
  const warnings = (await ourLog(scene)).split('\n').filter((line) => line.includes('[warning]'));
  assert.ok(warnings.length > 0 && warnings.length <= 10, warnings.join('\n'));
});
