import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Client } from 'pg';
import type { Locator } from 'playwright-core';
import { ROOT } from '../kit/node24.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import { OPEN, page, seriousViolations } from './dashboardPage.ts';
import { allNotifications, assertCleanLogs, openLive, untilRow } from './look.ts';
import { countSessions, DATABASE, openScene, ROLE } from './scene.ts';
import { THEMES } from './themes.ts';

/** The statements of real traffic in the dashboard: sorted, shown whole, copied, explained, by mouse and by keyboard. */

const scene = await openScene({
  workbench: { theme: 'dark', width: 1300, height: 1300 },
  vscode: {
    settings: {
      'djangoSessionMonitor.intervalSeconds': 1,
      'djangoSessionMonitor.detailIntervalSeconds': 10,
      'workbench.sideBar.location': 'left',
    },
  },
});
const { workbench, sql } = scene;
const traffic = new TrafficSimulator({
  connectionString: scene.postgres.connectionString(DATABASE),
  secretKey: SAMPLE_SECRET_KEY,
  savesPerMinute: 1200,
});
after(async () => {
  await traffic.stop();
  await scene.stop();
});

const UPDATE = /^UPDATE django_session SET session_data = \$1/;
const SLOW = /^SELECT count\(\*\) FROM django_session, pg_sleep/;
const GONE = /^SELECT count\(\*\) FROM old_sessions/;
const COMMAND = /^ANALYZE django_session$/;

const picture = (name: string): string => join(ROOT, 'test-output', 'screenshots', `statements-${name}.png`);
const card = (): Locator => page(workbench).locator('.card.statements');
const head = (column: string): Locator => card().locator(`th[data-column="${column}"]`);
const sort = (column: string): Locator => head(column).locator('button');
const toggles = (): Promise<string[]> => card().locator('button.disclose').allInnerTexts();
const statement = (text: RegExp): Locator =>
  card().locator('tbody', { has: page(workbench).locator('button.disclose', { hasText: text }) });
const figures = (text: RegExp): Promise<string[]> => statement(text).locator('td[data-label]').allInnerTexts();
const link = (text: RegExp, name: string): Locator => statement(text).locator('button.link', { hasText: name });
const plan = (text: RegExp): Promise<string> => statement(text).locator('pre.plan-text').innerText({ timeout: 2000 });
const said = (): Promise<string> => card().locator('[role="status"]').innerText({ timeout: 2000 });
const unknown = (): Promise<string> => card().locator('.unknown').innerText({ timeout: 2000 });
const focused = (): Promise<string> =>
  page(workbench)
    .locator('body')
    .evaluate(() => document.activeElement?.textContent ?? '');

async function nextReading(): Promise<void> {
  const when = (): Promise<string> => card().locator('.when').innerText({ timeout: 2000 });
  const before = await when();
  await workbench.waitFor(when, 'the next reading of the statements', (text) => text !== before, { timeoutMs: 30_000 });
}

