import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { LANGUAGE_MODEL_TOOLS } from '../../src/contributions.ts';
import { ensureDjango } from '../kit/django.ts';
import { allNotifications, allowWishes, assertCleanLogs, findRow, ourLog, untilRow, untilStatus } from './look.ts';
import { openScene, VIEW } from './scene.ts';

/** Written by whoever runs the project's Python; outside the project, so that no file watcher sees it. */
const markers = await mkdtemp(join(tmpdir(), 'dsm-markers-'));
const django = await ensureDjango('5.2');

/** Stands for a container engine, and tells that it was run. */
async function makeEngine(name: string): Promise<string> {
  const engine = join(markers, `${name}.sh`);
  await writeFile(engine, `#!/bin/sh\n: > '${join(markers, name)}'\nexit 125\n`, { mode: 0o755 });
  return engine;
}
const engine = await makeEngine('engine');

/** Two folders, of which the second has the project: what one folder says is not what the other says. */
const workspace = join(markers, 'two.code-workspace');
const other = join(markers, 'other');

/** The repository's own settings, as a pull may change them. */
async function pull(folder: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(join(folder, '.vscode'), { recursive: true });
  const entries = Object.entries(settings).map(([key, value]) => [`djangoSessionMonitor.${key}`, value]);
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify(Object.fromEntries(entries)));
}
/** Longer than any session of the table has been expired. */
const GRACE_MINUTES = 5_000_000;
const WANTED = {
  'cleanup.graceMinutes': GRACE_MINUTES,
  production: 'no',
  'cleanup.allowDeleteAllInProduction': true,
};

const scene = await openScene({
  postgres: { settings: { log_connections: 'on' } },
  compose: true,
  vscode: {
    folder: workspace,
    trust: 'enabled',
    settings: {
      'security.workspace.trust.startupPrompt': 'never',
      'djangoSessionMonitor.cleanupService.engine': engine,
      'djangoSessionMonitor.production': 'yes',
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
    await mkdir(other);
    await writeFile(workspace, JSON.stringify({ folders: [{ path: other }, { path: folder }] }));
    await pull(folder, { ...WANTED, 'cleanupService.engine': await makeEngine('engineOfRepository') });
  },
});
after(async () => {
  await scene.stop();
  await rm(markers, { recursive: true, force: true });
});
const { workbench, vscode, postgres } = scene;

const PROGRAMS = ['engine', 'engineOfRepository', 'otherOfRepository', 'manage', 'settings'];
const ran = (): string[] => PROGRAMS.filter((name) => existsSync(join(markers, name)));
const REVIEW = 'Django Sessions: Review What the Workspace Wants…';
const waits = (): ReturnType<typeof untilRow> => untilRow(scene, 'Waits for you');
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

void test('in Restricted Mode no question of the chat is answered', async () => {
  for (const id of Object.values(LANGUAGE_MODEL_TOOLS)) {
    const refusal = await vscode.inExtensionHost(
      (v, tool) =>
        v.lm.invokeTool(tool, { toolInvocationToken: undefined, input: {} }).then(() => 'It was answered.', String),
      id,
    );
    assert.match(refusal, /The question could not be answered: This workspace is not trusted/u, id);
  }
  assert.deepEqual(ran(), []);
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
    ['runBenchmark', /^No benchmark is run here: This workspace is in Restricted Mode, .* Trust/],
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

const skip = 'skip' in django ? django.skip : false;

void test('once trusted, programs and guards of the repository wait until they are allowed', { skip }, async () => {
  await workbench.clickWelcomeButton('Manage Workspace Trust');
  await workbench.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  // The person's own engine stands in for the one that waits.
  await workbench.waitFor(ran, 'the engine to be asked', (all) => all.includes('engine'));
  assert.match((await waits()).description, /wants 3 things/);
  assert.deepEqual(ran(), ['engine']);
  assert.equal(connected(), false);
  const shown = await allowWishes(scene);
  for (const line of [
    `djangoSessionMonitor.cleanupService.engine in ${scene.folder}: "${join(markers, 'engineOfRepository.sh')}"`,
    `djangoSessionMonitor.production in ${scene.folder}: "no"`,
    `Ask Django for its settings: ${join(scene.folder, '.venv', 'bin', 'python')} ${join(scene.folder, 'manage.py')} shell`,
  ])
    assert.ok(shown.includes(line), `${line} is not in ${shown}`);
});

void test('goes live as soon as it is allowed', { skip }, async () => {
  await untilStatus(scene, 'pulse', /active/);
  await untilRow(scene, 'Total', /^2,000$/);
  assert.equal(await workbench.welcome(), undefined);
  // The same observations as before, which shows that they can see something.
  await workbench.waitFor(ran, 'the engine of the repository', (all) => all.includes('engineOfRepository'));
  assert.deepEqual(ran(), ['engine', 'engineOfRepository', 'manage', 'settings']);
  assert.equal(connected(), true);
  assert.equal(await findRow(scene, 'Waits for you'), undefined);
});

void test('a value that has changed waits again, also after the window was loaded again', { skip }, async () => {
  await pull(scene.folder, { ...WANTED, 'cleanupService.engine': await makeEngine('otherOfRepository') });
  assert.match((await waits()).description, /wants one thing/);
  await workbench.reload();
  await workbench.openView(VIEW);
  assert.match((await waits()).description, /wants one thing/);
  await untilStatus(scene, 'pulse', /active/);
  assert.ok(!ran().includes('otherOfRepository'), 'the changed engine was run');
  // Allowed is allowed: nothing else waits.
  await workbench.runCommand(REVIEW);
  const modal = await workbench.waitFor(() => workbench.modal(), 'what waits');
  assert.ok(modal?.detail.includes('otherOfRepository.sh') && !modal.detail.includes('production'), modal?.detail);
  await workbench.clickModalButton('Cancel');
});

void test('of several folders the settings of the project’s own count: its grace, not the default of the window', async () => {
  await workbench.clearNotifications();
  await workbench.runCommand('Django Sessions: Clear Expired Sessions…');
  const said = await workbench.waitFor(async () => {
    const messages = (await workbench.notifications()).map(({ message }) => message);
    return (await workbench.modal())?.message ?? messages.find((text) => text.includes('clear'));
  }, 'what the cleanup says');
  assert.match(said ?? '', /^There is nothing to clear/, 'sessions within the grace are offered to be cleared');
  await assertCleanLogs(scene, /No connection is made in Restricted Mode/);
});
