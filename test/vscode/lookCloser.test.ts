import assert from 'node:assert/strict';
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from 'pg';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { newSessionKey, signSession } from '../kit/sessions.ts';
import type { QuickItem, QuickState } from '../kit/workbench/quickInput.ts';
import { allNotifications, assertCleanLogs, openLive, untilRow } from './look.ts';
import { DATABASE, openScene, PASSWORD, ROLE } from './scene.ts';

/** The backends behind the connections, and single sessions: looked at and ended, by keyboard where a person would. */

const scene = await openScene({
  fill: { rows: 3_000 },
  prepare: (folder) =>
    appendFile(join(folder, 'config', 'settings', 'base.py'), '\nSESSION_COOKIE_NAME = "shop_session"\n'),
  workbench: { theme: 'dark', width: 1400, height: 1100 },
  vscode: { settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.hiddenIntervalSeconds': 1 } },
});
const { workbench, postgres, sql } = scene;
const { quickInput } = workbench;
const clients: Client[] = [];
after(async () => {
  for (const client of clients) await client.end().catch(() => undefined);
  await scene.stop();
});

/** What must stand nowhere. */
const KEY = newSessionKey();
const SECRETS = [KEY, 'payload-that-nobody-may-keep', 'agent-that-nobody-may-keep'] as const;

async function session(application: string): Promise<Client> {
  const connectionString = postgres.connectionString(DATABASE, ROLE, PASSWORD);
  const client = new Client({ connectionString, application_name: application });
  client.on('error', () => undefined); // some are terminated
  await client.connect();
  clients.push(client);
  return client;
}

const pidOf = async (client: Client): Promise<number> =>
  (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid ?? assert.fail('no pid');

async function untilWaiting(count: number): Promise<void> {
  const waiting = async (): Promise<number> =>
    (await sql.query('SELECT DISTINCT pid FROM pg_locks WHERE NOT granted')).rowCount ?? 0;
  await workbench.waitFor(waiting, `${count} to wait`, (n) => n === count);
}

async function untilSaid(text: RegExp): Promise<string> {
  const said = async (): Promise<string> => (await workbench.notifications()).map(({ message }) => message).join('\n');
  return workbench.waitFor(said, `a notification with ${String(text)}`, (all) => text.test(all));
}

/** Connections of the extension to the server. */
async function ours(): Promise<number> {
  const { rowCount } = await sql.query(
    "SELECT FROM pg_stat_activity WHERE application_name = 'django-session-monitor'",
  );
  return rowCount ?? 0;
}

void test('shows who blocks whom while Backends is open, ends the one that blocks all after asking, and says whom that frees', async () => {
  const [first, second, third] = [await session('web 1'), await session('web 2'), await session('celery')];
  const { rows } = await sql.query<{ key: string }>('SELECT session_key AS key FROM django_session ORDER BY 1 LIMIT 2');
  const save = (key: string | undefined): string =>
    `UPDATE django_session SET expire_date = expire_date WHERE session_key = '${key ?? ''}'`;
  await first.query('BEGIN');
  await first.query(save(rows[0]?.key));
  await second.query('BEGIN');
  await second.query(save(rows[1]?.key));
  const waits = [second.query(save(rows[0]?.key))];
  await untilWaiting(1);
  waits.push(third.query(save(rows[1]?.key)));
  await untilWaiting(2);
  await openLive(scene);
  await workbench.tree().expand('Connections');
  const before = await ours();
  await workbench.tree().expand('Backends');
  await untilRow(scene, 'Backends', /2 blocked/u);
  const pid = await pidOf(await session('idle one'));
  await untilRow(
    scene,
    /^celery \(\d+\)$/u,
    /^blocked by process \d+ \(web 2, user shop\) · active < 1 min · UPDATE .* session_key = '…'$/u,
  );
  const tree = (await workbench.treeRows()).filter(({ label }) => /^(?:web|celery)/u.test(label));
  assert.deepEqual(
    tree.map(({ label, level }) => [label.replace(/ \(\d+\)$/u, ''), level - (tree[0]?.level ?? 0)]),
    [['web 1', 0], ['web 2', 1], ['celery', 2]],
  ); // prettier-ignore
  assert.match(tree[0]?.description ?? '', /^blocks 2 · idle in transaction < 1 min/u);
  assert.deepEqual(tree[0]?.actions, ['Terminate Connection…'], 'there is no statement to cancel');
  for (const theme of ['dark', 'light'] as const) {
    await workbench.setTheme(theme);
    await workbench.screenshot(`backends-${theme}`);
  }
  await workbench.tree().expand('Idle');
  await untilRow(scene, `idle one (${pid})`);
  assert.match((await untilRow(scene, /^django-session-monitor/u)).description, /^this extension/u);
  assert.deepEqual((await untilRow(scene, /^django-session-monitor/u)).actions, [], 'ours are not offered to be ended');

  await workbench.tree().act(/^web 1/u, 'Terminate Connection…');
  const modal = await workbench.waitFor(() => workbench.modal(), 'the question');
  assert.match(modal?.detail ?? '', /application web 1, .*2 others wait for it.*its transaction has done is undone/su);
  await workbench.clickModalButton('Terminate the Connection');
  const said = await untilSaid(/Connection terminated: web 1/u);
  assert.match(said, /ended in .*, 1 of 1 that waited for it goes on\./u);
  await waits[0];
  await second.query('COMMIT');
  await waits[1];
  await untilRow(scene, 'Ended from here', /^1$/u);
  // Nobody looks any more: its connection is closed.
  await workbench.tree().collapse('Backends');
  await workbench.waitFor(ours, 'the connection to be closed', (n) => n === before);
  const marks = await scene.workbench.waitFor(
    async () => (await storedFiles()).some(([, text]) => text.includes('Connection terminated: web 1')),
    'the mark in the history',
  );
  assert.equal(marks, true);
});

void test('in production asks a second time before a statement is cancelled, from the palette and by keyboard alone', async () => {
  await workbench.clearNotifications();
  await scene.vscode.updateSettings({ 'djangoSessionMonitor.production': 'yes' });
  await untilRow(scene, 'Watched database', /production/u);
  const report = await session('report');
  const pid = await pidOf(report);
  const ended = report.query('SELECT pg_sleep(600)').then(() => '', (error: unknown) => String(error)); // prettier-ignore
  await workbench.runCommand('Django Sessions: Cancel Statement…');
  const list = await quickInput.waitOpen('Choose the backend');
  assert.deepEqual(list.items.map(({ label }) => label), [`report (${pid})`]); // prettier-ignore
  await quickInput.accept();
  await workbench.waitFor(() => workbench.modal(), 'the question');
  await workbench.page.keyboard.press('Enter');
  await quickInput.waitOpen(/is a production database/u);
  await quickInput.type('1');
  await quickInput.accept();
  assert.match((await quickInput.waitOpen(/exactly/u)).message, /Type \d+ exactly/u);
  await quickInput.type(String(pid));
  await quickInput.accept();
  await untilSaid(/Statement cancelled: report/u);
  assert.match(await ended, /canceling statement due to user request/u);
  await scene.vscode.updateSettings({ 'djangoSessionMonitor.production': 'no' });
});

async function saveSession(key: string, data: Readonly<Record<string, unknown>>): Promise<void> {
  const value = signSession(data, { secretKey: SAMPLE_SECRET_KEY, at: new Date() });
  await sql.query(
    `INSERT INTO django_session VALUES ($1, $2, now() + interval '13 days 1 hour') ON CONFLICT (session_key) DO UPDATE SET session_data = excluded.session_data`,
    [key, value],
  );
}

async function item(label: string | RegExp): Promise<QuickItem> {
  const find = async (): Promise<QuickItem | undefined> =>
    (await quickInput.state())?.items.find((one) =>
      typeof label === 'string' ? one.label === label : label.test(one.label),
    );
  return (await workbench.waitFor(find, `the line ${String(label)}`)) ?? assert.fail('no line');
}

/** Moves to the line by what it says, and presses Enter on it. */
async function choose(text: string): Promise<void> {
  await quickInput.type(text);
  // What is typed is looked for a moment later: until then Enter would take another line.
  await workbench.waitFor(
    () => quickInput.state(),
    `the line ${text} to be the one that Enter takes`,
    (state) => state?.active.includes(text) === true,
  );
  await quickInput.accept();
}

async function openByKey(key: string): Promise<QuickState> {
  await workbench.runCommand('Django Sessions: Inspect Session…');
  await quickInput.waitOpen('How is it found?');
  await quickInput.accept();
  const box = await quickInput.waitOpen('Session key');
  assert.equal(box.inputType, 'password', 'nobody reads it over the shoulder');
  await quickInput.type('short');
  await quickInput.accept();
  assert.match((await quickInput.waitOpen(/Enter the session key/u)).message, /value of the cookie shop_session/u);
  await quickInput.type(`csrftoken=abc; sessionid=of-another-site; shop_session=${key}`);
  await quickInput.accept();
  return quickInput.waitOpen(`Session ${key.slice(0, 4)}…`);
}

void test('inspects a session by its key: when, by which key signed, entries with sizes, a value at Enter, what has changed', async () => {
  await workbench.clearNotifications();
  await saveSession(KEY, { _auth_user_id: '4711', basket: { note: SECRETS[1], items: [1, 2] }, theme: 'dark' });
  const state = await openByKey(KEY);
  assert.match((await item('Saved')).description, /^(?:now|\d+ s ago) \(.* UTC\)$/u);
  assert.match((await item('Expires')).description, /^in 13 days/u);
  assert.equal((await item('Signed with')).description, 'SECRET_KEY');
  assert.match((await item('basket')).description, /^\d+ B · object of 2$/u);
  assert.doesNotMatch(JSON.stringify(state.items), new RegExp(SECRETS.join('|'), 'u'), 'no value without a click');
  await workbench.setTheme('dark');
  await workbench.screenshot('inspect-dark');
  await choose('basket');
  assert.equal((await item(/"note"/u)).label, `"note": "${SECRETS[1]}",`);
  await workbench.setTheme('light');
  await workbench.screenshot('inspect-value-light');
  await choose('basket');
  // With the value goes what was typed: what is typed before would go with it.
  await workbench.waitFor(
    () => quickInput.state(),
    'the value to be hidden',
    (shown) => shown?.value === '' && !shown.items.some(({ label }) => label.startsWith('"note"')),
  );
  await saveSession(KEY, { _auth_user_id: '4711', basket: {}, agent: SECRETS[2] });
  await choose('Read Again');
  await quickInput.waitOpen(/agent is new/u);
  assert.match((await item('basket')).description, /changed since it was read before/u);
  assert.match((await item('theme')).description, /gone since/u);
  await workbench.screenshot('inspect-again-light');
});

void test('deletes it after a question, keeps the figures, and says where there is none', async () => {
  await choose('Delete This Session');
  const modal = await workbench.waitFor(() => workbench.modal(), 'the question');
  assert.match(modal?.detail ?? '', /visitor is logged out/u);
  await workbench.page.keyboard.press('Enter');
  await untilSaid(/^1 session deleted in /mu);
  assert.equal((await sql.query('SELECT FROM django_session WHERE session_key = $1', [KEY])).rowCount, 0);
  await workbench.runCommand('Django Sessions: Inspect Session…');
  await quickInput.waitOpen('How is it found?');
  await quickInput.accept();
  await quickInput.waitOpen('Session key');
  await quickInput.type(KEY);
  await quickInput.accept();
  await untilSaid(/has no session with this key/u);
  await workbench.clearNotifications();
});

void test('finds the sessions of a user and deletes all of them', async () => {
  const keys = [newSessionKey(), newSessionKey(), newSessionKey()];
  for (const key of keys) await saveSession(key, { _auth_user_id: 'user-4711' });
  await workbench.runCommand('Django Sessions: Inspect Session…');
  await quickInput.waitOpen('How is it found?');
  await choose('By User Id');
  await quickInput.waitOpen('User id');
  await quickInput.type('user-4711');
  await quickInput.accept();
  const list = await quickInput.waitOpen(/3 sessions · 3,003 rows looked at/u);
  assert.equal(list.items.length, 4);
  assert.doesNotMatch(JSON.stringify(list), new RegExp(keys.join('|'), 'u'), 'keys are shown shortened');
  await workbench.screenshot('inspect-user-light');
  await choose('Delete All 3');
  await workbench.waitFor(() => workbench.modal(), 'the question');
  await workbench.page.keyboard.press('Enter');
  await untilSaid(/^3 sessions deleted in /mu);
  assert.equal((await sql.query('SELECT FROM django_session WHERE session_key = ANY ($1)', [keys])).rowCount, 0);
  await untilRow(scene, 'Cleanup', /^last /u);
  await workbench.tree().expand('Cleanup');
  await untilRow(scene, 'Sessions of a user', /3 deleted/u);
});

/** What the extension and VS Code have written, logs included. */
async function storedFiles(): Promise<[path: string, text: string][]> {
  const folder = scene.vscode.userDataDir;
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (path): Promise<[string, string]> => [path, await readFile(path, 'latin1').catch(() => '')]),
  );
}