void test('shows the statements that Django sends, those that take most of the time first', async () => {
  await sql.query('SELECT pg_stat_statements_reset()');
  await traffic.start();
  await workbench.waitFor(
    () => traffic.counts,
    'traffic',
    ({ updates, inserts, deletes }) => updates > 20 && inserts > 2 && deletes > 2,
    { timeoutMs: 30_000 },
  );
  await sql.query('SELECT count(*) FROM django_session, pg_sleep(0.2)');
  await sql.query('CREATE TABLE old_sessions AS SELECT * FROM django_session');
  await sql.query('SELECT count(*) FROM old_sessions JOIN django_session USING (session_key)');
  await sql.query('DROP TABLE old_sessions');
  await sql.query('ANALYZE django_session');
  // The texts of new statements are read with every tenth reading of the details, and with the first one.
  await workbench.reload();
  await openLive(scene);
  await workbench.runCommand(OPEN);
  const shown = await workbench.waitFor(toggles, 'the statements', (texts) => texts.length > 5, { timeoutMs: 30_000 });
  for (const text of [
    UPDATE,
    /^SELECT … FROM django_session WHERE \(expire_date > \$1 AND session_key = \$2\) LIMIT/,
    /^INSERT INTO django_session \(session_key, session_data, expire_date\) VALUES \(\$1/,
    /^DELETE FROM django_session WHERE session_key IN \(\$1/,
  ])
    assert.ok(
      shown.some((one) => text.test(one)),
      `${String(text)} in ${shown.join('\n')}`,
    );
  assert.ok(!shown.some((one) => one.includes('session-monitor')), 'our own are left out');
  assert.equal(await head('total').getAttribute('aria-sort'), 'descending');
  const { rows } = await sql.query<{ calls: string; mean: number }>(
    "SELECT calls, mean_exec_time AS mean FROM pg_stat_statements WHERE query LIKE 'SELECT count(*) FROM django_session, pg_sleep%'",
  );
  const [calls, , share, mean, rowsPerCall] = await figures(SLOW);
  assert.deepEqual([calls, rowsPerCall], [rows[0]?.calls, '1']);
  assert.equal(mean, `${String(Math.round(rows[0]?.mean ?? 0))} ms`);
  assert.match(share ?? '', /^\d+(\.\d+)?%$/);
});

void test('sorts by a click on a column, and says so', async () => {
  await sort('mean').click();
  assert.equal(await head('mean').getAttribute('aria-sort'), 'descending');
  assert.equal(await head('total').getAttribute('aria-sort'), null);
  assert.match((await toggles())[0] ?? '', SLOW);
  assert.equal(await said(), 'Sorted by mean time, descending.');
  await sort('mean').click();
  assert.equal(await head('mean').getAttribute('aria-sort'), 'ascending');
  assert.match((await toggles()).at(-1) ?? '', SLOW);
  await sort('statement').click();
  const texts = await toggles();
  assert.deepEqual(texts, texts.toSorted());
});

void test('shows a statement whole, explains it without executing it, and copies both', async () => {
  await traffic.stop();
  const before = await countSessions(sql);
  await link(UPDATE, 'Explain').click();
  const text = await workbench.waitFor(
    () => plan(UPDATE),
    'the plan',
    (one) => one !== '',
  );
  assert.match(text, /^Update on django_session {2}\(cost=[\s\S]*Index Scan using django_session_/);
  assert.match(text, /session_key\)?\S* = \$3/);
  assert.doesNotMatch(text, /actual time/);
  assert.match(
    await statement(UPDATE).locator('.plan .note').innerText(),
    /^The generic plan: .*nothing was executed\.$/,
  );
  assert.match(
    await statement(UPDATE).locator('pre.sql').innerText(),
    /^UPDATE "django_session" SET "session_data" = \$1/,
  );
  assert.equal(await statement(UPDATE).locator('button.disclose').getAttribute('aria-expanded'), 'true');
  const copied = (what: string, fits: RegExp): Promise<string> =>
    workbench.waitFor(
      () => workbench.clipboard(),
      `${what} on the clipboard`,
      (one) => fits.test(one),
    );
  await statement(UPDATE).locator('vscode-button', { hasText: 'Copy plan' }).click();
  assert.equal(await copied('the plan', /^Update on/), text);
  await link(UPDATE, 'Copy').click();
  await copied('the statement', /^UPDATE "django_session" SET "session_data" = \$1, "expire_date" = \$2 WHERE/);
  await card().locator('vscode-button', { hasText: 'Copy table' }).click();
  const table = await copied('the table', /^statement\t/);
  assert.equal(table.split('\n').length, (await toggles()).length + 1);
  assert.deepEqual(await countSessions(sql), before);
});

void test('says below a statement why it can’t be explained', async () => {
  await link(GONE, 'Explain').click();
  const refused = statement(GONE).locator('.refused');
  const text = await workbench.waitFor(
    () => refused.innerText({ timeout: 2000 }),
    'the reason',
    (one) => one !== '',
  );
  assert.match(text, /^The statement could not be explained\. The server says: relation "old_sessions" does not exist/);
  assert.match(text, /a migration may have removed it/);
  await link(COMMAND, 'Explain').click();
  const command = await workbench.waitFor(
    () => statement(COMMAND).locator('.refused').innerText({ timeout: 2000 }),
    'the reason',
    (one) => one !== '',
  );
  assert.match(command, /ANALYZE is a command that has no plan: PostgreSQL plans SELECT, /);
});

void test('keeps the focus, the order, what is open and the plans when the next reading comes', async () => {
  await sort('calls').click();
  await link(UPDATE, 'Explain').focus();
  const [calls] = await figures(UPDATE);
  await traffic.start();
  await nextReading();
  await workbench.waitFor(
    () => figures(UPDATE),
    'more calls',
    ([now]) => now !== calls,
    { timeoutMs: 30_000 },
  );
  await traffic.stop();
  assert.equal(await focused(), 'Explain');
  assert.equal(await head('calls').getAttribute('aria-sort'), 'descending');
  assert.match(await plan(UPDATE), /^Update on/);
});

void test('can be used by keyboard alone', async () => {
  const { keyboard } = workbench.page;
  await sort('statement').focus();
  for (let i = 0; i < 4; i++) await keyboard.press('Tab');
  assert.equal(await focused(), 'Mean time');
  await keyboard.press('Enter');
  assert.equal(await head('mean').getAttribute('aria-sort'), 'descending');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  assert.match(await focused(), SLOW);
  await keyboard.press('Enter');
  assert.equal(await statement(SLOW).locator('pre.sql').isVisible(), true);
  await keyboard.press('Tab');
  assert.equal(await focused(), 'Copy');
  await keyboard.press('Tab');
  assert.equal(await focused(), 'Explain');
  await keyboard.press('Enter');
  await workbench.waitFor(
    () => plan(SLOW),
    'the plan',
    (text) => text.includes('Function Scan on pg_sleep'),
  );
  assert.equal(await focused(), 'Explain');
  await keyboard.press('Tab');
  await keyboard.press('Tab');
  assert.match(await focused(), /Function Scan on pg_sleep/, 'a plan wider than the page can be scrolled');
});

void test('opens a plan in an editor, and shows it again when it comes back', async () => {
  await statement(SLOW).locator('vscode-button', { hasText: 'Open in editor' }).click();
  await workbench.waitFor(
    () => workbench.page.locator('.monaco-editor .view-lines').first().innerText({ timeout: 2000 }),
    'the plan in an editor',
    (text) => /nothing.was.executed/.test(text) && text.includes('pg_sleep'),
  );
  await workbench.runCommand(OPEN);
  await workbench.waitFor(
    () => plan(SLOW),
    'the plan of before',
    (text) => text.includes('pg_sleep'),
    { timeoutMs: 30_000 },
  );
  assert.equal(await head('mean').getAttribute('aria-sort'), 'descending', 'sorted as it was');
  assert.match(await statement(COMMAND).locator('.refused').innerText(), /has no plan/, 'and why there was none');
  assert.equal(await said(), '', 'nothing of it is news');
});

void test('is clean and to be read in every theme, and in a page of 300 pixels', async () => {
  const inside = (): Promise<boolean> =>
    card()
      .locator('.scroll')
      .evaluate((element) => element.scrollWidth <= element.clientWidth);
  assert.equal(await inside(), true, 'seven columns have room');
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    await card().scrollIntoViewIfNeeded();
    await card().screenshot({ path: picture(theme) });
  }
  await workbench.setTheme('dark');
  await workbench.page.setViewportSize({ width: 640, height: 2400 });
  const tooWide = (): Promise<string[]> =>
    page(workbench)
      .locator('html')
      .evaluate((html) =>
        [...html.querySelectorAll('.statements *')]
          .filter((element) => element.getBoundingClientRect().right > html.clientWidth)
          .filter((element) => element.closest('pre') === null)
          .map((element) => element.outerHTML.slice(0, 80)),
      );
  await workbench.waitFor(tooWide, 'nothing beyond the page', (elements) => elements.length === 0);
  const width = await card().evaluate((element) => element.getBoundingClientRect().width);
  assert.ok(width < 330, `${String(width)} pixels`);
  assert.deepEqual(await seriousViolations(workbench), []);
  await card().screenshot({ path: picture('narrow') });
  await workbench.page.setViewportSize({ width: 1300, height: 1300 });
});

void test('a diagnosis by keyboard alone: asked, watched, reported beside, with what to do, kept and marked', async () => {
  await openLive(scene);
  await sql.query('CREATE TABLE stock (id int PRIMARY KEY, n int)');
  await sql.query('INSERT INTO stock VALUES (1, 0)');
  const clients = ['cron', 'web'].map((application_name) => {
    return new Client({ connectionString: scene.postgres.connectionString(DATABASE), application_name });
  });
  const [cron, web] = clients;
  assert.ok(cron !== undefined && web !== undefined);
  await Promise.all(clients.map((client) => client.connect()));
  await cron.query('BEGIN');
  await cron.query('UPDATE stock SET n = 1');
  const waiting = web.query('UPDATE stock SET n = 2');
  await workbench.runCommand('Django Sessions: Diagnose…');
  const asked = await workbench.quickInput.waitOpen('What is wrong?');
  assert.deepEqual(
    asked.items.map(({ label }) => label),
    [
      'High database load',
      'Session table growing rapidly',
      'Users getting logged out',
      'Connections running out',
      'Find out',
    ],
  );
  await workbench.quickInput.type('load');
  await workbench.quickInput.press('Enter');
  await workbench.page.locator('.tab.active[data-resource-name^="Diagnosis "]').waitFor({ timeout: 60_000 });
  await cron.query('ROLLBACK');
  await waiting;
  await Promise.all(clients.map((client) => client.end()));
  const lenses = await workbench.waitFor(
    () => workbench.codeLenses(),
    'its lenses',
    (all) => all.length > 0,
  );
  assert.match(lenses[0] ?? '', /^Save…[\s|]+Diagnose Again…$/);
  const report = workbench.page.locator('.editor-group-container.active .view-lines');
  const text = (await report.innerText()).replaceAll(/\s+/gu, ' ');
  assert.match(text, /^# Diagnosis of shop .* statements wait for locks that others hold \(explains .* ## Findings/u);
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    await workbench.page.screenshot({ path: picture(`diagnosis-${theme}`) });
  }
  const [told] = await allNotifications(scene);
  assert.match(told?.message ?? '', /^High database load: statements wait for locks that others hold \(explains/);
  await untilRow(scene, 'Diagnosis', /^Statements wait for locks/);
  await workbench.clearNotifications();
  await workbench.runCommand('View: Close All Editors in Group');
});

void test('says why there are none and what to do, for a role that may not see them and without the extension', async () => {
  await sql.query(`REVOKE pg_monitor FROM ${ROLE}`);
  const hidden = await workbench.waitFor(unknown, 'the reason', (text) => text.includes('hidden'), {
    timeoutMs: 30_000,
  });
  assert.match(
    hidden,
    /^The texts of \d+ statements of other roles are hidden from this one\. Let a superuser run: GRANT pg_read_all_stats TO shop;$/,
  );
  assert.deepEqual(await toggles(), []);
  assert.equal(await card().locator('table').isVisible(), false);
  await card().screenshot({ path: picture('unknown') });
  assert.deepEqual(await seriousViolations(workbench), []);
  await sql.query(`GRANT pg_monitor TO ${ROLE}`);
  await sql.query('DROP EXTENSION pg_stat_statements');
  const missing = await workbench.waitFor(unknown, 'another reason', (text) => text.includes('not created'), {
    timeoutMs: 30_000,
  });
  assert.match(missing, /Let a superuser run: CREATE EXTENSION pg_stat_statements; in this database\.$/);
  await untilRow(scene, 'Active', /\d/);
});

void test('leaves no error in the logs', async () => {
  await assertCleanLogs(scene);
});
