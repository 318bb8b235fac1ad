import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ROOT } from '../kit/node24.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import {
  card,
  cardButton,
  chooseRange,
  layoutShifts,
  OPEN,
  page,
  pixelsOf,
  seriousViolations,
  tile,
  toolbarButton,
  untilValue,
  valueOf,
} from './dashboardPage.ts';
import { assertCleanLogs, numberIn, openLive, ourLog, untilRow } from './look.ts';
import { addExpired, countSessions, DATABASE, openScene } from './scene.ts';
import { THEMES } from './themes.ts';

const scene = await openScene({
  workbench: { theme: 'dark', width: 1500, height: 1900 },
  vscode: {
    settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.detailIntervalSeconds': 10 },
  },
});
const traffic = new TrafficSimulator({
  connectionString: scene.postgres.connectionString(DATABASE),
  secretKey: SAMPLE_SECRET_KEY,
  savesPerMinute: 1200,
});
const { workbench } = scene;
after(async () => {
  await traffic.stop();
  await scene.stop();
});

/** The one line of an error that is provoked here. */
const REFUSAL =
  /^[-\d]+ [:.\d]+ \[error\] The dashboard failed: Heard what the host should not send: \{"type":"state","kind":"live","more":"<img src=x onerror=alert\(1\)>"\}$/;
const CHARTS = ['sessions', 'expired', 'saves', 'space', 'statements', 'connections', 'sizes', 'hot'];

const toolbar = (name: string): ReturnType<typeof toolbarButton> => toolbarButton(workbench, name);
const tableButton = (chart: string): ReturnType<typeof cardButton> =>
  cardButton(workbench, chart, /^Show .* as a table$/);
const tabs = (): Promise<number> => workbench.page.locator('.tab').filter({ hasText: 'Django Sessions' }).count();
const note = (): Promise<string> => page(workbench).locator('.range-note').innerText({ timeout: 2000 });
const tableRows = (chart: string): Promise<number> => card(workbench, chart).locator('tbody tr').count();
/** Errors of the page's own policy; VS Code's own about what is not on the net are none of ours. */
const refused = (): string[] => workbench.consoleErrors.filter((text) => /Content Security Policy/i.test(text));

/** The values that a chart's canvas was drawn from change with each reading: here, what its label says of it. */
const described = (chart: string): Promise<string> =>
  card(workbench, chart)
    .locator('.plot')
    .getAttribute('aria-label', { timeout: 2000 })
    .then((label) => label ?? '');

void test('opens from the title of the view, once, and shows the live figures of real traffic', async () => {
  await traffic.start();
  await openLive(scene);
  await workbench.clickViewAction('Open Dashboard');
  await untilValue(workbench, 'saves', 'writes.saves', (text) => numberIn(text.replace('/h', '')) > 10_000);
  await workbench.runCommand(OPEN);
  assert.equal(await tabs(), 1);
  for (const chart of CHARTS) {
    await workbench.waitFor(
      () => described(chart),
      `readings in ${chart}`,
      (label) => !label.includes('no readings'),
      {
        timeoutMs: 30_000,
      },
    );
  }
  const before = await described('saves');
  await workbench.waitFor(
    () => described('saves'),
    'the next reading',
    (label) => label !== before,
  );
  await workbench.waitFor(
    () => pixelsOf(workbench, 'saves', 'writes.updates'),
    'a curve',
    (pixels) => pixels > 5,
  );
});

void test('says what is watched, as what and whether it is live', async () => {
  const said = await page(workbench).locator('.banner').innerText();
  assert.match(said, / on 127\.0\.0\.1:\d+ · development · as \w+/);
  assert.match(said, /Live, read \d/);
});

