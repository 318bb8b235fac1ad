import assert from 'node:assert/strict';
import { appendFile, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ensureDjango } from '../kit/django.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import type { Theme } from '../kit/vscode.ts';
import { allowWishes, assertCleanLogs, setSideBarWidth, untilHover, untilRow, untilStatus } from './look.ts';
import { addExpired, DATABASE, openScene, VIEW, writeEnv } from './scene.ts';

/**
 * One walk through all states of the view. Each is kept as test-output/screenshots/state-<name>-<theme>.png, to be looked at
 * by people; what is asserted is that each is reached and that no two of them look the same to a reader.
 */
const django = await ensureDjango('5.2');

const scene = await openScene({
  vscode: {
    trust: 'enabled',
    settings: {
      'security.workspace.trust.startupPrompt': 'never',
      'security.workspace.trust.banner': 'never',
      'djangoSessionMonitor.intervalSeconds': 1,
      'djangoSessionMonitor.alerts.expiredForSeconds': 0,
      'djangoSessionMonitor.alerts.tableSizeForSeconds': 0,
    },
  },
  // High enough for all rows.
  workbench: { theme: 'light', height: 1150 },
  prepare: async (folder) => {
    // Only Django can tell these settings, and it waits until the folder has a file "go": meanwhile the view is searching.
    await appendFile(join(folder, 'config', 'settings', 'dev.py'), "\nDATABASES = {**eval('DATABASES')}\n");
    const manage = join(folder, 'manage.py');
    const wait = "import os, time\nwhile not os.path.exists('go'):\n    time.sleep(0.02)\n";
    await writeFile(manage, wait + (await readFile(manage, 'utf8')));
    if ('python' in django) await symlink(dirname(dirname(django.python)), join(folder, '.venv'));
  },
});
const { workbench, postgres, sql, folder, vscode } = scene;
const traffic = new TrafficSimulator({
  connectionString: postgres.connectionString(DATABASE),
  secretKey: SAMPLE_SECRET_KEY,
  savesPerMinute: 240,
});
after(async () => {
  await traffic.stop();
  await scene.stop();
});

const skip = 'skip' in django ? django.skip : false;
/** What a reader sees of a state, by its name. */
const seen = new Map<string, string>();

async function keep(name: string, themes: readonly Theme[] = ['light', 'dark']): Promise<void> {
  const status = (await workbench.statusBar()).find((item) => item.id.endsWith('djangoSessionMonitor.status'));
  const rows = (await workbench.welcome()) === undefined ? await workbench.treeRows() : [];
  seen.set(name, [await workbench.viewMessage(), rows[0]?.label, rows[0]?.icon, status?.icons.join()].join('|'));
  await showFromTheTop();
  for (const theme of themes) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`state-${name}-${theme}`);
  }
}

/** Nothing under the mouse, and the first row in sight, where reading the rows leaves the tree. */
async function showFromTheTop(): Promise<void> {
  if ((await workbench.welcome()) === undefined) await workbench.tree().row(/./);
  await workbench.page.mouse.move(700, 300);
}

void test('restricted, searching, connecting', { skip }, async () => {
  await workbench.openView(VIEW);
  await workbench.waitFor(
    () => workbench.welcome(),
    'the welcome text',
    (one) => one?.text.includes('Restricted Mode') === true,
  );
  await keep('untrusted');
  await workbench.clickWelcomeButton('Manage Workspace Trust');
  await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  // It lies over the window, and keeps the keys while it has nothing left to press.
  const over = workbench.page.locator('.monaco-modal-editor-block');
  await over.locator('.action-label.codicon-close').first().click();
  await over.waitFor({ state: 'detached' });
  await allowWishes(scene);
  await untilRow(scene, /^Looking for the database/);
  await keep('searching');
  await postgres.suspend();
  await writeFile(join(folder, 'go'), '');
  await untilRow(scene, /^Connecting to shop on 127\.0\.0\.1/);
  await workbench.waitFor(
    () => workbench.notifications(),
    'the progress to end',
    (all) => all.length === 0,
  );
  await keep('connecting');
  await postgres.resume();
});

void test('live, in every theme and in a narrow side bar', { skip }, async () => {
  await traffic.start();
  await untilRow(scene, 'Saves', (row) => /^[1-9]/.test(row.description));
  await untilRow(scene, 'Growth', /^in (?:\d+ min|60 min|1 h)$/);
  await keep('live', ['light', 'dark', 'hc-light', 'hc-dark']);
  await untilHover(scene, 'Active', /^Active: /);
  await workbench.screenshot('hover-hc-dark');
  const width = await setSideBarWidth(scene, 200);
  await showFromTheTop();
  await workbench.screenshot('live-narrow');
  await setSideBarWidth(scene, width);
});

void test('alerts that fire, a pause, stale and failed', { skip }, async () => {
  await addExpired(sql, 1500);
  await vscode.updateSettings({ 'djangoSessionMonitor.alerts.tableSizeMB': 1 });
  await untilRow(scene, 'Alerts', /1 critical, 1 warning/);
  await workbench.waitFor(
    () => workbench.notifications(),
    'both notifications',
    (all) => all.length === 2,
  );
  await keep('alerts');
  await workbench.clearNotifications();
  await workbench.clickViewAction('Pause Monitoring');
  await untilRow(scene, 'Monitoring is paused');
  await keep('paused');
  await workbench.clickViewAction('Resume Monitoring');
  await untilStatus(scene, 'pulse');
  await traffic.stop();
  await postgres.kill();
  await untilRow(scene, 'Stale');
  await keep('stale');
  await postgres.start();
  await untilStatus(scene, 'pulse');
  await writeEnv(scene, { DB_PASSWORD: 'wrong-Password-0815' });
  await untilRow(scene, 'Failed');
  await keep('failed');
});

void test('a project that cannot be watched, and a folder without one', { skip }, async () => {
  const sqlite = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n";
  await writeFile(join(folder, 'config', 'settings', 'dev.py'), sqlite);
  await untilRow(scene, 'Look again');
  await workbench.waitFor(
    () => workbench.viewMessage(),
    'the reason',
    (text) => text.includes('SQLite'),
  );
  await keep('unusable');
  await rename(join(folder, 'manage.py'), join(folder, 'manage.txt'));
  await workbench.waitFor(
    () => workbench.welcome(),
    'the welcome text',
    (one) => one?.text.includes('No Django project') === true,
  );
  await keep('notConfigured');
  await workbench.clickWelcomeButton('Connect to Database…');
  await workbench.quickInput.waitOpen('Connect to a database');
  await workbench.screenshot('connect-dark');
  await workbench.quickInput.cancel();
});

void test('no two states look the same, and nothing was thrown on the way', { skip }, async () => {
  // The two without rows are told apart by their welcome texts, which the tests above waited for.
  const withRows = [...seen].filter(([name]) => name !== 'untrusted' && name !== 'notConfigured');
  assert.equal(withRows.length, 9 - 1);
  assert.equal(new Set(withRows.map(([, look]) => look)).size, withRows.length, JSON.stringify(withRows, undefined, 1));
  await assertCleanLogs(scene);
});
