import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { ROOT } from '../kit/node24.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { createSessionTable, fillSessions, TrafficSimulator } from '../kit/sessions.ts';
import { makeReport } from '../../src/reports/report.ts';
import { reportHtml } from '../../src/reports/reportHtml.ts';
import { fullDay } from '../unit/reports/fullDay.ts';
import { card, chooseRange, OPEN, page, seriousViolations, toolbarButton, untilValue } from './dashboardPage.ts';
import { query, storedAnnotations, storedReadings } from './historyFile.ts';
import { allNotifications, assertCleanLogs, openLive, untilRow } from './look.ts';
import { DATABASE, openScene, PASSWORD, ROLE } from './scene.ts';
import { THEMES } from './themes.ts';

/** What a cleanup has changed, by the medians before and after it, on the screen, as a table and in a report. */

const scene = await openScene({
  fill: { rows: 2000, expiredShare: 0.25 },
  workbench: { theme: 'dark', width: 1500, height: 1900 },
  vscode: {
    settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.hiddenIntervalSeconds': 1 },
  },
});
const traffic = new TrafficSimulator({
  connectionString: scene.postgres.connectionString(DATABASE),
  secretKey: SAMPLE_SECRET_KEY,
  savesPerMinute: 1200,
});
const { workbench, folder } = scene;
after(async () => {
  await traffic.stop();
  await scene.stop();
});

const SAVE_REPORT = 'Django Sessions: Save Report…';
const PICTURES = join(ROOT, 'test-output', 'screenshots');

const panel = (): ReturnType<ReturnType<typeof page>['locator']> => page(workbench).locator('#compare');
const toolbar = (name: string): ReturnType<typeof panel> => toolbarButton(workbench, name);
const input = (range: 'A' | 'B', end: 'From' | 'to'): ReturnType<typeof panel> =>
  panel().locator(`fieldset[data-range="${range}"] label`).filter({ hasText: end }).locator('input');
const cells = async (label: string): Promise<readonly string[]> =>
  panel()
    .locator('tbody tr')
    .filter({ has: page(workbench).locator(`th[scope="row"]:text-is("${label}")`) })
    .first()
    .locator('td')
    .allInnerTexts();

async function moreReadings(count: number): Promise<void> {
  const wanted = (await storedReadings(scene)).length + count;
  await workbench.waitFor(
    () => storedReadings(scene),
    `${count} more readings`,
    (all) => all.length >= wanted,
    { timeoutMs: 60_000 },
  );
}

/** By keyboard all the way: a click on a list may be repeated on a busy machine. */
async function run(title: string): Promise<void> {
  await workbench.page.keyboard.press('F1');
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the command palette',
    (state) => state?.value.startsWith('>') === true,
  );
  await workbench.quickInput.type(`>${title}`);
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    `the command ${title}`,
    (state) => state?.items[0]?.label === title,
  );
  await workbench.quickInput.accept();
}

/** Chooses the option of one of the panel's dropdowns. */
async function choose(dropdown: string, option: RegExp): Promise<void> {
  const control = panel().locator(`vscode-dropdown[aria-label="${dropdown}"]`);
  await control.click();
  await control.locator('vscode-option').filter({ hasText: option }).first().click();
}

/** Another editor in front of it: a hidden page is gone, and loaded anew when it shows again. */
async function hideDashboard(): Promise<void> {
  await scene.vscode.inExtensionHost(
    async (api, path) => {
      await api.window.showTextDocument(api.Uri.file(path));
    },
    join(folder, 'manage.py'),
  );
  await workbench.waitFor(
    () => workbench.page.locator('iframe.webview.ready').count(),
    'no page',
    (count) => count === 0,
  );
}