void test('the first paint does not jump: the room of tiles and charts is there before their figures', async (t) => {
  await scene.vscode.inExtensionHost(async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  await workbench.runCommand(OPEN);
  await untilValue(workbench, 'sessions', 'sessions.total', /\d/);
  await workbench.waitFor(
    () => pixelsOf(workbench, 'saves', 'writes.saves'),
    'curves',
    (pixels) => pixels > 5,
  );
  const { moved, sources } = await layoutShifts(workbench);
  t.diagnostic(`layout shift ${moved.toFixed(4)}: ${sources.join('; ')}`);
  assert.ok(moved < 0.02, `${moved}: ${sources.join('; ')}`);
});

void test('says the numbers that SQL counts and the tree shows', async () => {
  await traffic.stop();
  const counts = await countSessions(scene.sql);
  for (const [series, label, count] of [
    ['sessions.total', 'Total', counts.total],
    ['sessions.active', 'Active', counts.active],
    ['sessions.expired', 'Expired', counts.expired],
  ] as const) {
    const text = await untilValue(workbench, 'sessions', series, (shown) => numberIn(shown) === count);
    assert.equal((await untilRow(scene, label, (row) => row.description === text)).description, text);
  }
  for (const [series, label] of [
    ['table.total', 'Total size'],
    ['table.index', 'Indexes'],
  ] as const) {
    const { description } = await untilRow(scene, label);
    await untilValue(workbench, 'sizes', series, (text) => text === description);
  }
  const expired = card(workbench, 'expired');
  assert.equal(await expired.locator('.note').innerText(), 'Alert above 1,000.');
});

void test('says how to get application metrics where there are none, without their charts', async () => {
  const section = page(workbench).locator('#application');
  assert.match(await section.innerText(), /No application metrics yet/);
  assert.equal(await section.locator('.card').filter({ visible: true }).count(), 0);
});

void test('has a table for each chart, by keyboard, and copies one with all points', async () => {
  const sessions = card(workbench, 'sessions');
  const toggle = tableButton('sessions');
  await toggle.focus();
  await workbench.page.keyboard.press('Enter');
  await workbench.waitFor(
    () => tableRows('sessions'),
    'rows of the table',
    (rows) => rows > 2,
  );
  assert.deepEqual(await sessions.locator('thead th').allInnerTexts(), ['Time', 'Total', 'Active', 'Expired']);
  const [cells = ''] = await sessions.locator('tbody tr').first().locator('td').allInnerTexts();
  assert.match(cells, /^[\d,]+/);
  // Who listens to the table is not taken out of it by the next reading: its cells stay, and their texts change.
  const newest = sessions.locator('tbody tr').first();
  const [time = ''] = await newest.locator('th').allInnerTexts();
  await newest.evaluate((row) => row.setAttribute('data-seen', ''));
  await workbench.waitFor(
    () => newest.locator('th').innerText(),
    'the next reading in the table',
    (text) => text !== time,
  );
  assert.equal(await newest.getAttribute('data-seen'), '');
  await cardButton(workbench, 'sessions', /^Copy /).click();
  const copied = await workbench.waitFor(
    () => workbench.clipboard(),
    'the table on the clipboard',
    (text) => text.startsWith('time\t'),
  );
  assert.match(copied, /^time\tTotal \(count\)\tActive \(count\)\tExpired \(count\)\n20\d\d-.*Z\t\d+\t\d+\t\d+/);
  await toolbar('Tables').click();
  for (const chart of CHARTS)
    await workbench.waitFor(
      () => tableRows(chart),
      `a table of ${chart}`,
      (rows) => rows > 0,
    );
  await toolbar('Tables').click();
  await workbench.waitFor(
    () => tableRows('sessions'),
    'no table',
    (rows) => rows === 0,
  );
});

void test('has a menu for each chart, which the keyboard opens too', async () => {
  const legend = card(workbench, 'sizes').locator('button[data-series="table.total"]');
  await legend.focus();
  await workbench.page.keyboard.press('Shift+F10');
  const menu = workbench.page.locator('.context-view .monaco-menu, .monaco-menu-container .monaco-menu').last();
  await menu.waitFor();
  assert.deepEqual(await menu.locator('.action-label').allInnerTexts(), [
    'Show or Hide Table of Chart',
    'Copy Chart as Table',
    'Save Chart as Picture…',
  ]);
  const pointed = async (): Promise<string> => {
    const [label = ''] = await menu.locator('.action-item.focused').allInnerTexts();
    // Some versions of VS Code begin with the first entry, others with none.
    if (!label.startsWith('Show or Hide')) await workbench.page.keyboard.press('ArrowDown');
    return label;
  };
  await workbench.waitFor(pointed, 'the first entry', (label) => label.startsWith('Show or Hide'));
  await workbench.page.keyboard.press('Enter');
  await workbench.waitFor(
    () => tableRows('sizes'),
    'the table',
    (rows) => rows > 0,
  );
  await card(workbench, 'sizes').locator('h3').click({ button: 'right' });
  await menu.waitFor();
  const copy = async (): Promise<boolean> => {
    if (await menu.isVisible()) await menu.getByText('Copy Chart as Table').click({ timeout: 1_000 });
    return menu.isVisible();
  };
  // Repeated, because a menu takes no click in its first tenth of a second.
  await workbench.waitFor(copy, 'the menu to close', (shown) => !shown);
  await workbench.waitFor(
    () => workbench.clipboard(),
    'the table on the clipboard',
    (text) => text.startsWith('time\tTotal size'),
  );
  await tableButton('sizes').click();
});

void test('zooms into what is dragged over, in all charts, shares the crosshair, and goes back by a double click', async () => {
  assert.match(await note(), /^Readings begin /);
  const over = card(workbench, 'sessions').locator('.u-over');
  const box = await over.boundingBox();
  assert.ok(box);
  const y = box.y + box.height / 2;
  const { mouse } = workbench.page;
  await mouse.move(box.x + box.width - 8, y);
  // Both at once: the next reading moves them.
  const times = (): Promise<string[]> =>
    page(workbench)
      .locator('body')
      .evaluate((body) =>
        ['sizes', 'sessions'].map(
          (chart) => body.querySelector(`.card[data-chart="${chart}"] .when`)?.textContent ?? '',
        ),
      );
  const [other, own] = await workbench.waitFor(times, 'the crosshair in another chart', ([text]) => text !== '');
  assert.equal(other, own);
  // All curves beside the crosshair, and only where the mouse is.
  assert.match(await card(workbench, 'sessions').locator('.point').innerText(), /Total\s+[\d,]+[^]*Active[^]*Expired/);
  assert.equal(await card(workbench, 'sizes').locator('.point').isVisible(), false);
  await mouse.down();
  await mouse.move(box.x + box.width / 2, y, { steps: 5 });
  await mouse.up();
  const zoomed = await workbench.waitFor(note, 'the range that was marked', (text) => text.includes('–'));
  for (const chart of CHARTS) assert.ok((await described(chart)).includes(zoomed.split('.')[0] ?? '?'), chart);
  // What stands still stays where it is when the next reading comes.
  const age = page(workbench).locator('.age');
  const read = await age.innerText();
  await workbench.waitFor(
    () => age.innerText(),
    'the next reading',
    (text) => text !== read,
  );
  assert.equal(await note(), zoomed);
  await over.dblclick();
  await workbench.waitFor(note, 'a live range', (text) => !text.includes('–'));
  for (const button of ['Zoom in', 'Zoom out', 'Earlier', 'Later', 'Back to now']) {
    if (button === 'Back to now') await toolbar('Earlier').click();
    await toolbar(button).click();
  }
  await workbench.waitFor(note, 'a live range', (text) => !text.includes('–'));
});

void test('says of long ranges that there are no readings that old', async () => {
  const options = await chooseRange(workbench, '1 year');
  assert.deepEqual(options.slice(0, 2), ['Automatic', '15 minutes']);
  assert.equal(options.at(-1), '1 year (no readings that old)');
  await workbench.waitFor(
    () => described('sessions'),
    'a year',
    (label) => /20\d\d.* – .*20\d\d/.test(label),
  );
  await chooseRange(workbench, '15 minutes');
});

void test('hides a curve that is clicked, and draws it again', async () => {
  const pixels = (): Promise<number> => pixelsOf(workbench, 'sizes', 'table.total');
  await workbench.waitFor(pixels, 'a curve', (count) => count > 5);
  const toggle = card(workbench, 'sizes').locator('button[data-series="table.total"]');
  await toggle.click();
  assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
  await workbench.waitFor(pixels, 'no curve', (count) => count <= 0);
  await toggle.click();
  await workbench.waitFor(pixels, 'the curve', (count) => count > 5);
});

void test('saves a chart as a picture', async () => {
  await cardButton(workbench, 'sessions', /^Save /).click();
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the question where to',
    (state) => state?.value.endsWith('sessions.png') === true,
  );
  await workbench.quickInput.accept();
  const picture = await workbench.waitFor(
    () => readFile(join(scene.folder, 'sessions.png')),
    'the picture',
    (bytes) => bytes.length > 1000,
  );
  assert.equal(picture.toString('latin1', 1, 4), 'PNG');
  // Width and height stand in the IHDR chunk: as large as the chart with its title and legend.
  assert.ok(picture.readUInt32BE(16) > 400 && picture.readUInt32BE(20) > 190);
  const pictures = join(ROOT, 'test-output', 'screenshots');
  await mkdir(pictures, { recursive: true });
  await copyFile(join(scene.folder, 'sessions.png'), join(pictures, 'dashboard-picture.png'));
});

