import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { startPasswordServer } from '../kit/passwordServer.ts';
import { ownerOfPort } from '../kit/socketOwner.ts';
import { startSshServer } from '../kit/sshd.ts';
import { page as dashboard, OPEN, seriousViolations } from './dashboardPage.ts';
import { assertCleanLogs, untilRow, untilStatus } from './look.ts';
import { countSessions, openScene, PASSWORD, VIEW } from './scene.ts';

const WRONG_PASSWORD = 'wrong-Password-0815';
const OF_THE_ENVIRONMENT = 'of-the-environment-4712';
const CONNECT = 'Connect to Database…';
const ENTER = 'Enter the password…';

const ssh = await startSshServer();
after(() => ssh.stop());
const scene = await openScene({
  folder: 'empty',
  vscode: { env: { PGPASSWORD: OF_THE_ENVIRONMENT } },
  // VS Code takes the PATH of the person's login shell.
  beforeStart: ({ userDataDir }) =>
    writeFile(join(dirname(userDataDir), '.profile'), `PATH='${dirname(ssh.program)}':"$PATH"\n`),
  workbench: { theme: 'light', height: 800 },
});
/** Foreign servers, which keep the passwords that they are told. */
const foreign = await startPasswordServer();
const other = await startPasswordServer();
after(async () => {
  await scene.stop();
  await foreign.stop();
  await other.stop();
});
const { workbench, postgres, vscode } = scene;
const { quickInput, page } = workbench;

/** Answers the question by keyboard, as a person who never touches the mouse. */
async function answer(question: string | RegExp, text?: string): Promise<void> {
  await quickInput.waitOpen(question);
  if (text !== undefined) {
    await quickInput.press('ControlOrMeta+A');
    await page.keyboard.type(text);
  }
  await quickInput.accept();
}

/** Waits for the next question, moves down to this item and takes it. */
async function choose(question: string | RegExp, label: string): Promise<void> {
  const { items } = await quickInput.waitOpen(question);
  const index = items.findIndex((item) => item.label === label);
  assert.notEqual(index, -1, `${label} is not among ${items.map((item) => item.label).join()}`);
  for (let i = 0; i < index; i++) await quickInput.press('ArrowDown');
  await quickInput.accept();
}

async function untilLiveWith(title: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.viewTitle(),
    `the title ${String(title)}`,
    (text) => title.test(text),
  );
  await untilStatus(scene, 'pulse', /active/);
  await untilRow(scene, 'Total', /^2,000$/);
}

async function connectionsInSettings(): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(vscode.settingsFile, 'utf8');
  assert.ok(!text.includes(PASSWORD) && !text.includes(WRONG_PASSWORD), 'a password is in settings.json');
  const settings = JSON.parse(text) as Record<string, readonly Record<string, unknown>[]>;
  return settings['djangoSessionMonitor.connections'] ?? [];
}

void test('a folder without a Django project says so, and offers what to do', async () => {
  await workbench.openView(VIEW);
  const welcome = await workbench.waitFor(() => workbench.welcome(), 'the welcome text');
  assert.match(welcome?.text ?? '', /No Django project with a manage\.py was found in this folder/);
  assert.deepEqual(welcome?.buttons, [CONNECT, 'Look Again']);
  assert.ok(!(await workbench.viewActions()).includes('Refresh Now'));
  assert.ok((await workbench.statusBar()).every((item) => !item.id.endsWith('djangoSessionMonitor.status')));
});

void test('its dashboard says what to do, and leads to it', async () => {
  await workbench.runCommand(OPEN);
  const banner = dashboard(workbench).locator('.banner');
  const connect = 'Connect to database…';
  await workbench.waitFor(
    () => banner.innerText(),
    'what to do',
    (text) => text.includes('No database to watch'),
  );
  assert.ok((await banner.locator('vscode-button').allInnerTexts()).includes(connect));
  assert.equal(await dashboard(workbench).locator('.card').filter({ visible: true }).count(), 0);
  for (const theme of ['hc-dark', 'light'] as const) {
    await workbench.setTheme(theme);
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    await workbench.screenshot(`dashboard-empty-${theme}`);
  }
  await banner.locator('vscode-button').getByText(connect).click();
  await quickInput.waitOpen('Connect to a database');
  await quickInput.cancel();
  await workbench.runCommand('View: Close All Editors');
});