async function saveAs(path: string): Promise<void> {
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the question where to',
    (state) => /django-sessions.*\.html$/.test(state?.value ?? ''),
  );
  await workbench.quickInput.type(path);
  // Enter may first open the folder, where another was shown.
  const accepted = async (): Promise<boolean> => {
    if (await workbench.quickInput.isOpen()) await workbench.quickInput.accept();
    return !(await workbench.quickInput.isOpen());
  };
  await workbench.waitFor(accepted, `${path} to be taken`);
}

async function untilSaved(path: string): Promise<string> {
  return workbench.waitFor(
    () => readFile(path, 'utf8'),
    path,
    (text) => text.length > 1000,
    { timeoutMs: 60_000 },
  );
}

/** Colour of the canvas in the middle of a chart's height, at this part of its width. */
const pixel = (chart: string, part: number): Promise<string> =>
  card(workbench, chart)
    .locator('canvas')
    .evaluate((canvas, at) => {
      const element = canvas as HTMLCanvasElement;
      const over = element.parentElement?.querySelector('.u-over')?.getBoundingClientRect();
      const box = element.getBoundingClientRect();
      if (over === undefined) return 'no chart';
      const ratio = element.width / box.width;
      const x = (over.left - box.left + over.width * at) * ratio;
      // At the upper edge, where no curve comes: what moves there is the shade only.
      const y = (over.top - box.top + over.height * 0.02) * ratio;
      return String(element.getContext('2d')?.getImageData(Math.round(x), Math.round(y), 1, 1).data.join());
    }, part);

/** The median of stored readings, each as often as the whole seconds to the nearer of its neighbours. */
async function storedMedian(series: string, from: number, to: number): Promise<number> {
  const [{ id } = assert.fail('no series')] = await query<{ id: number }>(
    scene,
    `SELECT id FROM series WHERE name = '${series}'`,
  );
  const rows = await query<{ at: number; data: Uint8Array }>(
    scene,
    `SELECT at, data FROM reading WHERE at >= ${from} AND at < ${to} ORDER BY at`,
  );
  const all = rows.flatMap(({ at, data }, i) => {
    const value = new DataView(data.buffer, data.byteOffset).getFloat64((id - 1) * 8, true);
    const near = Math.min(at - (rows[i - 1]?.at ?? -Infinity), (rows[i + 1]?.at ?? Infinity) - at);
    return Number.isNaN(value) ? [] : new Array<number>(Math.max(1, Math.round(near / 1000))).fill(value);
  });
  all.sort((a, b) => a - b);
  const middle = all.length / 2;
  return ((all[Math.ceil(middle) - 1] ?? NaN) + (all[Math.floor(middle)] ?? NaN)) / 2;
}

async function copied(): Promise<readonly (readonly string[])[]> {
  await panel()
    .locator('vscode-button')
    .filter({ hasText: /^\s*Copy\s*$/ })
    .click();
  const text = await workbench.waitFor(
    () => workbench.clipboard(),
    'the comparison on the clipboard',
    (one) => one.startsWith('chart\tcurve'),
  );
  return text.split('\n').map((line) => line.split('\t'));
}