void test('marks an alert that fires, says it, and offers what helps', async () => {
  await scene.vscode.updateSettings({ 'djangoSessionMonitor.alerts.expiredForSeconds': 1 });
  await addExpired(scene.sql, 1500);
  await untilValue(workbench, 'expired', 'sessions.expired', (text) => /1,|> /.test(text));
  const marks = card(workbench, 'expired').locator('.mark');
  await workbench.waitFor(
    () => marks.count(),
    'a mark',
    (count) => count > 0,
  );
  await marks.last().click();
  assert.match(await card(workbench, 'expired').locator('.said').innerText(), /Expired sessions pile up: /);
  await workbench.waitFor(
    () => card(workbench, 'expired').getAttribute('data-firing'),
    'the alert at the chart',
    (firing) => firing !== null,
  );
  // Its line says it.
  assert.equal(await card(workbench, 'expired').locator('.note').innerText(), '');
  const figure = tile(workbench, 'sessions.expired');
  assert.match(await figure.innerText(), /^Expired sessions\s+Alert\s+1,[\d,]+/);
  assert.equal(await figure.locator('.alert').isVisible(), true);
  await workbench.clearNotifications();
  await page(workbench).locator('.actions vscode-button').getByText('Clear Expired…').click();
  await workbench.waitFor(
    async () => (await workbench.modal()) !== undefined || (await workbench.quickInput.isOpen()),
    'the preview of the cleanup',
  );
  await workbench.page.keyboard.press('Escape');
});