void test('connects by a connection string, with a second try after a wrong password', async () => {
  await workbench.clickWelcomeButton(CONNECT);
  await answer('Connect to a database');
  await answer(
    /A URL, or key=value pairs/,
    `postgresql://shop:${WRONG_PASSWORD}@127.0.0.1:${String(postgres.port)}/shop`,
  );
  assert.equal((await quickInput.waitOpen(/^Password/)).inputType, 'password');
  await answer(/^Password/);
  const modal = await workbench.waitFor(() => workbench.modal(), 'what the test of the connection says');
  assert.match(modal?.message ?? '', /^Cannot connect to shop on 127\.0\.0\.1/);
  assert.match(modal?.detail ?? '', /refused the password of user shop/);
  assert.deepEqual(modal?.buttons.toSorted(), ['Cancel', 'Edit', 'Keep Anyway']);
  await page.keyboard.press('Enter'); // Edit, which has the focus
  const again = await quickInput.waitOpen(/A URL, or key=value pairs/);
  assert.match(again.value, new RegExp(`^postgresql://shop@127\\.0\\.0\\.1:${String(postgres.port)}/shop`));
  await answer(/A URL, or key=value pairs/);
  await answer(/^Password/, PASSWORD);
  await answer('A name for this connection', 'Shop database');
  await choose('What is in it?', 'Production');
  await untilLiveWith(/shop database/i);
  const port = postgres.port;
  assert.deepEqual(await connectionsInSettings(), [
    { name: 'Shop database', host: '127.0.0.1', port, database: 'shop', user: 'shop', production: true },
  ]);
});

void test('connects again after the window is loaded again, with the password that it kept', async () => {
  await workbench.reload();
  await workbench.openView(VIEW);
  await untilLiveWith(/shop database/i);
});

void test('connects by its parts step by step, with a way back', async () => {
  await workbench.runCommand(`Django Sessions: ${CONNECT}`);
  await choose('Connect to a database', 'Enter its parts step by step');
  await answer(/^Host name/, 'no-such-host.invalid');
  await quickInput.waitOpen(/^Port/);
  await page.locator('.quick-input-widget').getByRole('button', { name: 'Back' }).click();
  assert.equal((await quickInput.waitOpen(/^Host name/)).value, 'no-such-host.invalid');
  await answer(/^Host name/, '127.0.0.1');
  await answer(/^Port/, 'none');
  await quickInput.waitOpen('A port is a number from 1 to 65535.');
  await answer('A port is a number', String(postgres.port));
  await answer(/^Database/, 'shop');
  await answer(/^Role/, 'shop');
  await answer(/^Password/, PASSWORD);
  await choose(/^TLS/, 'prefer');
  await answer('A name for this connection', 'Shop database');
  await answer('There is a connection of this name.', 'Second');
  await choose('What is in it?', 'Development or test');
  await untilLiveWith(/second/i);
  assert.deepEqual(
    (await connectionsInSettings()).map((one) => one['name']),
    ['Shop database', 'Second'],
  );
});

void test('watches the connection that is chosen', async () => {
  await workbench.runCommand('Django Sessions: Choose Connection…');
  const { items } = await quickInput.waitOpen('Choose the connection to show');
  assert.deepEqual(
    items.map((item) => item.label),
    ['Shop database', 'Second', 'Connect to another database…'],
  );
  assert.match(items[0]?.detail ?? '', /production/);
  await choose('Choose the connection to show', 'Shop database');
  await untilLiveWith(/shop database/i);
});