void test('compares the time before a cleanup with the time after it', async () => {
  await traffic.start();
  await openLive(scene);
  await workbench.clickViewAction('Open Dashboard');
  await untilValue(workbench, 'saves', 'writes.saves', /\d/);
  await moreReadings(12);
  await run('Django Sessions: Clear Expired Sessions…');
  const modal = await workbench.waitFor(
    () => workbench.modal(),
    'the preview',
    (one) => one !== undefined,
  );
  const clear = modal?.buttons.find((button) => /^(Clear|Delete)/.test(button));
  await workbench.clickModalButton(clear ?? assert.fail('no button'));
  await workbench.waitFor(
    () => storedAnnotations(scene),
    'the cleanup in the history',
    (all) => all.some(({ kind }) => kind === 'cleanup'),
  );
  await moreReadings(12);
  await workbench.clearNotifications();

  assert.equal(await panel().isVisible(), false);
  // One that does not grow while it is looked at.
  await chooseRange(workbench, '15 minutes');
  const toggle = toolbar('Compare');
  await toggle.focus();
  await workbench.page.keyboard.press('Enter');
  assert.match(await panel().locator('.compare-said').innerText(), /Choose two ranges/);
  await workbench.waitFor(
    () => panel().locator('vscode-dropdown').first().locator('vscode-option').allInnerTexts(),
    'the cleanup to choose',
    (texts) => texts.some((text) => text.includes('Cleanup')),
  );
  await choose('Length of each range', /15 minutes/);
  await choose('What happened in the shown range', /Cleanup/);
  const total = await workbench.waitFor(
    () => cells('Total'),
    'the comparison',
    (texts) => texts.length === 6,
  );
  assert.match(total.join(' '), /^[\d,]+ [\d,]+ −\d+ −\d+% too little data \d+ \/ \d+$/);
  const [before = NaN, after = NaN, difference = NaN, change = NaN] = total.map((text) =>
    Number(text.replaceAll(/[,%]/g, '').replace('−', '-')),
  );
  // A quarter of the sessions had expired, give or take what the filling draws by lot; visitors come and go meanwhile.
  assert.ok(Math.abs(before / 2000 - 1) < 0.05 && Math.abs(after / 1500 - 1) < 0.1, total.join(' '));
  // Medians of an even number of readings may be halves, which are rounded each for itself.
  assert.ok(Math.abs(difference - (after - before)) <= 1, total.join(' '));
  assert.ok(Math.abs(change - (100 * difference) / before) <= 0.5, total.join(' '));
  assert.match((await cells('Expired')).join(' '), /^(4|5)\d\d \d+ −(4|5)\d\d −\d+% too little data \d+ \/ \d+$/);
  const notes = await panel().locator('fieldset .note').allInnerTexts();
  assert.match(notes.join(' | '), /It has gaps: readings cover .*% of it.* \| It is not over yet\. It has gaps/);
});

void test('shades both ranges in all charts', async () => {
  for (const chart of ['expired', 'hot', 'connections']) {
    const shaded = await pixel(chart, 0.3);
    await toolbar('Compare').click();
    await workbench.waitFor(
      () => pixel(chart, 0.3),
      `${chart} without a shade`,
      (color) => color !== shaded,
    );
    await toolbar('Compare').click();
    await workbench.waitFor(
      () => pixel(chart, 0.3),
      `${chart} with its shade`,
      (color) => color === shaded,
    );
  }
});

void test('its medians are those of the stored readings, for ranges that are typed in', async () => {
  // The end of B is in the past, so that what is compared stands still.
  await panel().locator('vscode-button').filter({ hasText: 'Use shown range as after' }).click();
  const shownTo = await input('B', 'to').inputValue();
  const cleanup = await input('A', 'to').inputValue();
  assert.ok(shownTo >= cleanup, `${shownTo} ${cleanup}`);
  await input('B', 'From').fill(cleanup);
  await input('A', 'From').fill(`2020${cleanup.slice(4)}`);
  await workbench.waitFor(
    () => cells('Total'),
    'the comparison of what was typed',
    (texts) => texts.length === 6,
  );
  const [head = [], ...rows] = await copied();
  const iso = /\((\S+Z) to (\S+Z)\)/;
  const [, a0 = '', a1 = ''] = iso.exec(head[3] ?? '') ?? [];
  const [, b0 = '', b1 = ''] = iso.exec(head[4] ?? '') ?? [];
  assert.ok(Date.parse(b1) <= Date.now(), b1);
  for (const [label, series, factor] of [
    ['Total', 'sessions.total', 1],
    ['Expired', 'sessions.expired', 1],
    ['Saves', 'writes.saves', 60],
    ['Total size', 'table.total', 1],
    ['Used on the server', 'connections.used', 1],
  ] as const) {
    const row = rows.find((one) => one[1] === label);
    assert.ok(row, `${label} is not among ${rows.map((one) => one[1]).join()}`);
    const medians = [
      await storedMedian(series, Date.parse(a0), Date.parse(a1)),
      await storedMedian(series, Date.parse(b0), Date.parse(b1)),
    ].map((median) => Number((median * factor).toPrecision(12)));
    assert.deepEqual([Number(row[3]), Number(row[4])], medians, label);
  }
  await input('B', 'to').fill('2001-01-01T00:00:00');
  await workbench.waitFor(
    () => panel().locator('.compare-said').innerText(),
    'what is wrong',
    (text) => text.includes('The end of B has to lie after its beginning'),
  );
  await input('B', 'to').fill(shownTo);
  await workbench.waitFor(
    () => cells('Total'),
    'the comparison again',
    (texts) => texts.length === 6,
  );
});