void test('follows the theme at once, and axe finds nothing serious in any', async (t) => {
  await toolbar('Tables').click();
  const foreground = (): Promise<string> =>
    page(workbench)
      .locator('body')
      .evaluate((body) => getComputedStyle(body).color);
  let previous: string | undefined;
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    const seen = await workbench.waitFor(foreground, `the text of ${theme}`, (color) => color !== previous);
    previous = seen;
    await workbench.waitFor(
      () => pixelsOf(workbench, 'sessions', 'sessions.total'),
      `curves in ${theme}`,
      (count) => count > 5,
    );
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    t.diagnostic(`${theme}: text is ${seen}`);
  }
  await toolbar('Tables').click();
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    await workbench.waitFor(
      () => pixelsOf(workbench, 'saves', 'writes.updates'),
      `curves in ${theme}`,
      (count) => count > 5,
    );
    await workbench.screenshot(`dashboard-${theme}`);
  }
});

/** How many charts stand beside each other. */
const columns = (): Promise<number> =>
  page(workbench)
    .locator('#database')
    .evaluate(
      (section) =>
        new Set([...section.querySelectorAll('.card')].map((one) => Math.round(one.getBoundingClientRect().left))).size,
    );

void test('has three columns where there is room, and one in a narrow editor, which it fits', async () => {
  await workbench.setTheme('dark');
  await workbench.page.setViewportSize({ width: 1900, height: 1900 });
  await workbench.waitFor(columns, 'three columns', (count) => count === 3);
  await workbench.screenshot('dashboard-wide');
  await workbench.page.setViewportSize({ width: 640, height: 1900 });
  const tooWide = (): Promise<string[]> =>
    page(workbench)
      .locator('html')
      .evaluate((html) =>
        html.scrollWidth <= html.clientWidth
          ? []
          : [...html.querySelectorAll('main *')]
              .filter((element) => element.getBoundingClientRect().right > html.clientWidth)
              .map((element) => element.outerHTML.slice(0, 80)),
      );
  await workbench.waitFor(tooWide, 'no horizontal scrolling', (elements) => elements.length === 0);
  const widths = await Promise.all(
    ['sessions', 'hot'].map((chart) =>
      card(workbench, chart).evaluate((element) => {
        const canvas = element.querySelector('canvas')?.getBoundingClientRect();
        return (canvas?.right ?? Infinity) <= element.getBoundingClientRect().right;
      }),
    ),
  );
  assert.deepEqual(widths, [true, true]);
  assert.equal(await columns(), 1);
  await workbench.screenshot('dashboard-narrow');
  await workbench.page.setViewportSize({ width: 1500, height: 1900 });
});

