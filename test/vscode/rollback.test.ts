import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startDjango, Visitors } from '../kit/djangoServer.ts';
import { benchmarkScene } from './benchmarkScene.ts';
import { allNotifications, assertCleanLogs, findRow, openLive, ourLog, untilRow } from './look.ts';
import { openScene } from './scene.ts';

/** The rollback plan of the guide from the lens to the running application, with a real Django behind it. */

const scene = await openScene({
  workbench: { theme: 'dark', width: 1500, height: 1000 },
  vscode: {
    settings: {
      'djangoSessionMonitor.intervalSeconds': 1,
      'djangoSessionMonitor.hiddenIntervalSeconds': 1,
      'djangoSessionMonitor.effectWaitMinutes': 3,
      'djangoSessionMonitor.alerts.savesPerMinute': 200,
      'djangoSessionMonitor.alerts.savesForSeconds': 2,
      // Text of the terminal that can be read.
      'terminal.integrated.gpuAcceleration': 'off',
      'djangoSessionMonitor.restartCommand': ['sh', '-c', 'kill -HUP "$(cat gunicorn.pid)" && echo workers restarted'],
    },
  },
});
const { workbench, vscode, folder } = scene;
const django = await startDjango(folder);
const visitors = new Visitors(django.url);
after(async () => {
  await visitors.stop();
  await django.stop();
  await scene.stop();
});

/** People who look at pages all the time, and how often each of them does. */
const VISITORS = 4;
const PAGE_EVERY_MS = 300;
/** What each of them saves with the throttle on: when they come, when they put something into the cart, and some to spare. */
const SAVES_OF_ONE = 4;

const BASE = 'config/settings/base.py';
const file = join(folder, BASE);
const before = await readFile(file, 'utf8');
const OFF = before.replace(
  '    "config.middleware.Throttled',
  '    # [session-monitor: off] "config.middleware.Throttled',
);

const onDisk = (): Promise<string> => readFile(file, 'utf8');

let came = 0;

async function untilOnDisk(text: string, what: string): Promise<void> {
  await workbench.waitFor(onDisk, what, (now) => now === text);
}

/** What the editor of the file holds, saved or not. */
function inEditor(): Promise<string | undefined> {
  return vscode.inExtensionHost(
    (api, path) => api.workspace.textDocuments.find((document) => document.uri.fsPath === path)?.getText(),
    file,
  );
}

/** Whether VS Code knows of the file that what is in the editor is on the disk: a moment after the bytes are there. */
function isSaved(): Promise<boolean> {
  return vscode.inExtensionHost(
    (api, path) => api.workspace.textDocuments.find((document) => document.uri.fsPath === path)?.isDirty === false,
    file,
  );
}

async function untilLens(text: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.codeLenses(),
    `a lens ${String(text)}`,
    (lenses) => lenses.some((lens) => text.test(lens)),
  );
}

async function untilPreview(): Promise<void> {
  await workbench.waitFor(
    () => workbench.diffLines(),
    'the diff',
    ({ added, removed }) => added.length + removed.length > 0,
  );
}

async function untilModal(message: RegExp): Promise<{ message: string; detail: string }> {
  const modal = await workbench.waitFor(
    () => workbench.modal(),
    `the question ${String(message)}`,
    (one) => one !== undefined && message.test(one.message),
  );
  return modal ?? assert.fail('no modal');
}

async function untilNotification(text: RegExp): Promise<void> {
  await workbench.waitFor(
    () => allNotifications(scene),
    `the notification ${String(text)}`,
    (all) => all.some(({ message }) => text.test(message)),
  );
}

void test('lenses and the tree tell the state of the throttle with live figures', async () => {
  visitors.start(VISITORS, PAGE_EVERY_MS);
  came = Date.now();
  await openLive(scene);
  const row = await untilRow(scene, 'Throttle', /^on, every 15 min · config\/settings\/base\.py$/);
  assert.equal(row.icon, 'pass');
  await workbench.openFile(BASE);
  await untilLens(/^Session throttle on, [\d.]+ saves\/min\s*\|\s*Disable\s*\|\s*Full rollback$/);
  await vscode.inExtensionHost((api) => api.commands.executeCommand('revealLine', { lineNumber: 74, at: 'center' }));
  await untilLens(/ sessions · table of [\d.]+ [kM]B/);
  await untilLens(/ active sessions · .* saved in the last hour/);
  await untilLens(/ saves\/min · .*% of active sessions would be affected/);
  await workbench.screenshot('rollback-lenses-dark');
});

