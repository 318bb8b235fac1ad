import assert from 'node:assert/strict';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { historyFolder, historyPath, storedAnnotations, storedReadings } from './historyFile.ts';
import { allNotifications, findRow, openLive, ourLog, untilRow, untilTab } from './look.ts';
import { addExpired, countSessions, openScene } from './scene.ts';

/** The history in the real VS Code: what is kept, exported, and said when it can't be kept. */

const scene = await openScene({
  vscode: {
    settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.alerts.expiredForSeconds': 0 },
  },
});
const { workbench } = scene;
after(() => scene.stop());

async function untilReadings(count: number): Promise<readonly number[]> {
  return workbench.waitFor(
    () => storedReadings(scene),
    `${count} readings to be stored`,
    (all) => all.length >= count,
    { timeoutMs: 30_000 },
  );
}

async function showHistoryRow(fits: RegExp): Promise<void> {
  if ((await findRow(scene, 'History')) === undefined) await workbench.tree().expand('This monitor');
  await untilRow(scene, 'History', fits, 30_000);
}

/** Waits for a warning that says this, and takes it away. */
async function untilWarned(text: RegExp): Promise<string> {
  const found = await workbench.waitFor(
    async () => (await allNotifications(scene)).find(({ message }) => text.test(message)),
    `a notification like ${String(text)}`,
    Boolean,
    { timeoutMs: 40_000 },
  );
  await workbench.clearNotifications();
  return found?.message ?? '';
}

/** What is in the question of the moment: for the save dialog, the path. */
async function acceptSaving(ending: string): Promise<string> {
  const state = await workbench.waitFor(
    () => workbench.quickInput.state(),
    `the question where to save ${ending}`,
    (one) => one?.value.endsWith(ending) === true,
  );
  await workbench.quickInput.accept();
  return state?.value ?? '';
}

void test('readings, alerts and cleanups are kept', async () => {
  await openLive(scene);
  await untilReadings(3);
  await showHistoryRow(/^since .*, \d+(\.\d+)? kB$/);
  await addExpired(scene.sql, 1500);
  await untilRow(scene, /^Expired sessions pile up/);
  const { expired } = await countSessions(scene.sql);
  await workbench.runCommand('Django Sessions: Clear Expired Sessions…');
  await workbench.waitFor(
    () => workbench.modal(),
    'the preview',
    (modal) => modal !== undefined,
  );
  const modal = await workbench.modal();
  const clear = modal?.buttons.find((button) => /^(Clear|Delete)/.test(button)) ?? assert.fail(JSON.stringify(modal));
  await workbench.clickModalButton(clear);
  await workbench.waitFor(
    async () => (await countSessions(scene.sql)).expired,
    'no expired session to be left',
    (left) => left === 0,
  );
  const annotations = await workbench.waitFor(
    () => storedAnnotations(scene),
    'the cleanup and the alert that cleared',
    (all) => ['alertFiring', 'cleanup', 'alertCleared'].every((kind) => all.some((one) => one.kind === kind)),
    { timeoutMs: 30_000 },
  );
  const cleanup = annotations.find(({ kind }) => kind === 'cleanup');
  assert.ok(cleanup?.text.includes(`${expired.toLocaleString('en')} deleted`), cleanup?.text);
  await workbench.clearNotifications();
});

void test('is exported as it is stored', async () => {
  await workbench.runCommand('Django Sessions: Export History…');
  await workbench.quickInput.pick('Everything');
  await workbench.quickInput.pick('Readings and annotations as JSON');
  await acceptSaving('.json');
  const file = await workbench.waitFor(
    async () => (await readdir(scene.folder)).find((name) => /^django-sessions-.*\.json$/.test(name)),
    'the file',
    Boolean,
  );
  const text = await readFile(join(scene.folder, file ?? ''), 'utf8');
  const { readings, annotations, about } = JSON.parse(text) as {
    about: string;
    readings: { at: string; resolution: string; values: Record<string, number | null> }[];
    annotations: { kind: string }[];
  };
  assert.match(about, /^shop on localhost:\d+, django_session$/);
  const times = readings.map(({ at }) => Date.parse(at));
  const stored = (await storedReadings(scene)).filter((at) => at <= (times.at(-1) ?? 0));
  assert.deepEqual(times, stored);
  assert.ok(readings.some(({ values }) => values['sessions.total'] === 3500));
  assert.ok(annotations.some(({ kind }) => kind === 'cleanup'));
  await workbench.clearNotifications();
});