void test('is at rest while hidden, and filled with what was read meanwhile when it shows again', async () => {
  await tableButton('sessions').click();
  await workbench.waitFor(
    () => tableRows('sessions'),
    'the table',
    (rows) => rows > 2,
  );
  await workbench.openFile('manage.py');
  await workbench.waitFor(
    () => workbench.page.locator('iframe.webview.ready').count(),
    'no page',
    (count) => count === 0,
  );
  await scene.sql.query('DELETE FROM django_session WHERE expire_date < now()');
  await untilRow(scene, 'Expired', /^0$/);
  await workbench.runCommand(OPEN);
  await untilValue(workbench, 'expired', 'sessions.expired', /^0$/);
  const label = await workbench.waitFor(
    () => described('expired'),
    'what was read before',
    (text) => text.includes('between 0 and 1,'),
  );
  assert.match(label, /Expired 0/);
  await workbench.waitFor(
    () => tableRows('sessions'),
    'the table that was shown',
    (rows) => rows > 2,
  );
});

void test('comes back after the window is loaded again, as it was', async () => {
  await workbench.reload();
  // VS Code itself may have kept the tab that was in front a moment before.
  await workbench.page.locator('.tab').filter({ hasText: 'Django Sessions' }).click();
  await untilValue(workbench, 'sessions', 'sessions.total', /\d/);
  await workbench.waitFor(
    () => tableRows('sessions'),
    'the table that was shown',
    (rows) => rows > 0,
  );
  assert.equal(await tabs(), 1);
  await tableButton('sessions').click();
});

void test('is still one when it is opened while VS Code has not handed over the one of before', async () => {
  await workbench.openFile('manage.py');
  await workbench.waitFor(
    () => workbench.page.locator('iframe.webview.ready').count(),
    'no page',
    (count) => count === 0,
  );
  await workbench.reload();
  // Not by the palette: a key may go to the page that VS Code is loading.
  await openLive(scene);
  await workbench.clickViewAction('Open Dashboard');
  await untilValue(workbench, 'sessions', 'sessions.total', /\d/);
  await workbench.waitFor(tabs, 'one tab', (count) => count === 1);
});

void test('refuses a message that it does not know, and says so in the log', async () => {
  await page(workbench)
    .locator('body')
    .evaluate(() => {
      window.postMessage({ type: 'state', kind: 'live', more: '<img src=x onerror=alert(1)>' }, '*');
    });
  await workbench.waitFor(
    () => ourLog(scene),
    'the refusal in the log',
    (log) => log.includes('Heard what the host should not send'),
  );
  await untilValue(workbench, 'sessions', 'sessions.total', /\d/);
});

void test('says that it is stale, with the figures of before and a way on', async () => {
  await openLive(scene);
  await traffic.stop();
  const shown = await valueOf(workbench, 'sessions', 'sessions.total');
  await scene.postgres.stop();
  const banner = page(workbench).locator('.banner');
  await workbench.waitFor(
    () => banner.getAttribute('data-kind'),
    'the stale state',
    (kind) => kind === 'stale',
    { timeoutMs: 60_000 },
  );
  assert.match(await banner.innerText(), /Stale since .*Stale/s);
  assert.equal(await valueOf(workbench, 'sessions', 'sessions.total'), shown);
  assert.ok((await banner.locator('vscode-button').allInnerTexts()).includes('Try again now'));
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    await workbench.screenshot(`dashboard-stale-${theme}`);
  }
});

void test('breaks no rule of its own policy, and leaves no error in the logs but what it was told to', async () => {
  assert.deepEqual(refused(), []);
  await assertCleanLogs(scene, REFUSAL);
});

// Last: what is refused is told in the console, where nothing else may be.
void test('runs no script but its own, and loads nothing from anywhere', async () => {
  const blocked = await page(workbench)
    .locator('body')
    .evaluate(async (body) => {
      const seen: string[] = [];
      const all = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          seen.push(effectiveDirective);
          if (seen.length === 4) resolve();
        });
      });
      const add = (name: string, ...properties: object[]): unknown =>
        body.appendChild(Object.assign(document.createElement(name), ...properties));
      add('script', { textContent: 'window.ran = true' });
      add('img', { src: 'https://127.0.0.1:1/pixel.png' });
      add('iframe', { src: 'https://127.0.0.1:1/' });
      await fetch('https://127.0.0.1:1/').catch(() => undefined);
      // What is not refused is never told.
      await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 5_000))]);
      return [...seen.sort(), 'ran' in window];
    });
  assert.deepEqual(blocked, ['connect-src', 'frame-src', 'img-src', 'script-src-elem', false]);
});