void test('another database is watched beside the one that is shown, and comes to the front with what it knows', async () => {
  const tree = workbench.tree();
  await tree.expand('Databases');
  await untilRow(scene, 'Shop database', /^shown · production/);
  await untilRow(scene, 'Second', /^not watched$/);
  await tree.act('Second', 'Watch Database');
  await untilRow(scene, 'Second', /^[≈\d][^·]* active · [^·]* saves\/min$/, 60_000);
  await untilRow(scene, 'Databases', /^2 of 2 watched$/);
  // Production stands out where there is another one to take it for; a click leads from it to the others.
  const { kind, icons } = await workbench.statusItem('djangoSessionMonitor.database');
  assert.deepEqual([kind, icons[0]], ['warning', 'lock']);
  await workbench.clickStatusItem('djangoSessionMonitor.database');
  const { items } = await quickInput.waitOpen('Choose the connection to show');
  assert.match(items[1]?.detail ?? '', /^made by hand · .* active/);
  await quickInput.press('ArrowDown');
  await quickInput.accept();
  await untilLiveWith(/second/i);
  await untilRow(scene, 'Shop database', /^production · not watched$/);
  assert.equal((await workbench.statusItem('djangoSessionMonitor.database')).kind, '');
  // Not kept in any file of the workspace, and there again with the window.
  await tree.act('Shop database', 'Show Database');
  await untilLiveWith(/shop database/i);
  await workbench.reload();
  await workbench.openView(VIEW);
  await untilLiveWith(/shop database/i);
  await tree.expand('Databases');
  await untilRow(scene, 'Second', /active/, 60_000);
  await tree.act('Second', 'Stop Watching Database');
  await untilRow(scene, 'Second', /^not watched$/);
  await tree.collapse('Databases');
});

void test('production asks twice, and the second time for its name', async () => {
  const before = await countSessions(scene.sql);
  assert.ok(before.expired > 0);
  await workbench.clearNotifications();
  const second =
    /shop on 127\.0\.0\.1.* is a production database, and .* Type the name of the connection, Shop database/;
  await workbench.runCommand('Django Sessions: Clear Expired Sessions…');
  await workbench.waitFor(() => workbench.modal(), 'the preview');
  await workbench.clickModalButton('Clear Fast');
  await quickInput.waitOpen(second);
  await quickInput.type('shop');
  await quickInput.accept();
  await workbench.waitFor(
    () => quickInput.state(),
    'another name to be refused',
    (state) => state?.message.includes('Type Shop database exactly') === true,
  );
  await quickInput.cancel();
  assert.deepEqual(await countSessions(scene.sql), before);
  await workbench.runCommand('Django Sessions: Vacuum Session Table…');
  await workbench.waitFor(() => workbench.modal(), 'the question');
  await workbench.clickModalButton('Vacuum');
  await quickInput.waitOpen(second);
  await quickInput.type('Shop database');
  await quickInput.accept();
  await workbench.waitFor(
    async () => (await scene.sql.query('SELECT last_vacuum FROM pg_stat_user_tables')).rows as unknown[],
    'the vacuum',
    ([row]) => JSON.stringify(row).includes('20'),
  );
});

/** The repository's settings, as a pull may change them. */
async function pull(port: number): Promise<void> {
  const folder = join(scene.folder, '.vscode');
  const connection = { name: 'Shop database', host: '127.0.0.1', port, database: 'shop', user: 'shop' };
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ 'djangoSessionMonitor.connections': [connection] });
  await writeFile(join(folder, 'settings.json'), text);
}

async function untilMessage(fits: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.viewMessage(),
    `the message ${String(fits)}`,
    (text) => fits.test(text),
  );
}

async function untilTold(server: typeof foreign, passwords: readonly string[]): Promise<void> {
  await workbench.waitFor(
    () => [...server.passwords],
    `${passwords.join()} to be told`,
    (all) => all.join() === passwords.join(),
  );
}

async function answerModal(detail: RegExp, button: string): Promise<void> {
  const modal = await workbench.waitFor(() => workbench.modal(), 'the question');
  assert.match(`${modal?.message ?? ''} ${modal?.detail ?? ''}`, detail);
  await workbench.clickModalButton(button);
}

