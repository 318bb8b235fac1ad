import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { formatBytes } from '../../src/common/format.ts';
import {
  assertCleanLogs,
  findRow,
  numberIn,
  openLive,
  ourLog,
  status,
  untilHover,
  untilRow,
  untilStatus,
  untilTitle,
} from './look.ts';
import { declared, offered } from './palette.ts';
import { isKept, rowsRedrawnDuring, timeOfFirstFigures } from './watchPage.ts';
import { countSessions, multiplySessions, openScene } from './scene.ts';
import { walkthroughScene } from './walkthroughScene.ts';

const scene = await openScene({
  vscode: { quick: false },
  workbench: { theme: 'dark' },
  // Of the repository only a subfolder is open.
  prepare: async (folder) => {
    await mkdir(join(dirname(folder), '.git'));
  },
});
after(() => scene.stop());

/** When the extension of the window opened last was activated, by its log. */
async function activatedAt(): Promise<number> {
  const times = [...(await ourLog(scene)).matchAll(/^(\S+ \S+) \[info\] Activated/gmu)].map((m) =>
    new Date(m[1] ?? '').getTime(),
  );
  return Math.max(...times);
}

void test('finds the database of the sample project and shows live figures without a setting or a click', async (t) => {
  const { workbench, vscode, sql } = scene;
  await untilStatus(scene, 'pulse', /active/);
  t.diagnostic(`activated, then live in the status bar after at most ${String(Date.now() - (await activatedAt()))} ms`);
  const settings = await readFile(vscode.settingsFile, 'utf8');
  assert.doesNotMatch(settings, /djangoSessionMonitor/);
  const { active } = await countSessions(sql);
  assert.match((await status(scene)).text, new RegExp(`^${active.toLocaleString('en')} active`));
  await openLive(scene);
  await untilTitle(scene, /shop/i);
  assert.deepEqual(await workbench.notifications(), []);
});

void test('answers at first sight, at 900 px and without scrolling: is something wrong, how many, throttle, cleanup', async () => {
  const { workbench } = scene;
  await workbench.page.setViewportSize({ width: 1280, height: 900 });
  await workbench.waitFor(
    () => workbench.viewMessage(),
    'the sessions in a sentence',
    // Growth is known after an hour.
    (text) => /^Healthy so far: [\d,]+ active, throttle on(?:, [\d,.]+ saves\/min)?$/.test(text),
  );
  const rows = await workbench.treeRows();
  assert.deepEqual(
    rows.slice(0, 5).map(({ label, expanded }) => [label, expanded]),
    [
      ['Alerts', false],
      ['Operations', true],
      ['Throttle', undefined],
      ['Cleanup service', undefined],
      ['Cleanup', undefined],
    ],
  );
  const open = rows.filter(({ level, expanded }) => level === 1 && expanded === true).map(({ label }) => label);
  assert.deepEqual(open, ['Operations', 'Sessions']);
  const inSight = await workbench.page.locator('.part.sidebar [role="tree"] .monaco-list-row').count();
  assert.equal(rows.length, inSight, 'what is scrolled out of sight is not in the page');
  for (const { label, level, expanded, description } of rows)
    if (level === 1 && expanded === false) assert.notEqual(description, '', `${label} says what is in it`);
  await workbench.page.setViewportSize({ width: 1280, height: 1000 });
});

void test('shows live figures by itself after the window is loaded again, with what was open and closed', async (t) => {
  const { workbench } = scene;
  const tree = workbench.tree();
  await tree.collapse('Sessions');
  assert.match((await untilRow(scene, 'Sessions', /active/)).description, /^[\d,]+ active, [\d,]+ expired$/);
  await tree.expand('Sessions');
  await untilRow(scene, 'Sessions', /^$/);
  await tree.expand('Connections');
  await tree.collapse('Operations');
  await workbench.waitFor(() => isKept(workbench, '"operations":false'), 'what is closed to be kept');
  const firstFigures = await timeOfFirstFigures(workbench);
  await workbench.reload();
  const shown = await workbench.waitFor(() => firstFigures(), 'figures in the tree');
  const activated = await activatedAt();
  assert.ok(shown >= activated, 'figures come from the extension, not from before it');
  t.diagnostic(`activated, then live figures in the tree after ${String(shown - activated)} ms`);
  assert.equal((await untilRow(scene, 'Operations')).expanded, false);
  assert.equal((await untilRow(scene, 'Connections')).expanded, true);
  await tree.expand('Operations');
  await tree.collapse('Connections');
});