/** Where VS Code in a browser keeps what extensions remember. */
function browserMemory(): Promise<string> {
  return workbench.page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no answer'));
      });
    const all: unknown[] = [Object.entries(localStorage)];
    for (const { name = '' } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      for (const store of db.objectStoreNames) all.push(await done(db.transaction(store).objectStore(store).getAll()));
      db.close();
    }
    return JSON.stringify(all);
  });
}

void test('has kept neither the key nor a value: in no log, file or notification', async () => {
  const said = JSON.stringify(await allNotifications(scene));
  const files = await storedFiles();
  assert.ok(
    ['.sqlite', '.log'].every((end) => files.some(([path]) => path.includes(end))),
    files.map(([path]) => path).join('\n'),
  );
  const memory = await workbench.waitFor(
    browserMemory,
    'what is kept of the deletion',
    (text) => text.includes('\\"kind\\":\\"user\\"') || text.includes('"kind":"user"'),
  );
  for (const secret of SECRETS) {
    assert.deepEqual(files.filter(([, text]) => text.includes(secret)).map(([path]) => path), []); // prettier-ignore
    assert.equal(said.includes(secret) || memory.includes(secret), false);
    assert.equal((await scene.vscode.logs()).includes(secret), false);
  }
  await assertCleanLogs(scene);
});