void test('looks as it should in all themes and where there is little room, and axe finds nothing serious', async () => {
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    await workbench.screenshot(`compare-${theme}`);
  }
  await workbench.setTheme('dark');
  await workbench.page.setViewportSize({ width: 640, height: 1900 });
  try {
    const tooWide = (): Promise<string[]> =>
      panel().evaluate((element) =>
        [element, ...element.querySelectorAll('*')]
          .filter((one) => one.closest('.twin') === null || one.matches('.twin'))
          .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
          .map((one) => one.outerHTML.slice(0, 80)),
      );
    await workbench.waitFor(tooWide, 'room for all of it', (elements) => elements.length === 0);
    await workbench.screenshot('compare-narrow');
  } finally {
    await workbench.page.setViewportSize({ width: 1500, height: 1900 });
  }
});

void test('is as it was when the page was hidden and shows again', async () => {
  await hideDashboard();
  await run(OPEN);
  await workbench.waitFor(
    () => cells('Total'),
    'the comparison',
    (texts) => texts.length === 6,
  );
});

const htmlPath = join(folder, 'report.html');

/** Of A4, when it is printed as it says itself. */
async function pagesOf(path: string): Promise<number> {
  const reader = (await workbench.page.context().browser()?.newPage()) ?? assert.fail('no browser');
  try {
    await reader.goto(pathToFileURL(path).href);
    const pdf = await reader.pdf({ path: join(PICTURES, 'report-day.pdf'), preferCSSPageSize: true });
    return pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0;
  } finally {
    await reader.close();
  }
}

void test('saves a report as one HTML file, made for paper whatever the theme is', async () => {
  // Statements are read now and then: those before the visitors came are the test's own.
  await workbench.waitFor(
    () => page(workbench).locator('tr').filter({ hasText: 'UPDATE django_session' }).count(),
    'the statements of the visitors',
    (count) => count > 0,
    { timeoutMs: 60_000 },
  );
  await toolbar('Save report…').click();
  await saveAs(htmlPath);
  const html = await untilSaved(htmlPath);
  assert.ok(!html.includes(PASSWORD));
  assert.match(html, /Database: shop on 127\.0\.0\.1:\d+/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.startsWith('report')),
    ['report.html'],
    'nothing is left beside it',
  );
  const browser = workbench.page.context().browser();
  const reader = (await browser?.newPage({ viewport: { width: 1100, height: 900 } })) ?? assert.fail('no browser');
  try {
    const errors: string[] = [];
    reader.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await reader.goto(pathToFileURL(htmlPath).href);
    const pictures = await reader
      .locator('img')
      .evaluateAll((all) =>
        all.map((image) => ({ width: (image as HTMLImageElement).naturalWidth, alt: image.getAttribute('alt') })),
      );
    // What has not moved is told in a line, and which charts that are depends on the moment.
    const unchanged = await reader.locator('h2:text-is("Unchanged all the time") + ul > li').count();
    assert.ok(pictures.length >= 3 && pictures.length + unchanged >= 6, JSON.stringify([pictures, unchanged]));
    for (const { width, alt } of pictures)
      assert.ok(width > 700 && (alt ?? '').startsWith('Chart of '), `${alt} ${width}`);
    const headings = await reader.locator('h2').allInnerTexts();
    for (const heading of ['Summary', 'Before and after', 'What happened', 'Charts', 'Statements of the application'])
      assert.ok(headings.includes(heading), `${heading}: ${headings.join()}`);
    // Only what the application sends: the test has made the table and filled it.
    const statements = await reader.locator('tr', { hasText: 'django_session' }).allTextContents();
    assert.ok(statements.length > 0);
    for (const statement of statements) assert.match(statement, /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)/);
    // The comparison is that of the screen, and begins with its sentence.
    const row = reader.locator('tr').filter({ hasText: 'SessionsTotal' });
    assert.deepEqual((await row.first().locator('td').allInnerTexts()).slice(1), await cells('Total'));
    assert.ok(
      (await reader.locator('p').allInnerTexts()).includes(await panel().locator('.compare-sentence').innerText()),
    );
    // Though the editor is dark the pictures and the page are light, as wide as the page.
    const corners = await reader.locator('img').evaluateAll((all) => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d');
      return all.map((image) => {
        const { naturalHeight } = image as HTMLImageElement;
        context?.drawImage(image as HTMLImageElement, 0, 1 - naturalHeight);
        return context?.getImageData(0, 0, 1, 1).data.join();
      });
    });
    assert.deepEqual(new Set(corners), new Set(['255,255,255,255']));
    await reader.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await reader.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
    await reader.screenshot({ path: join(PICTURES, 'report.png'), fullPage: true });
    await reader.pdf({ path: join(PICTURES, 'report.pdf'), preferCSSPageSize: true });
    assert.deepEqual(errors, []);
  } finally {
    await reader.close();
  }
});

