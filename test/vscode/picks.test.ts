import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  allNotifications,
  assertCleanLogs,
  openLive,
  ourLog,
  untilHover,
  untilRow,
  untilStatus,
  untilTitle,
} from './look.ts';
import { countSessions, openScene, PASSWORD } from './scene.ts';

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
  await untilTitle(scene, /picks/i);
  assert.match(log, /The service db of docker-compose\.dev\.yml publishes its port 5432 on 127\.0\.0\.1:\d+\./);
  assert.doesNotMatch(log, new RegExp(PASSWORD));
  await workbench.screenshot('picks-tree-dark');
});

void test('says in the row of the throttle what its interval is, and where that comes from', async () => {
  const row = await untilRow(scene, 'Throttle', /^on, every 5 min · /);
  assert.equal(row.icon, 'pass');
  await untilHover(scene, 'Throttle', /SESSION_ACTIVITY_UPDATE_INTERVAL says 5 min/);
});

void test('stands over the blocks of the team’s guide, runs its SQL read-only and says what no longer holds', async () => {
  const { page } = workbench;
  const guide = join(folder, 'MONITORING.md');
  await workbench.openFile(guide);
  const { total } = await countSessions(scene.sql);
  await workbench.waitFor(
    () => workbench.codeLenses(),
    'lenses with our figures',
    ([lens = '']) =>
      lens.startsWith(`Run 3 statements read-only\n | \nTotal: ${total.toLocaleString('en')} · Expired: `),
  );
  const told = await workbench.waitFor(
    () =>
      vscode.inExtensionHost(
        (api, path) => api.languages.getDiagnostics(api.Uri.file(path)).map(({ code }) => code),
        guide,
      ),
    'what no longer holds',
    (codes) => codes.length >= 5,
  );
  assert.deepEqual(told.toSorted(), [
    'guide-log-words',
    'guide-middleware-missing',
    'guide-option-missing',
    'guide-service-missing',
    'guide-wrong-hour',
  ]);
  await workbench.screenshot('guide-dark');

  await workbench.clickCodeLens('Run 3 statements read-only');
  const question = await workbench.waitFor(
    () => workbench.modal(),
    'the question',
    (modal) => modal !== undefined,
  );
  assert.match(question?.message ?? '', /^Run these 3 statements on picks/u);
  assert.match(question?.detail ?? '', /SELECT COUNT\(\*\) FROM django_session;/u);
  await workbench.screenshot('guide-question-dark');
  await workbench.clickModalButton('Run Read-Only');
  await workbench.waitFor(
    () => vscode.inExtensionHost((api) => api.workspace.textDocuments.map((document) => document.getText())),
    'the result',
    (texts) =>
      texts.some(
        (text) => /run read-only on shop\son\s127\.0\.0\.1:\d+/u.test(text) && text.includes(` ${String(total)}\n`),
      ),
  );
  await workbench.screenshot('guide-result-dark');

  // By the keyboard, where the cursor is: what would write is refused by the server, and nothing has changed.
  await vscode.inExtensionHost(async (api, path) => {
    const editor = await api.window.showTextDocument(api.Uri.file(path), { viewColumn: api.ViewColumn.One });
    const at = editor.document.positionAt(editor.document.getText().indexOf('DELETE FROM'));
    editor.selection = new api.Selection(at, at);
    editor.revealRange(new api.Range(at, at));
  }, guide);
  await workbench.runCommand('Django Sessions: Run SQL Block at Cursor Read-Only…');
  await workbench.waitFor(
    () => workbench.modal(),
    'the question',
    (modal) => modal?.detail.includes('DELETE FROM django_session;') === true,
  );
  await page.keyboard.press('Enter');
  await workbench.waitFor(
    () => vscode.inExtensionHost((api) => api.workspace.textDocuments.map((document) => document.getText())),
    'the refusal',
    (texts) => texts.some((text) => /25006:\scannot\sexecute\sDELETE\sin\sa\sread-only\stransaction/u.test(text)),
  );
  assert.equal((await countSessions(scene.sql)).total, total);
  await workbench.waitFor(
    () => workbench.notifications(),
    'the progress to be gone',
    (all) => all.length === 0,
  );
  await workbench.screenshot('guide-refused-dark');
  await workbench.setTheme('light');
  await workbench.screenshot('guide-light');
  await workbench.setTheme('dark');
  await workbench.runCommand('View: Close All Editors');
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

void test('names the watched database, where its values are from and why it is no production; a click says otherwise', async () => {
  const row = await untilRow(scene, 'Watched database', / on 127\.0\.0\.1:\d+$/);
  assert.equal(row.icon, 'database');
  const origins = [
    /From backend\/\.env, line 3\./,
    /The service db of docker-compose\.dev\.yml publishes/,
    /not count as prod/,
  ];
  await untilHover(scene, 'Watched database', ...origins);
  await workbench.screenshot('picks-database-hover-dark');
  await workbench.tree().act('Watched database', 'Count Database as Production');
  await untilRow(scene, 'Watched database', /· production$/);
  await workbench.tree().contextMenu('Watched database', 'Count Database as No Production');
  const question = await workbench.waitFor(
    () => workbench.modal(),
    'the question',
    (shown) => shown !== undefined,
  );
  assert.match(question?.message ?? '', /^Count "picks.*" as no production\?$/u);
  assert.match(question?.detail ?? '', /You have said that it is production\. Afterwards whatever writes asks once/u);
  await workbench.screenshot('picks-no-production-dark');
  await workbench.clickModalButton('Count as No Production');
  await untilRow(scene, 'Watched database', /on 127\.0\.0\.1:\d+$/);
});

void test('asks once which service is meant where two publish the port of the database, and remembers it', async () => {
  const file = join(folder, 'docker-compose.dev.yml');
  const text = await readFile(file, 'utf8');
  const [services = ''] = text.split(/^ {2}web:/mu);
  const [, port = ''] = /'(\d+):5432'/u.exec(services) ?? [];
  // The service that runs Django would say which of the files is meant.
  await writeFile(file, services);
  await writeFile(join(folder, 'docker-compose.yml'), services.replace(`'${port}:5432'`, "'9:5432'"));
  await untilRow(scene, 'Choose the service…');
  await workbench.waitFor(
    () => allNotifications(scene),
    'the question',
    (all) =>
      all.some(({ message }) =>
        /^db, the database of picks.*, is a service of several compose files\.$/u.test(message),
      ),
  );
  await workbench.screenshot('picks-several-services-dark');
  await workbench.clickNotificationButton('Choose…', 'several compose files');
  await workbench.quickInput.waitOpen(/^Which service is db, the database of picks/u);
  await workbench.quickInput.pick('db of docker-compose.dev.yml');
  await untilRow(scene, 'Watched database', new RegExp(`on 127\\.0\\.0\\.1:${port}$`, 'u'));
  await untilStatus(scene, 'pulse', /active/);
});

void test('says which line to add to which file where no port of the database is published', async () => {
  const file = join(folder, 'docker-compose.dev.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(join(folder, 'docker-compose.yml'), 'services: {}\n');
  await writeFile(file, text.replace(/^ {4}ports:\n.*\n/mu, ''));
  const message = await workbench.waitFor(
    () => workbench.viewMessage(),
    'the reason',
    (said) => said.includes('publishes no port 5432'),
  );
  assert.match(message, /Add the line "ports: \['127\.0\.0\.1:5432:5432'\]" to it in docker-compose\.dev\.yml/);
  await writeFile(file, text);
  await untilStatus(scene, 'pulse', /active/);
});

void test('leaves no error in the logs', async () => {
  await assertCleanLogs(scene);
});