void test('hovers over the settings and the entry say what is measured', async () => {
  await workbench.editorHover('SESSION_COOKIE_AGE', /Age of a session in seconds[^]*Active:[^]*Measured on shop/);
  await workbench.editorHover('SESSION_SAVE_EVERY_REQUEST', /one write to the session table each[^]*Saves:/);
  await workbench.editorHover('SESSION_ENGINE', /Where sessions are kept[^]*Total:/);
  await workbench.screenshot('rollback-hover-dark');
  await vscode.inExtensionHost((api) => api.commands.executeCommand('revealLine', { lineNumber: 28, at: 'center' }));
  await workbench.editorHover('ThrottledSessionMiddleware', /: on[^]*Its interval is 15 min[^]*Saves per session/);
});

void test('the lens shows the change as a diff first, and Discard leaves everything as it was', async () => {
  await workbench.clickCodeLens('Disable');
  await untilPreview();
  const { added, removed } = await workbench.diffLines();
  assert.deepEqual(removed, ['    "config.middleware.ThrottledSessionMiddleware",']);
  assert.deepEqual(added, ['    # [session-monitor: off] "config.middleware.ThrottledSessionMiddleware",']);
  assert.equal(await onDisk(), before);
  await workbench.screenshot('rollback-diff-dark');
  await workbench.clickEditorAction('Discard Previewed Change');
  await workbench.waitFor(
    () => workbench.activeTab(),
    'the file to be in front again',
    (tab) => tab === 'base.py',
  );
  assert.equal(await onDisk(), before);
  assert.equal(await inEditor(), before);
});

void test('confirmed, with the logout trap told, it changes the file, the lens and the tree', async () => {
  await workbench.clearNotifications();
  await workbench.clickCodeLens('Disable');
  await untilPreview();
  await workbench.clickEditorAction('Apply Previewed Change');
  const modal = await untilModal(/^Apply the quick rollback to config\/settings\/base\.py\?$/);
  assert.match(modal.detail, /logged out SESSION_COOKIE_AGE after their last save/);
  await workbench.screenshot('rollback-confirm-dark');
  assert.equal(await onDisk(), before, 'nothing is written before the answer');
  await workbench.clickModalButton('Apply');
  await untilOnDisk(OFF, 'the entry to be commented out');
  await untilLens(/^Session throttle off since .* \d\d:\d\d|off since .*M\s*\|\s*Restore/);
  const row = await untilRow(scene, 'Throttle', /^off · config\/settings\/base\.py$/);
  assert.equal(row.icon, 'circle-slash');
  await workbench.screenshot('rollback-off-dark');
});

void test('one Undo takes it back', async () => {
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.focusActiveEditorGroup'));
  await workbench.page.keyboard.press('Control+Z');
  await workbench.waitFor(inEditor, 'the text from before', (text) => text === before);
  await untilLens(/^Session throttle on/);
  await untilRow(scene, 'Throttle', /^on/);
  // Saved by VS Code by itself after a second. A redo that crosses it leaves an editor that VS Code takes for saved, which it is not.
  await untilOnDisk(before, 'the bytes from before');
  await workbench.waitFor(isSaved, 'VS Code to know that it has saved');
  await workbench.page.keyboard.press('Control+Y');
  await workbench.waitFor(inEditor, 'the rollback again', (text) => text === OFF);
  await vscode.inExtensionHost((api) => api.workspace.saveAll());
  await untilOnDisk(OFF, 'the rollback again');
});

void test('restored from the palette, byte for byte', async () => {
  await workbench.runCommand('Django Sessions: Restore Session Throttle…');
  await untilPreview();
  await workbench.clickEditorAction('Apply Previewed Change');
  await untilOnDisk(before, 'the bytes from before');
  await untilRow(scene, 'Throttle', /^on/);
});

void test('the same by keyboard only', async () => {
  const { page } = workbench;
  await workbench.clearNotifications();
  await workbench.runCommand('Django Sessions: Disable Session Throttle (Quick Rollback)…');
  await untilPreview();
  await page.keyboard.press('Control+Enter');
  await untilModal(/^Apply the quick rollback/);
  await page.keyboard.press('Enter');
  await untilOnDisk(OFF, 'the entry to be commented out');
  await page.keyboard.press('Control+Z');
  await workbench.waitFor(inEditor, 'the text from before', (text) => text === before);
  await page.keyboard.press('Control+S');
  await untilOnDisk(before, 'the bytes from before');
});