void test('saves a report as Markdown, which VS Code’s preview shows with its pictures', async () => {
  const path = join(folder, 'report.md');
  await hideDashboard();
  await workbench.clearNotifications();
  await run(SAVE_REPORT);
  await saveAs(path);
  const markdown = await untilSaved(path);
  assert.match(markdown, /^# Django sessions: /);
  assert.match(markdown, /\| Sessions \| Total \| /);
  // Those of charts that have moved.
  const drawn = markdown.match(/!\[Chart of /g)?.length ?? 0;
  assert.ok(drawn >= 3);
  await workbench.clickNotificationButton('Open', 'The report is saved as report.md.');
  const preview = workbench.webview();
  await workbench.waitFor(
    () =>
      preview
        .locator('img')
        .evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth), undefined),
    'the pictures of the preview',
    (widths) => widths.length === drawn && widths.every((width) => width > 700),
  );
  await workbench.screenshot('report-markdown-preview');
});

void test('without a dashboard it is opened, and the report is of the last day', async () => {
  await run('View: Close All Editors');
  await workbench.clearNotifications();
  await run(SAVE_REPORT);
  const path = join(folder, 'day.html');
  await saveAs(path);
  const html = await untilSaved(path);
  assert.match(html, /<img src="data:image\/png/);
  assert.match(html, /It has gaps: readings cover/);
  assert.ok((await pagesOf(path)) <= 2);
  const range = page(workbench).locator('.toolbar vscode-dropdown');
  await workbench.waitFor(
    () => range.evaluate((element) => (element as unknown as { value: string }).value),
    'the last day',
    (value) => value === '86400',
  );
});

void test('a day in which all happens is two pages, and no page break cuts a chart', async () => {
  const [, png = ''] = /base64,([^"]+)"/.exec(await readFile(join(folder, 'day.html'), 'utf8')) ?? [];
  const path = join(folder, 'full.html');
  await writeFile(path, reportHtml(makeReport(fullDay(png), { locale: 'en' })));
  assert.equal(await pagesOf(path), 2);
});

void test('tells what can’t be written, and leaves nothing half written', async () => {
  await workbench.clearNotifications();
  await run(SAVE_REPORT);
  await saveAs('/proc/report.html');
  await workbench.waitFor(
    () => allNotifications(scene),
    'why it was not written',
    (all) => all.some(({ message }) => message.includes('/proc/report.html could not be written')),
  );
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.part')),
    [],
  );
});

void test('without the git extension nothing is missing but the commits, and that is said', async () => {
  await workbench.clearNotifications();
  await workbench.runCommand('Django Sessions: Compare Before and After Commit…');
  await workbench.waitFor(
    () => allNotifications(scene),
    'what is missing',
    (all) => all.some(({ message }) => message.includes('There is no commit to compare with')),
  );
});

void test('the curves of another database are drawn beside those that are shown, dotted and named', async () => {
  const staging = await openStaging();
  try {
    await run(OPEN);
    await chooseRange(workbench, '15 minutes');
    if (!(await panel().isVisible())) await toolbar('Compare').click();
    const other = panel().locator('vscode-dropdown[aria-label="Another database"]');
    await workbench.waitFor(
      () => other.locator('vscode-option').allInnerTexts(),
      'the other database to choose',
      (texts) => texts.includes('Staging'),
      { timeoutMs: 60_000 },
    );
    await choose('Another database', /Staging/);
    const legend = card(workbench, 'sessions').locator('.legend');
    // As many as the table of the other one has, told from those of this one by dots and by its name.
    await workbench.waitFor(
      () => legend.innerText(),
      'its last value in the legend',
      (text) => /Total[^]* · Staging \(dotted\) 700\b/.test(text),
      { timeoutMs: 60_000 },
    );
    const drawing = card(workbench, 'sessions').locator('.plot');
    assert.match((await drawing.getAttribute('aria-label')) ?? '', /Total, Staging 700, between 700 and 700/);
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      assert.deepEqual(await seriousViolations(workbench), [], theme);
      await workbench.screenshot(`compare-databases-${theme}`);
    }
    await choose('Time of the other database', /a day before/);
    await workbench.waitFor(
      () => legend.innerText(),
      'nothing of the day before',
      (text) => text.includes('Staging (dotted) –'),
    );
    await choose('Another database', /None/);
    await workbench.waitFor(
      () => legend.innerText(),
      'its curves to go',
      (text) => !text.includes('Staging'),
    );
  } finally {
    await staging.end();
  }
});

/** A second database on the same server, watched beside the first. */
async function openStaging(): Promise<Client> {
  await scene.sql.query(`CREATE DATABASE staging OWNER ${ROLE}`);
  const client = new Client({ connectionString: scene.postgres.connectionString('staging') });
  client.on('error', () => undefined);
  await client.connect();
  await createSessionTable(client);
  await client.query(`ALTER TABLE django_session OWNER TO ${ROLE}`);
  await fillSessions(client, { rows: 700, expiredShare: 0.1, secretKey: SAMPLE_SECRET_KEY });
  const passfile = join(folder, 'passfile');
  const port = Number(new URL(scene.postgres.connectionString()).port);
  await writeFile(passfile, `127.0.0.1:${port}:staging:${ROLE}:${PASSWORD}\n`, { mode: 0o600 });
  const setting = { name: 'Staging', host: '127.0.0.1', port, database: 'staging', user: ROLE, options: { passfile } };
  await scene.vscode.inExtensionHost(async (api, value) => {
    await api.workspace
      .getConfiguration('djangoSessionMonitor')
      .update('connections', [value], api.ConfigurationTarget.Global);
  }, setting);
  await workbench.clearNotifications();
  await untilRow(scene, 'Databases', /^1 of 2 watched/);
  await run('Django Sessions: Choose Databases to Watch…');
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'both databases',
    (state) => state?.items.some(({ label }) => label === 'Staging') === true,
  );
  // A click on a row of such a list ticks it.
  await workbench.page.locator('.quick-input-widget .monaco-list-row', { hasText: 'Staging' }).click();
  await workbench.quickInput.accept();
  return client;
}

void test('leaves no error in the logs', async () => {
  await assertCleanLogs(scene);
});