void test('a connection of the workspace does not stand for the person’s own of that name, nor gets its password', async () => {
  await pull(foreign.port);
  const entries = await workbench.waitFor(
    async () => {
      assert.deepEqual(foreign.passwords, [], 'a foreign server was told the password');
      await workbench.runCommand('Django Sessions: Choose Connection…');
      const { items } = await quickInput.waitOpen('Choose the connection to show');
      await quickInput.cancel();
      return items.map(({ label, description, detail }) => `${label}, ${description}, ${detail}`);
    },
    'the connection of the workspace beside the person’s own',
    (all) => all.length === 4,
  );
  assert.match(entries[0] ?? '', new RegExp(`^Shop database, .*:${String(postgres.port)}, made by hand`));
  assert.match(
    entries[2] ?? '',
    new RegExp(`^Shop database, .*:${String(foreign.port)}, from the settings of the work`),
  );
  await untilLiveWith(/shop database/i);
  assert.deepEqual([foreign.visitors, foreign.passwords], [[], []]);
});

void test('a password goes to the target that it was entered for, and to a changed one when that was confirmed', async () => {
  await workbench.runCommand('Django Sessions: Choose Connection…');
  await quickInput.waitOpen('Choose the connection to show');
  for (let i = 0; i < 2; i++) await quickInput.press('ArrowDown');
  await quickInput.accept();
  await untilMessage(/The one of PGPASSWORD is not sent by itself to a server that files of the project name/);
  assert.deepEqual(foreign.passwords, []);
  await workbench.tree().click(ENTER);
  await answerModal(/PGPASSWORD is not sent by itself/, 'Enter Another…');
  await answer(/^Password for shop on 127\.0\.0\.1:\d+ as shop/, WRONG_PASSWORD);
  await untilTold(foreign, [WRONG_PASSWORD]);
  await pull(other.port);
  const change = `port ${String(foreign.port)} → ${String(other.port)}`;
  await untilMessage(new RegExp(`the target has changed: Its password was entered for another: ${change}\\.`));
  assert.deepEqual([other.visitors, other.passwords], [[], []]);
  await workbench.tree().click(ENTER);
  await answerModal(new RegExp(`Send the password to shop on .*${change}`), 'Use It');
  await untilTold(other, [WRONG_PASSWORD]);
  await rm(join(scene.folder, '.vscode'), { recursive: true });
  await workbench.runCommand('Django Sessions: Choose Connection…');
  await choose('Choose the connection to show', 'Shop database');
  await untilLiveWith(/shop database/i);
});

void test('removes a connection after asking, and takes no other in its place', async () => {
  const left = [
    ['Shop database', [CONNECT, 'Look Again', 'Choose Connection…']],
    ['Second', [CONNECT, 'Look Again']],
  ] as const;
  for (const [name, buttons] of left) {
    await workbench.runCommand('Django Sessions: Remove Connection…');
    await choose('Remove which connection?', name);
    const modal = await workbench.waitFor(() => workbench.modal(), 'the question');
    assert.match(
      `${modal?.message ?? ''} ${modal?.detail ?? ''}`,
      new RegExp(`"${name}".*password.*database is not touched`),
    );
    await workbench.clickModalButton('Remove');
    await workbench.waitFor(
      () => workbench.welcome(),
      `the buttons ${buttons.join()}`,
      (welcome) => welcome?.buttons.join() === buttons.join(),
    );
  }
  assert.deepEqual(await connectionsInSettings(), []);
});