void test('shows the numbers that SQL counts', async () => {
  const { sql, workbench } = scene;
  const counts = await countSessions(sql);
  for (const [label, count] of [
    ['Total', counts.total],
    ['Active', counts.active],
    ['Expired', counts.expired],
  ] as const) {
    assert.equal((await untilRow(scene, label)).description, count.toLocaleString('en'));
  }
  const { rows } = await sql.query<{ total: string; index: string; indexes: number }>(
    `SELECT pg_total_relation_size('django_session') AS total, pg_indexes_size('django_session') AS index,
            (SELECT count(*)::int FROM pg_index WHERE indrelid = 'django_session'::regclass) AS indexes`,
  );
  const [size] = rows;
  assert.ok(size);
  assert.equal((await untilRow(scene, 'Total size')).description, formatBytes(Number(size.total)));
  assert.equal((await untilRow(scene, 'Indexes')).description, formatBytes(Number(size.index)));
  assert.equal((await untilRow(scene, 'Indexes present')).description, String(size.indexes));
  await workbench.tree().contextMenu('Total size', 'Copy Value');
  await workbench.waitFor(
    () => workbench.clipboard(),
    'the size in bytes',
    (text) => text === size.total,
  );
});

void test('lists the session tables of all schemas with their sum, and watches the one that is chosen', async () => {
  const { sql, workbench } = scene;
  const { quickInput } = workbench;
  const CHOOSE = 'Django Sessions: Choose Session Table…';
  await sql.query(`CREATE SCHEMA acme AUTHORIZATION shop; CREATE TABLE acme.django_session (LIKE django_session INCLUDING ALL);
    ALTER TABLE acme.django_session OWNER TO shop; INSERT INTO acme.django_session SELECT * FROM django_session LIMIT 7`);
  await workbench.runCommand(CHOOSE);
  const { items, placeholder } = await quickInput.waitOpen('Choose the session table');
  assert.deepEqual(
    items.map(({ label }) => label),
    ['public.django_session', 'acme.django_session', 'As the settings and the project say'],
  );
  assert.match(placeholder, /^2 tables, .* together$/);
  await quickInput.pick('acme.django_session');
  await untilRow(scene, 'Total', /^7$/);
  await untilRow(scene, 'You chose to watch acme.django_session; "Choose Session Table…" changes it.');
  const both = await sql.query<{ bytes: number }>(
    `SELECT (pg_total_relation_size('django_session') + pg_total_relation_size('acme.django_session'))::int AS bytes`,
  );
  await untilRow(scene, 'All tables', (row) => row.description === formatBytes(both.rows[0]?.bytes ?? 0));
  await workbench.runCommand(CHOOSE);
  await quickInput.waitOpen('Choose the session table');
  await quickInput.pick('As the settings and the project say');
  const { total } = await countSessions(sql);
  await untilRow(scene, 'Total', (row) => row.description === total.toLocaleString('en'));
  await sql.query('DROP SCHEMA acme CASCADE');
});

void test('explains each figure in a hover: what it is, where it comes from, how sure and how old, what to do', async () => {
  const hovers: readonly (readonly [string, readonly RegExp[]])[] = [
    [
      'Expired',
      [
        /^Expired: \d+/,
        /expire_date has passed/,
        /Exact\./,
        /Read .* in .* ms of server time/,
        /Source: /,
        /What to do: .*clearsessions/,
      ],
    ],
    ['last_activity', [/^With last_activity: ≈/, /Estimated, ± /, /Source: .*sample/, /What to do: /]],
    ['Growth', [/^Growth: in \d+ min/, /it takes an hour/, /What to do: /]],
    [
      'Saves a day',
      [/Saves a day, throttled: .*Arithmetic, not a measurement/, /6\.4/, /Saves per session, interval: /],
    ],
  ];
  for (const [label, texts] of hovers) await untilHover(scene, label, ...texts);
  const statusHover = await scene.workbench.statusHover('djangoSessionMonitor.status');
  assert.match(statusHover, /shop.*active/);
});

void test('copies a value by context menu, and by keyboard from the row that has the focus', async () => {
  const { workbench, sql } = scene;
  const counts = await countSessions(sql);
  const copied = (value: number): Promise<string> =>
    workbench.waitFor(
      () => workbench.clipboard(),
      `${String(value)} on the clipboard`,
      (text) => text === String(value),
    );
  assert.deepEqual(await workbench.tree().contextMenu('Expired', 'Copy Value'), ['Copy Value']);
  await copied(counts.expired);
  await workbench.tree().click('Total');
  await workbench.page.keyboard.press('Control+C');
  await copied(counts.total);
  await workbench.page.keyboard.press('ArrowDown');
  await workbench.page.keyboard.press('Control+C');
  await copied(counts.active);
  assert.deepEqual(await workbench.notifications(), []);
});

void test('walks through the first steps: each has its button, and its check mark once it is done', () =>
  walkthroughScene(scene));

/** Its figure is another one with each reading. */
const MOVES = 'Server time';