void test('metrics and alert rules are exported for other systems, and what is there is asked about before it is overwritten', async () => {
  const root = join(scene.folder, 'django-session-monitoring');
  const rules = join(root, 'prometheus', 'django_session.rules.yml');
  const chooseAndWrite = async (button: string): Promise<string> => {
    await workbench.runCommand('Django Sessions: Export to Monitoring Systems…');
    await workbench.quickInput.waitOpen('Export to Monitoring Systems');
    await workbench.quickInput.pick('Prometheus');
    await workbench.quickInput.accept();
    await workbench.waitFor(
      () => workbench.quickInput.state(),
      'the question where to',
      (state) => state?.value.includes(scene.folder) === true,
    );
    await workbench.quickInput.accept();
    const dialog = await workbench.waitFor(
      () => workbench.modal(),
      'the preview',
      (one) => one !== undefined,
    );
    await workbench.screenshot('export-preview');
    await workbench.clickModalButton(button);
    return `${dialog?.message ?? ''} ${dialog?.detail ?? ''}`;
  };
  const first = await chooseAndWrite('Write');
  assert.match(first, /Write \d+ files to .*django-session-monitoring\?.*no password/s);
  await workbench.waitFor(
    () => readFile(rules, 'utf8').catch(() => ''),
    'the rules',
    (text) => text.includes('DjangoSessionTableSize'),
  );
  // The last thing that is done: after it nothing takes the focus away.
  await workbench.waitFor(
    () => allNotifications(scene),
    'what was written to be told',
    (all) => all.some(({ message }) => /^\d+ files are written in django-session-monitoring\.$/.test(message)),
  );
  await untilTab(scene, /README\.md/);
  await workbench.clearNotifications();
  await writeFile(rules, 'mine');
  const second = await chooseAndWrite('Cancel');
  assert.match(second, /Write one file .*overwritten:\s*prometheus\/django_session\.rules\.yml/s);
  assert.equal(await readFile(rules, 'utf8'), 'mine');
  // Where it was before the question, in the README, the focus comes back to; it would close what is opened meanwhile.
  await workbench.waitFor(
    () => workbench.page.evaluate(() => document.activeElement?.tagName),
    'the focus to be back in the README',
    (name) => name === 'IFRAME',
  );
});

void test('what can’t be written is told, and nothing is left of it', async () => {
  await workbench.runCommand('Django Sessions: Export History…');
  await workbench.quickInput.pick('The last hour');
  await workbench.quickInput.pick('Annotations as CSV');
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the question where to',
    (state) => state?.value.endsWith('.csv') === true,
  );
  await workbench.quickInput.type('/proc/django-sessions.csv');
  // The first one only shows what is in the folder.
  await workbench.waitFor(
    async () => {
      await workbench.quickInput.accept();
      return workbench.quickInput.isOpen();
    },
    'the dialog to close',
    (open) => !open,
  );
  const told = await untilWarned(/could not be written/);
  assert.match(told, /\/proc\/django-sessions\.csv could not be written: .* Choose /);
});

void test('a damaged file is set aside and said; the monitoring goes on', async () => {
  const path = await historyPath(scene);
  const before = await stat(path);
  // Over the pages of the file, as a broken disk would; SQLite has them in memory as long as the window is open.
  await writeFile(path, Buffer.alloc(before.size, 0x5a), { flag: 'r+' });
  await truncate(`${path}-wal`, 0);
  await workbench.reload();
  await openLive(scene);
  const told = await untilWarned(/The history begins anew/);
  assert.match(told, /Its file was damaged\. The old one is kept as .*\.aside-.*\.sqlite in the same folder/);
  const files = await readdir(historyFolder(scene));
  assert.ok(
    files.some((name) => name.includes('.aside-')),
    files.join(),
  );
  await untilReadings(3);
  await untilRow(scene, 'Active', /\d/);
});

void test('a file of a later version is left as it is, said, and the figures go on', async () => {
  const path = await historyPath(scene);
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  const told = await untilWarned(/written by a later version/);
  assert.match(
    told,
    /The history is not kept on disk at present: .*\(99\); it is left as it is\. .*update the extension/,
  );
  await untilRow(scene, 'The history is not kept on disk at present');
  await untilRow(scene, 'Active', /\d/);
  const again = new DatabaseSync(path, { readOnly: true });
  assert.equal(again.prepare('PRAGMA user_version').get()?.['user_version'], 99);
  again.close();
  const errors = (await ourLog(scene)).split('\n').filter((line) => line.includes('[error]'));
  assert.deepEqual(errors, []);
});
