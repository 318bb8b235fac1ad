import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OLDEST_CODE_SERVER } from '../kit/vscode.ts';
import { assertCleanLogs, openLive, untilHover, untilRow, untilStatus } from './look.ts';
import { addExpired, countSessions, openScene } from './scene.ts';

/** The oldest VS Code that package.json's engines allow, with the oldest PostgreSQL that we test against. */
const scene = await openScene({
  postgres: { major: 15 },
  vscode: {
    version: OLDEST_CODE_SERVER,
    quick: false,
    settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.alerts.expiredForSeconds': 0 },
  },
});
after(() => scene.stop());
const { workbench, sql, vscode, postgres } = scene;

void test('shows live figures in the oldest VS Code, of PostgreSQL 15', async () => {
  const version = await vscode.inExtensionHost((api) => api.version);
  const { rows } = await sql.query<{ server_version: string }>('SHOW server_version');
  assert.match(`${version} ${rows[0]?.server_version ?? ''}`, /^1\.117\.\d+ 15\./);
  await openLive(scene);
  const { total, active } = await countSessions(sql);
  await untilRow(scene, 'Total', (row) => row.description === total.toLocaleString('en'));
  await untilRow(scene, 'Active', (row) => row.description === active.toLocaleString('en'));
  await untilRow(scene, 'Statements', /mean/);
  await untilHover(scene, 'Total', /All rows of the session table/);
  assert.deepEqual(await workbench.notifications(), []);
});

void test('follows what changes, and survives a restart of the server', async () => {
  await addExpired(sql, 1500);
  const row = await untilRow(scene, 'Expired sessions pile up');
  assert.equal(row.icon, 'warning');
  await untilStatus(scene, 'pulse', / \d$/);
  await workbench.tree().act('Expired sessions pile up', 'Acknowledge Alert');
  await untilRow(scene, 'Expired sessions pile up', /acknowledged/);
  await workbench.tree().click('Total');
  await workbench.page.keyboard.press('Control+C');
  const { total } = await countSessions(sql);
  await workbench.waitFor(
    () => workbench.clipboard(),
    'the total on the clipboard',
    (text) => Math.abs(Number(text) / total - 1) < 0.1,
  );
  await postgres.shutdown();
  await untilStatus(scene, 'history');
  await postgres.start();
  await untilStatus(scene, 'pulse');
  await assertCleanLogs(scene);
});
