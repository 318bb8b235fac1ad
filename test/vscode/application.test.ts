import assert from 'node:assert/strict';
import http from 'node:http';
import { after, describe, it } from 'node:test';
import { addMetrics, EvenLoad, measuredStart } from '../services/applicationProject.ts';
import { apart, serve } from '../services/applicationSupport.ts';
import { skipWithout } from '../kit/apt.ts';
import { startPrometheus } from '../kit/prometheus.ts';
import { BAD_ANSWERS } from './applicationAnswers.ts';
import {
  about,
  buttonsOf,
  cardsShown,
  FIGURE_IDS,
  figuresShown,
  MIX,
  pressed,
  promqlFigures,
  untilAbout,
  untilFigures,
} from './applicationPage.ts';
import { card, cardButton, OPEN, page, seriousViolations, untilValue, valueOf } from './dashboardPage.ts';
import { assertCleanLogs, findRow, openLive, ourLog, untilRow } from './look.ts';
import { openScene } from './scene.ts';
import { THEMES } from './themes.ts';

/**
 * The application metrics as a person meets them: real Django under gunicorn with two workers, read by the extension and by a
 * real Prometheus at once.
 */

const skip = (await skipWithout('debianDjango', 'gunicorn', 'djangoPrometheus', 'prometheus', 'promtool')) ?? false;
const PER_SECOND = 40;
const PREFIX = 'djangoSessionMonitor.application.';
/** Intervals between readings of Prometheus, a second each, that both have in their window. */
const INTERVALS = 15;
/** For so long it is compared until all figures of one moment agree: a stall of the machine between two readings is no error. */
const COMPARE_MS = 90_000;
const USER = 'reader';
const SECRET = 'Metrics-secret-0815';