void test('keeps what is collapsed, focused and read over readings, and redraws only what changed', async () => {
  const { workbench, vscode } = scene;
  await untilRow(scene, 'Total size');
  await workbench.tree().collapse('Writes');
  await workbench.tree().expand('This monitor');
  await workbench.tree().click('Heap');
  await vscode.updateSettings({ 'djangoSessionMonitor.intervalSeconds': 1 });
  await rowsRedrawnDuring(workbench, (labels) => (labels.get(MOVES) ?? 0) >= 2);
  // What VS Code draws again loses its hover.
  const hover = await workbench.tree().hover(MOVES);
  const redrawn = await rowsRedrawnDuring(workbench, (labels) => (labels.get('Database') ?? 0) >= 5);
  assert.equal(await workbench.hoverInSight(), hover, 'the hover stays as the readings go on');
  assert.equal(redrawn.get(MOVES) ?? 0, 0, 'its figure rests meanwhile');
  await workbench.tree().hover('Interval');
  await rowsRedrawnDuring(workbench, (labels) => (labels.get(MOVES) ?? 0) >= 2);
  for (const still of ['Total size', 'Expiry index', 'Total', 'Sessions', 'Table', 'Writes']) {
    assert.equal(redrawn.get(still) ?? 0, 0, `${still} did not change and was drawn again`);
  }
  assert.equal((await untilRow(scene, 'Writes')).expanded, false);
  assert.equal((await untilRow(scene, 'This monitor')).expanded, true);
  assert.equal((await untilRow(scene, 'Heap')).selected, true);
  await workbench.tree().expand('Writes');
});

void test('reads at once on Refresh Now, and counts exactly on demand', async () => {
  const { workbench, vscode, sql } = scene;
  await vscode.updateSettings({ 'djangoSessionMonitor.intervalSeconds': 3600 });
  // More pages than a sample reads: the first such reading is followed by an exact count, the next is an estimate.
  await multiplySessions(sql, 9);
  await workbench.runCommand('Django Sessions: Refresh Now');
  await untilRow(scene, 'Total', /^20,000$/);
  await multiplySessions(sql, 1);
  const { total } = await countSessions(sql);
  await workbench.clickViewAction('Refresh Now');
  const estimated = await untilRow(scene, 'Total', /^≈/);
  const share = numberIn(estimated.description) / total;
  assert.ok(share > 0.9 && share < 1.1, `${estimated.description} for ${String(total)}`);
  await workbench.tree().act('Total', 'Count Sessions Exactly');
  await untilRow(scene, 'Total', (row) => row.description === total.toLocaleString('en'));
  await untilHover(scene, 'Total', /Exact\./);
  await sql.query('DELETE FROM django_session WHERE expire_date < now()');
  await workbench.runCommand('Django Sessions: Count Sessions Exactly');
  const counts = await countSessions(sql);
  await untilRow(scene, 'Total', (row) => row.description === counts.total.toLocaleString('en'));
  await untilRow(scene, 'Expired', /^0$/);
});

void test('pauses without a connection left behind, and goes on', async () => {
  const { workbench, sql } = scene;
  const connections = async (): Promise<number> => {
    const { rows } = await sql.query<{ n: number }>(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'shop'",
    );
    return rows[0]?.n ?? -1;
  };
  assert.equal(await connections(), 1);
  await workbench.clickViewAction('Pause Monitoring');
  await untilRow(scene, 'Monitoring is paused', /^read /);
  await untilStatus(scene, 'debug-pause', /active/);
  await workbench.waitFor(connections, 'no connection', (n) => n === 0);
  const actions = await workbench.viewActions();
  assert.ok(actions.includes('Resume Monitoring') && !actions.includes('Pause Monitoring'), actions.join());
  assert.deepEqual(await offered(scene), await declared('Pause Monitoring'));
  await workbench.runCommand('Django Sessions: Refresh Now');
  await workbench.runCommand('Django Sessions: Resume Monitoring');
  await untilStatus(scene, 'pulse');
  await workbench.waitFor(
    () => findRow(scene, 'Monitoring is paused'),
    'no row of the pause',
    (row) => row === undefined,
  );
  await workbench.waitFor(connections, 'one connection', (n) => n === 1);
});

void test('a compose file that comes and changes above the opened folder is noticed', async () => {
  const above = join(dirname(scene.folder), 'compose.yml');
  const service = (command: string): string =>
    `services:\n  cleanup:\n    image: shop\n    command: sh -c "while true; do ${command}; sleep 86400; done"\n`;
  await untilRow(scene, 'Cleanup service', /^not configured$/);
  await writeFile(above, service('python manage.py clearsessions'));
  await untilRow(scene, 'Cleanup service', (row) => !/^not configured$/.test(row.description));
  await writeFile(above, service('echo nothing'));
  await untilRow(scene, 'Cleanup service', /^not configured$/);
});

void test('offers every command in the palette, and leaves no error or password in the logs', async () => {
  assert.deepEqual(await offered(scene), await declared('Resume Monitoring'));
  await scene.workbench.runCommand('Django Sessions: Show Log');
  await scene.workbench.waitFor(
    () => scene.workbench.panelText(),
    'the log in the panel',
    (text) => text.includes('Watching shop'),
  );
  await assertCleanLogs(scene);
  assert.deepEqual(await scene.workbench.notifications(), []);
});