void test('a changed HOST or hostaddr in settings.py gets neither PGPASSWORD nor the password of before', async () => {
  const settings = (port: number, options = '{}'): Promise<void> =>
    writeFile(
      join(scene.folder, 'settings.py'),
      `DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'USER': 'shop',
        'HOST': 'localhost', 'PORT': ${String(port)}, 'OPTIONS': ${options}}}\n`,
    );
  const [toldForeign, toldOther] = [[...foreign.passwords], [...other.passwords]];
  await settings(foreign.port);
  await writeFile(
    join(scene.folder, 'manage.py'),
    "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
  );
  await untilMessage(/The one of PGPASSWORD is not sent by itself to a server that files of the project name/);
  assert.deepEqual(foreign.passwords, toldForeign);
  await settings(postgres.port);
  await untilMessage(new RegExp(`localhost:${String(postgres.port)}.*PGPASSWORD is not sent by itself`));
  await workbench.tree().click(ENTER);
  await answerModal(/PGPASSWORD is not sent by itself/, 'Enter Another…');
  await answer(/^Password for shop on localhost:\d+ as shop/, PASSWORD);
  await untilStatus(scene, 'pulse', /active/);
  const before = [foreign.visitors.length, other.visitors.length];
  await settings(foreign.port);
  await untilMessage(new RegExp(`the target has changed: .*port ${String(postgres.port)} → ${String(foreign.port)}`));
  await settings(postgres.port, "{'hostaddr': '127.0.0.2'}");
  await untilMessage(/the target has changed: .*hostaddr \(none\) → 127\.0\.0\.2/);
  assert.deepEqual([foreign.visitors.length, other.visitors.length], before);
  assert.deepEqual([foreign.passwords, other.passwords], [toldForeign, toldOther]);
  await settings(other.port);
  await untilMessage(new RegExp(`the target has changed: .*port ${String(postgres.port)} → ${String(other.port)}`));
  await workbench.tree().click(ENTER);
  await answerModal(/Send the password to shop on localhost/, 'Use It');
  await untilTold(other, [...toldOther, PASSWORD]);
  await settings(postgres.port);
  await untilStatus(scene, 'pulse', /active/);
});

void test('a connection with sshHost is watched through the person’s own ssh, and told where ssh does not get there', async () => {
  const parts = { host: '127.0.0.1', port: postgres.port, database: 'shop', user: 'shop' };
  const connections = ['bastion', 'nobody'].map((sshHost) => ({ name: `By ${sshHost}`, ...parts, sshHost }));
  await vscode.updateSettings({ 'djangoSessionMonitor.connections': connections });
  const show = async (name: string): Promise<void> => {
    await workbench.runCommand('Django Sessions: Choose Connection…');
    await choose('Choose the connection to show', name);
  };
  const labels = async (): Promise<readonly string[]> => {
    await workbench.runCommand('Django Sessions: Choose Connection…');
    const { items } = await quickInput.waitOpen('Choose the connection to show');
    await quickInput.cancel();
    return items.map(({ label }) => label);
  };
  await workbench.waitFor(labels, 'the connections', (all) => all.includes('By nobody'));
  await show('By nobody');
  await untilMessage(/nobody/);
  await show('By bastion');
  await workbench.tree().click(ENTER);
  await answer(/^Password for shop on 127\.0\.0\.1:\d+ as shop/, PASSWORD);
  await untilLiveWith(/by bastion/i);
  const { rows } = await scene.sql.query<{ port: number }>(
    `SELECT client_port AS port FROM pg_stat_activity WHERE usename = 'shop' AND application_name LIKE 'django-session-monitor%'`,
  );
  for (const { port } of rows) {
    const owner = await ownerOfPort(port);
    assert.match(await readFile(`/proc/${String(owner)}/comm`, 'utf8'), /^sshd/u, 'it came by another way than ssh');
  }
  assert.ok(rows.length > 0);
  await ssh.end();
  await untilStatus(scene, 'history');
  await ssh.start();
  await untilStatus(scene, 'pulse', /active/);
  await vscode.updateSettings({ 'djangoSessionMonitor.connections': [] });
});

void test('no password is in a log or a setting', async () => {
  await assertCleanLogs(scene);
  assert.ok(!(await vscode.logs()).includes(OF_THE_ENVIRONMENT), 'PGPASSWORD is in a log');
  assert.ok(!(await vscode.logs()).includes(WRONG_PASSWORD), 'the wrong password is in a log');
});
