import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { allNotifications, assertCleanLogs, openLive, ourLog, untilHover, untilRow, untilStatus } from './look.ts';
import { openScene, PASSWORD } from './scene.ts';

/** The project that the guide was written for, opened as it is: its settings say `db`, and a throttle stands in `backend`. */

const scene = await openScene({
  folder: 'picks',
  workbench: { theme: 'dark', width: 1500, height: 1100 },
  // No container of it runs here: whether the service does is the matter of cleanupService.test.ts.
  vscode: { settings: { 'djangoSessionMonitor.cleanupService.engine': 'none-of-these' } },
});
const { workbench, vscode, folder } = scene;
after(() => scene.stop());

const MIDDLEWARE = join(folder, 'backend', 'picks', 'middleware.py');
const SETTINGS = join(folder, 'backend', 'picks', 'settings.py');

void test('shows live figures without a click: db is reached by the port that its compose file publishes', async (t) => {
  await untilStatus(scene, 'pulse', /active/);
  const log = await ourLog(scene);
  const activated = /^(\S+ \S+) \[info\] Activated/mu.exec(log)?.[1] ?? '';
  t.diagnostic(`live at most ${String(Date.now() - new Date(activated).getTime())} ms after the activation`);
  await openLive(scene);
  assert.match(await workbench.viewTitle(), /picks/i);
  assert.match(log, /The service db of docker-compose\.dev\.yml publishes its port 5432 on 127\.0\.0\.1:\d+\./);
  assert.doesNotMatch(log, new RegExp(PASSWORD));
  await workbench.screenshot('picks-tree-dark');
});

void test('says in the row of the throttle what its interval is, and where that comes from', async () => {
  const row = await untilRow(scene, 'Throttle', /^on, every 5 min · /);
  assert.equal(row.icon, 'pass');
  await untilHover(scene, 'Throttle', /SESSION_ACTIVITY_UPDATE_INTERVAL says 5 min/);
});

void test('finds the throttle from the palette while another settings file is open', async () => {
  const empty = join(folder, 'backend', 'settings', '__init__.py');
  await vscode.inExtensionHost(async (api, path) => {
    const uri = api.Uri.file(path);
    await api.workspace.fs.writeFile(uri, new Uint8Array());
    await api.window.showTextDocument(uri);
  }, empty);
  await workbench.runCommand('Django Sessions: Disable Session Throttle (Quick Rollback)…');
  const lines = await workbench.waitFor(
    () => workbench.diffLines(),
    'the diff of settings.py',
    ({ added }) => added.length > 0,
  );
  assert.match(lines.added.join('\n'), /\[session-monitor: off\] "picks\.middleware\.ThrottledSessionMiddleware"/);
  await workbench.runCommand('Django Sessions: Discard Previewed Change');
});

void test('offers a throttle of another name once, and watches it when that is said', async () => {
  for (const file of [MIDDLEWARE, SETTINGS]) {
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll('ThrottledSessionMiddleware', 'KeepSessionAlive'));
  }
  await untilRow(scene, 'Throttle', /^not in the settings; is it KeepSessionAlive\?$/);
  const asked = /^KeepSessionAlive saves a session at most once in 5 min\. Is it your session throttle\?$/;
  await workbench.waitFor(
    () => allNotifications(scene),
    'the question',
    (all) => all.some(({ message }) => asked.test(message)),
  );
  await workbench.screenshot('picks-throttle-question-dark');
  await workbench.clickNotificationButton('Yes, Watch It', 'KeepSessionAlive');
  await untilRow(scene, 'Throttle', /^on, every 5 min · /);
  const settings = await readFile(join(folder, '.vscode', 'settings.json'), 'utf8');
  assert.match(settings, /"djangoSessionMonitor\.throttleMiddleware": "picks\.middleware\.KeepSessionAlive"/);
});

void test('leaves no error in the logs', async () => {
  await assertCleanLogs(scene);
});
