import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ensureDjango } from '../kit/django.ts';
import { allNotifications, assertCleanLogs, ourLog, untilRow, untilStatus } from './look.ts';
import { openScene, VIEW } from './scene.ts';

/** Written by whoever runs the project's Python; outside the project, so that no file watcher sees it. */
const markers = await mkdtemp(join(tmpdir(), 'dsm-markers-'));
const django = await ensureDjango('5.2');

/** Stands for a container engine, and tells that it was run. */
const engine = join(markers, 'engine.sh');
await writeFile(engine, `#!/bin/sh\n: > '${join(markers, 'engine')}'\nexit 125\n`, { mode: 0o755 });

const scene = await openScene({
  postgres: { settings: { log_connections: 'on' } },
  compose: true,
  vscode: {
    trust: 'enabled',
    settings: {
      'security.workspace.trust.startupPrompt': 'never',
      'djangoSessionMonitor.cleanupService.engine': engine,
    },
  },
  workbench: { theme: 'dark', height: 800 },
  prepare: async (folder) => {
    // Settings that only Django itself can tell, so that there is a reason to run it.
    await appendFile(
      join(folder, 'config', 'settings', 'dev.py'),
      `\nopen(${JSON.stringify(join(markers, 'settings'))}, 'w').close()\nDATABASES = {**eval('DATABASES')}\n`,
    );
    const manage = join(folder, 'manage.py');
    await writeFile(
      manage,
      `open(${JSON.stringify(join(markers, 'manage'))}, 'w').close()\n${await readFile(manage, 'utf8')}`,
    );
    if ('python' in django) await symlink(dirname(dirname(django.python)), join(folder, '.venv'));
  },
});
after(async () => {
  await scene.stop();
  await rm(markers, { recursive: true, force: true });
});
const { workbench, vscode, postgres } = scene;

const ran = (): string[] => ['engine', 'manage', 'settings'].filter((name) => existsSync(join(markers, name)));
const connected = (): boolean => postgres.log.some((line) => line.includes('user=shop'));

void test('in Restricted Mode nothing is run or connected to, and the view says so with the way out', async () => {
  await workbench.openView(VIEW);
  const welcome = await workbench.waitFor(() => workbench.welcome(), 'the welcome text');
  assert.match(
    welcome?.text ?? '',
    /Restricted Mode.*No file of it is read and no database is connected to until you trust it/s,
  );
  assert.deepEqual(welcome?.buttons, ['Manage Workspace Trust']);
  assert.deepEqual(
    (await workbench.viewActions()).filter((title) => /Refresh|Pause|Resume/.test(title)),
    [],
  );
  for (const title of ['Find Database in Django Project', 'Connect to Database…']) {
    await workbench.runCommand(`Django Sessions: ${title}`);
  }
  const [notification] = await workbench.waitFor(
    () => workbench.notifications(),
    'a refusal',
    (all) => all.length === 1,
  );
  assert.match(notification?.message ?? '', /^No connection is made in Restricted Mode: .*trust/i);
  assert.ok(!(await workbench.commandsFor('Django Sessions')).some((title) => title.includes('Ask Django')));
  await workbench.waitFor(
    () => ourLog(scene),
    'the log',
    (log) => log.includes('Activated'),
  );
  assert.deepEqual(ran(), []);
  assert.equal(connected(), false);
  await workbench.screenshot('state-untrusted-dark');
  await workbench.clearNotifications();
});

void test('in Restricted Mode settings have no lens, and no rollback, restart or cleanup can be had, however it is asked for', async () => {
  const file = join(scene.folder, 'config', 'settings', 'base.py');
  const before = await readFile(file, 'utf8');
  await workbench.openFile('config/settings/base.py');
  const offered = await workbench.commandsFor('Django Sessions');
  assert.deepEqual(
    offered.filter((title) =>
      /Rollback of|Disable Session|Restore|Restart|Cleanup Log|Cleanup Service|Clear Expired|clearsessions|Delete All/.test(
        title,
      ),
    ),
    [],
  );
  for (const [command, refusal] of [
    ['disableThrottle', /^The settings were not changed: This folder is in Restricted Mode\. Trust/],
    ['restartApplication', /^The application was not restarted: This folder is in Restricted Mode, .* Trust/],
    [
      'followCleanupLog',
      /^The log of the cleanup service can’t be followed: This folder is in Restricted Mode, .* Trust/,
    ],
    ['restartCleanupService', /^The cleanup service was not restarted: This folder is in Restricted Mode, .* Trust/],
    ['clearExpired', /^Nothing was deleted: This folder is in Restricted Mode, .* Trust/],
    ['runClearsessions', /^Nothing was deleted: This folder is in Restricted Mode, .* Trust/],
    ['deleteAllSessions', /^Nothing was deleted: This folder is in Restricted Mode, .* Trust/],
    ['openComposeFile', /^The compose file was not opened: This folder is in Restricted Mode, .* Trust/],
    ['chooseCleanupService', /^No cleanup service was chosen: This folder is in Restricted Mode, .* Trust/],
    [
      'refreshCleanupService',
      /^The state of the cleanup service was not read: This folder is in Restricted Mode, .* Trust/,
    ],
  ] as const) {
    await vscode.inExtensionHost((api, id) => api.commands.executeCommand(id), `djangoSessionMonitor.${command}`);
    await workbench.waitFor(
      // Also without its toast: VS Code shows only so many in a second.
      () => allNotifications(scene),
      `the refusal of ${command}`,
      (all) => all.some(({ message }) => refusal.test(message)),
    );
    await workbench.clearNotifications();
  }
  await workbench.screenshot('rollback-untrusted-dark');
  assert.deepEqual(await workbench.codeLenses(), []);
  assert.equal(await readFile(file, 'utf8'), before);
  assert.equal(await vscode.inExtensionHost((api) => api.tasks.taskExecutions.length), 0);
  assert.deepEqual(ran(), []);
  await workbench.clearNotifications();
});

void test('goes live as soon as the folder is trusted', { skip: 'skip' in django ? django.skip : false }, async () => {
  await workbench.clickWelcomeButton('Manage Workspace Trust');
  await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await untilStatus(scene, 'pulse', /active/);
  await untilRow(scene, 'Total', /^2,000$/);
  assert.equal(await workbench.welcome(), undefined);
  // The same observations as before, which shows that they can see something.
  await workbench.waitFor(ran, 'the engine to be asked', (all) => all.includes('engine'));
  assert.deepEqual(ran(), ['engine', 'manage', 'settings']);
  assert.equal(connected(), true);
  await assertCleanLogs(scene, /No connection is made in Restricted Mode/);
});