describe('the application metrics in VS Code', { skip }, async () => {
  if (skip !== false) return;
  const scene = await openScene({
    prepare: addMetrics,
    workbench: { theme: 'dark', width: 1500, height: 1900 },
    vscode: {
      settings: {
        'djangoSessionMonitor.intervalSeconds': 1,
        [`${PREFIX}windowSeconds`]: INTERVALS,
        [`${PREFIX}prometheusWindowSeconds`]: INTERVALS + 1,
        [`${PREFIX}timeoutSeconds`]: 2,
      },
    },
  });
  const { workbench } = scene;
  const start = await measuredStart(scene.folder);
  let django = await start();
  const address = new URL('metrics', django.url);
  const load = new EvenLoad(django.url, MIX, PER_SECOND);
  let prometheus = await startPrometheus({ jobs: { shop: [address] } });
  after(async () => {
    await load.stop();
    await prometheus.stop();
    await django.stop();
    await scene.stop();
  });
  const set = (settings: Record<string, unknown>): Promise<void> =>
    scene.vscode.updateSettings(
      Object.fromEntries(Object.entries(settings).map(([key, value]) => [PREFIX + key, value])),
    );

  it('say what to do where none are set up, and take no place in the tree', async () => {
    await openLive(scene);
    assert.equal(await findRow(scene, 'Application'), undefined);
    await workbench.runCommand(OPEN);
    await untilAbout(workbench, /No application metrics yet/u);
    await about(workbench).getByText('Set up…', { exact: true }).click();
    await untilAbout(workbench, /No application metrics yet.*PrometheusBeforeMiddleware.*metricsUrl/su);
    assert.equal(await cardsShown(workbench), 0);
    await about(workbench).locator('.steps vscode-button').nth(1).click();
    await workbench.waitFor(
      () => workbench.clipboard(),
      'the lines on the clipboard',
      (text) => /PrometheusBeforeMiddleware.*\n.*PrometheusAfterMiddleware/u.test(text),
    );
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await about(workbench).scrollIntoViewIfNeeded();
      assert.deepEqual(await seriousViolations(workbench), [], theme);
      await workbench.screenshot(`application-advice-${theme}`);
    }
    await workbench.setTheme('dark');
    await pressed(workbench, 'Open settings');
    await workbench.page.locator('.settings-editor').getByText('Metrics Url').first().waitFor();
    // VS Code may show them over the editors.
    await workbench.page.keyboard.press('Escape');
    await workbench.page.locator('.monaco-modal-editor-block').waitFor({ state: 'detached' });
    await workbench.page.locator('.tab').filter({ hasText: 'Django Sessions' }).click();
    await untilAbout(workbench, /No application metrics yet/u);
  });

  it('agree on the screen with histogram_quantile and rate of Prometheus to 1 %', async (t) => {
    await set({ metricsUrl: address.href });
    await untilAbout(workbench, new RegExp(`From ${address.href}`, 'u'));
    await untilFigures(workbench);
    assert.equal(await cardsShown(workbench), 4);
    let rows: { id: string; ours: number; theirs: number }[] = [];
    const agree = async (): Promise<boolean> => {
      const ours = await figuresShown(workbench);
      const theirs = await promqlFigures(prometheus.url, INTERVALS + 1);
      rows = FIGURE_IDS.map((id) => ({ id, ours: ours[id], theirs: theirs[id] }));
      return rows.every((row) => apart(row.ours, row.theirs) <= 0.01);
    };
    // The windows have to be full, which they are after as many readings.
    const full = async (): Promise<boolean> =>
      apart((await promqlFigures(prometheus.url, INTERVALS + 1)).errors, PER_SECOND / 4) < 0.03;
    await workbench.waitFor(full, 'a full window', Boolean, { timeoutMs: 60_000 });
    let compared = 0;
    const end = Date.now() + COMPARE_MS;
    await workbench.waitFor(
      () => (compared++, agree()),
      'figures that agree',
      (agrees) => agrees || Date.now() > end,
      { timeoutMs: 2 * COMPARE_MS },
    );
    for (const { id, ours, theirs } of rows)
      t.diagnostic(`${id}: ${ours} and ${theirs.toFixed(4)}, ${(apart(ours, theirs) * 100).toFixed(2)} % apart`);
    t.diagnostic(`after ${compared} comparisons`);
    for (const { id, ours, theirs } of rows) assert.ok(apart(ours, theirs) <= 0.01, `${id}: ${ours} and ${theirs}`);
    assert.equal(load.failed, 0);
  });

  it('stand in the tree with the same figures, and in every theme', async () => {
    await untilRow(scene, 'Application', /ms p95, [\d.]+\/s, [\d.]+% errors/u);
    await workbench.tree().expand('Application');
    for (const label of ['Median', 'p95', 'p99']) await untilRow(scene, label, /^(?:≈ )?[\d.]+ ms$/u);
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await card(workbench, 'errorShare').scrollIntoViewIfNeeded();
      assert.deepEqual(await seriousViolations(workbench), [], theme);
      await workbench.screenshot(`application-${theme}`);
    }
    await workbench.setTheme('dark');
    await workbench.page.setViewportSize({ width: 700, height: 1200 });
    await card(workbench, 'responseTimes').scrollIntoViewIfNeeded();
    await workbench.screenshot('application-narrow');
    await workbench.page.setViewportSize({ width: 1500, height: 1900 });
  });

  it('tell that the application is gone, and go on after its restart with a gap and no negative rate', async () => {
    await django.stop();
    await untilAbout(workbench, /Nothing listens on port \d+ of 127\.0\.0\.1\. Start it/u);
    await untilRow(scene, 'No application metrics', /Nothing listens/u, 60_000);
    for (const id of FIGURE_IDS) await untilValue(workbench, chartOf(id), `application.${id}`, /^unknown$/u);
    await untilValue(workbench, 'sessions', 'sessions.total', /\d/u);
    assert.ok((await buttonsOf(workbench)).includes('Try again now'));
    assert.ok(!(await buttonsOf(workbench)).includes('Store credentials…'));
    await card(workbench, 'errorShare').scrollIntoViewIfNeeded();
    await workbench.screenshot('application-gone-dark');
    const told = (await ourLog(scene)).split('\n').filter((line) => line.includes('Nothing listens on port'));
    assert.equal(told.length, 1, 'once, not at each attempt');

    django = await start();
    await untilFigures(workbench);
    await untilAbout(workbench, (text) => !text.includes('Nothing listens'));
    await cardButton(workbench, 'requests', /^Copy /).click();
    const copied = await workbench.waitFor(
      () => workbench.clipboard(),
      'the table on the clipboard',
      (text) => text.startsWith('time\t'),
    );
    const rates = copied
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t')[1] ?? '');
    assert.match(rates.map((rate) => (rate === '' ? '-' : 'x')).join(''), /x-+x/u);
    for (const rate of rates) assert.ok(rate === '' || (Number(rate) >= 0 && Number(rate) < 20 * PER_SECOND), rate);
    await workbench.screenshot('application-gap-dark');
  });

  it('ask for credentials by a button, refuse the wrong ones, and show figures with the right ones', async (t) => {
    const wanted = `Basic ${Buffer.from(`${USER}:${SECRET}`).toString('base64')}`;
    const proxy = await serve((request, response) => {
      if (request.headers.authorization !== wanted) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="metrics"' }).end('no');
        return;
      }
      http
        .get(address, (metrics) => {
          response.writeHead(200, { 'content-type': metrics.headers['content-type'] ?? '' });
          metrics.pipe(response);
        })
        .on('error', () => response.destroy());
    });
    t.after(() => proxy.close());
    await set({ metricsUrl: `${proxy.url}/metrics`, prometheusUrl: prometheus.url });
    await untilAbout(workbench, /wants a user name and a password \(401\), and none is stored/u);
    await storeBasic('wrong-4711');
    await untilAbout(workbench, /The server refused the credentials \(401\)/u);
    await workbench.screenshot('application-refused-dark');
    const asked = proxy.requests.length;
    await storeBasic(SECRET);
    await untilFigures(workbench);
    assert.ok(proxy.requests.length > asked);
    const logs = await scene.vscode.logs();
    for (const secret of [SECRET, 'wrong-4711', wanted]) assert.ok(!logs.includes(secret));
    await workbench.runCommand('Django Sessions: Remove Credentials for Application Metrics…');
    await workbench.quickInput.waitOpen('Remove which credentials?');
    await chosen('The application’s metrics');
    await untilAbout(workbench, /none is stored/u);
  });

  /** By keyboard: a slow click may be answered by the next question. */
  const chosen = async (label: string): Promise<void> => {
    const { quickInput } = workbench;
    await quickInput.type(label);
    await workbench.waitFor(
      () => quickInput.state(),
      `only ${label}`,
      (state) => state?.items.length === 1 && state.items[0]?.label === label,
    );
    await quickInput.accept();
  };

  const storeBasic = async (password: string): Promise<void> => {
    await pressed(workbench, 'Store credentials…');
    const { quickInput } = workbench;
    await quickInput.waitOpen('Which server are they for?');
    await chosen('The application’s metrics');
    await quickInput.waitOpen(/What does http/u);
    await chosen('User name and password');
    await quickInput.waitOpen(/User name at http/u);
    await quickInput.type(USER);
    await quickInput.accept();
    const { inputType } = await quickInput.waitOpen(/Password for http/u);
    assert.equal(inputType, 'password');
    await quickInput.type(password);
    await quickInput.accept();
  };

  it('come from Prometheus where no /metrics is set, and say that it is lost', async () => {
    await set({ metricsUrl: '', prometheusUrl: prometheus.url });
    await untilAbout(workbench, new RegExp(`From ${prometheus.url}`, 'u'));
    await untilFigures(workbench);
    const { port } = prometheus;
    await prometheus.stop();
    await untilAbout(workbench, new RegExp(`Nothing listens on port ${port}`, 'u'));
    const total = await valueOf(workbench, 'sessions', 'sessions.total');
    assert.match(total, /\d/u);
    prometheus = await startPrometheus({ jobs: { shop: [address] }, port });
    await untilFigures(workbench);
    await untilAbout(workbench, (text) => !text.includes('Nothing listens'));
  });

  for (const { what, says, answer, tls } of BAD_ANSWERS) {
    it(`say of ${what} what is wrong, and monitoring goes on`, async (t) => {
      const bad = await serve(answer, await tls?.(t));
      t.after(() => bad.close());
      await set({ metricsUrl: `${bad.url}/metrics`, prometheusUrl: '' });
      await untilAbout(workbench, says);
      const readAt = (): Promise<string> => page(workbench).locator('.banner .age').innerText();
      const before = await readAt();
      await workbench.waitFor(readAt, 'the next reading', (at) => at !== before);
      if (what === 'a page of HTML') await workbench.screenshot('application-html-dark');
    });
  }

  it('leave no error in the logs', async () => {
    await set({ metricsUrl: '' });
    await untilAbout(workbench, /No application metrics yet/u);
    await assertCleanLogs(scene);
  });
});

function chartOf(id: string): string {
  return id.startsWith('p') ? 'responseTimes' : id;
}