void test('a full rollback, a restart as a visible task, and the writes that follow it', async () => {
  await workbench.clearNotifications();
  await workbench.clickCodeLens('Full rollback');
  await untilPreview();
  await workbench.screenshot('rollback-full-diff-dark');
  await workbench.clickEditorAction('Apply Previewed Change');
  const modal = await untilModal(/^Apply the full rollback/);
  assert.match(modal.detail, /Every request with a session will write to the session table/);
  await workbench.clickModalButton('Apply');
  await workbench.waitFor(onDisk, 'SESSION_SAVE_EVERY_REQUEST = True', (text) =>
    /^SESSION_SAVE_EVERY_REQUEST = True/m.test(text),
  );
  await workbench.clickNotificationButton('Restart Application…', 'The session throttle is fully rolled back');
  const question = await untilModal(/^Restart the application now\?$/);
  assert.match(question.detail, /^sh -c 'kill -HUP/);
  const beforeMinutes = (Date.now() - came) / 60_000;
  await workbench.clickModalButton('Restart');
  await untilNotification(/The application was restarted: .* ended with exit code 0\./);
  await workbench.waitFor(
    () => workbench.panelText(),
    'the output of the task',
    (text) => text.includes('workers restarted'),
  );
  await workbench.screenshot('rollback-restarted-dark');
  const [told] = await workbench
    .waitFor(
      () => allNotifications(scene),
      'what came of the change',
      (all) => all.some(({ message }) => message.includes('saves a minute before')),
      { timeoutMs: 90_000 },
    )
    .then((all) => all.flatMap(({ message }) => (message.includes('saves a minute before') ? [message] : [])));
  const figures = /session saves should rise, and did: ([\d.,]+) saves a minute before, ([\d.,]+) now\./.exec(
    told ?? '',
  );
  const [savesBefore, savesAfter] = [figures?.[1], figures?.[2]].map((figure) => Number(figure?.replaceAll(',', '')));
  // With the throttle each of the visitors is saved when they come, and when they put something into the cart; without it
  // with every page, of which they can't ask for more than they do.
  assert.ok(Number(savesBefore) <= (VISITORS * SAVES_OF_ONE) / beforeMinutes, told);
  // The verdict comes with the first readings that leave no doubt; how far it rises is seen in the alert of the next test.
  assert.ok(Number(savesAfter) > Number(savesBefore), told);
  assert.ok(Number(savesAfter) <= (VISITORS * 60_000) / PAGE_EVERY_MS, told);
});

void test('the alert that fires of it suggests the restore, in its row and in its notification', async () => {
  await workbench.waitFor(
    () => allNotifications(scene),
    'the notification of the alert',
    (all) =>
      all.some(
        ({ message, buttons }) => message.startsWith('Many session saves') && buttons.includes('Restore Throttle…'),
      ),
    { timeoutMs: 30_000 },
  );
  await untilRow(scene, 'Many session saves', (row) => row.actions.includes('Restore Session Throttle…'));
  await workbench.tree().act('Many session saves', 'Restore Session Throttle…');
  await untilPreview();
  await workbench.screenshot('rollback-alert-dark');
  await workbench.clickEditorAction('Discard Previewed Change');
});

void test('the history tells what was done, and restores from there', async () => {
  await workbench.clearNotifications();
  const history = await untilRow(scene, 'Rollbacks', /^\d+, last /);
  assert.match(history.description, /^\d/);
  await workbench.tree().expand('Rollbacks');
  const [newest] = (await workbench.treeRows()).filter(({ label }) => label === 'Full rollback');
  assert.match(newest?.description ?? '', /from the lens · restarted by sh -c .*kill -HUP.* · seen in the database, /);
  await workbench.tree().act('Full rollback', 'Restore Session Throttle…');
  await untilPreview();
  await workbench.clickEditorAction('Apply Previewed Change');
  await untilOnDisk(before, 'the bytes from before');
  await untilRow(scene, 'Throttle', /^on/);
});

void test('the restart tells a failure with its exit code, and a program that is not there', async () => {
  for (const [command, why] of [
    [['sh', '-c', 'exit 3'], /The restart failed: .* ended with exit code 3\./],
    [['no-such-program-here'], /The application was not restarted: There is no program no-such-program-here\./],
  ] as const) {
    await workbench.clearNotifications();
    await vscode.updateSettings({ 'djangoSessionMonitor.restartCommand': command });
    await workbench.runCommand('Django Sessions: Restart Application…');
    if (command[0] === 'sh') {
      await untilModal(/^Restart the application now\?$/);
      await workbench.clickModalButton('Restart');
    }
    await untilNotification(why);
  }
  assert.equal(await findRow(scene, 'Failed'), undefined);
});

void test('a benchmark is run, cancelled, imported and compared', async () => {
  await visitors.stop();
  await benchmarkScene(scene, django.url);
});

void test('saved settings were told to the monitor that runs: all of this had one, with the minutes from before', async () => {
  const watched = (await ourLog(scene)).split('\n').filter((line) => line.includes('Watching '));
  assert.equal(watched.length, 1, watched.join('\n'));
});

void test('no error was left unhandled', async () => {
  await assertCleanLogs(scene);
});
