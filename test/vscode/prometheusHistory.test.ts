import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { skipWithout } from '../kit/apt.ts';
import { SESSIONS, startPostgresExporter, TABLES } from '../kit/postgresExporter.ts';
import { startPrometheus, type TestPrometheus } from '../kit/prometheus.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import { StallingProxy } from '../kit/stallingProxy.ts';
import { card, chooseRange, OPEN, pixelsOf, seriousViolations, untilValue } from './dashboardPage.ts';
import { allNotifications, assertCleanLogs, openLive } from './look.ts';
import { countSessions, DATABASE, openScene } from './scene.ts';
import { THEMES } from './themes.ts';

/** The history of a real Prometheus, which reads a real postgres_exporter, in the charts of the real dashboard. */

const skip = (await skipWithout('prometheus', 'promtool', 'postgresExporter')) ?? false;
const PREFIX = 'djangoSessionMonitor.';
const DAY = 24 * 3600;
/** What the charts are asked of, which nothing else asks. */
const QUESTION = '/api/v1/query_range';
/** Bytes that the table had all of last week, which this editor has not seen. */
const BEFORE = 50 * 1024 * 1024;

if (skip === false) {
  const scene = await openScene({
    workbench: { theme: 'dark', width: 1500, height: 1900 },
    vscode: {
      settings: {
        [`${PREFIX}intervalSeconds`]: 1,
        [`${PREFIX}application.prometheusWindowSeconds`]: 4,
        [`${PREFIX}application.timeoutSeconds`]: 3,
      },
    },
  });
  const { workbench } = scene;
  const exporter = await startPostgresExporter(scene.postgres.connectionString(DATABASE), {
    pg_stat_user_tables: TABLES,
    shop_sessions: SESSIONS,
  });
  const traffic = new TrafficSimulator({
    connectionString: scene.postgres.connectionString(DATABASE),
    secretKey: SAMPLE_SECRET_KEY,
    savesPerMinute: 1200,
  });
  await traffic.start();
  const lastWeek = Math.floor(Date.now() / 1000) - 7 * DAY;
  const past = Array.from({ length: 6 * 144 }, (_, i) => lastWeek + DAY / 2 + i * 600).map(
    (at) =>
      `pg_stat_user_tables_size_bytes{job="postgres",instance="${exporter.url.host}",datname="${DATABASE}",schemaname="public",relname="django_session"} ${BEFORE} ${at}`,
  );
  const start = (port?: number): Promise<TestPrometheus> =>
    startPrometheus({
      jobs: { postgres: [exporter.url] },
      past: past.join('\n'),
      ...(port === undefined ? {} : { port }),
    });
  let prometheus = await start();
  after(async () => {
    await traffic.stop();
    await prometheus.stop();
    await exporter.stop();
    await scene.stop();
  });

  const note = (chart: string): Promise<string> =>
    card(workbench, chart).locator('.note').innerText({ timeout: 10_000 });
  const untilNote = (chart: string, fits: RegExp): Promise<string> =>
    workbench.waitFor(
      () => note(chart),
      `the note ${String(fits)} under ${chart}`,
      (text) => fits.test(text),
      { timeoutMs: 60_000 },
    );
  const described = (chart: string): Promise<string> =>
    card(workbench, chart)
      .locator('.plot')
      .getAttribute('aria-label', { timeout: 10_000 })
      .then((label) => label ?? '');
  const isOld = (chart: string): Promise<boolean> =>
    card(workbench, chart).evaluate((element) => element.hasAttribute('data-old'));
  const pictures = async (name: string): Promise<void> => {
    for (const theme of THEMES) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`prometheus-history-${name}-${theme}`);
    }
    await workbench.setTheme('dark');
  };

  void test('the charts say nothing of where they come from while that is this editor', async () => {
    await openLive(scene);
    await workbench.runCommand(OPEN);
    await untilValue(workbench, 'saves', 'writes.saves', /\d/);
    for (const chart of ['saves', 'hot', 'space']) assert.doesNotMatch(await note(chart), /history|Prometheus/);
  });

  void test('what Prometheus has comes from it, and the other charts say that they stay', async () => {
    await scene.vscode.updateSettings({
      [`${PREFIX}application.prometheusUrl`]: prometheus.url,
      [`${PREFIX}history.source`]: 'prometheus',
    });
    await untilNote('saves', /From Prometheus\.$/);
    await untilNote('sizes', /From Prometheus, which has no Heap, TOAST\.$/);
    await untilNote('connections', /From Prometheus\.$/);
    for (const chart of ['sessions', 'space', 'statements'])
      await untilNote(chart, /From this editor’s history: Prometheus has none of these figures\.$/);
    for (const [chart, series] of [
      ['saves', 'writes.updates'],
      ['sizes', 'table.total'],
      ['sessions', 'sessions.total'],
    ] as const)
      await workbench.waitFor(
        () => pixelsOf(workbench, chart, series),
        `a curve of ${series}`,
        (count) => count > 5,
      );
  });

  void test('a range longer than this editor knows is filled by Prometheus, and goes on', async () => {
    const options = await chooseRange(workbench, '7 days');
    assert.ok(!options.some((option) => option.includes('no readings that old')), options.join());
    const label = await workbench.waitFor(
      () => described('sizes'),
      'the size of last week',
      (text) => /and (?:50|52\.4)\.?\d* MB/.test(text),
    );
    assert.match(label, /Total size [\d.,]+ [kM]B, between/);
    await pictures('week');
    await chooseRange(workbench, '15 minutes');
    const before = await described('saves');
    // Of this range Prometheus is asked again by and by, without anybody doing anything.
    await workbench.waitFor(
      () => described('saves'),
      'newer figures of Prometheus',
      (text) => text !== before && /Saves [\d,]+/.test(text),
      { timeoutMs: 60_000 },
    );
  });

  void test('a query of one’s own brings what the exporter does not publish', async () => {
    await scene.vscode.updateSettings({
      [`${PREFIX}history.prometheusQueries`]: { 'sessions.total': 'shop_sessions_total' },
    });
    await untilNote('sessions', /From Prometheus, which has no Active, Expired\.$/);
    await traffic.stop();
    const { total } = await countSessions(scene.sql);
    await workbench.waitFor(
      () => described('sessions'),
      `${total} sessions by Prometheus`,
      (text) => text.includes(`Total ${total.toLocaleString('en')},`),
      { timeoutMs: 60_000 },
    );
    await traffic.start();
  });

  void test('a lost Prometheus is told with what to do; its curves stay, and the other charts go on', async () => {
    await prometheus.stop();
    const told = await untilNote('saves', /Cannot query Prometheus at http:\/\/127\.0\.0\.1:\d+: /);
    assert.match(told, /Nothing listens on port \d+ of 127\.0\.0\.1\. Start it, .* The curves end /);
    assert.deepEqual([await isOld('saves'), await isOld('space')], [true, false]);
    // The curve on top: where nearly all saves are updates, hardly a pixel of the one below it is to be seen.
    await workbench.waitFor(
      () => pixelsOf(workbench, 'saves', 'writes.updates'),
      'the curve of before',
      (count) => count > 5,
    );
    const before = await described('space');
    await workbench.waitFor(
      () => described('space'),
      'the next reading',
      (text) => text !== before,
      { timeoutMs: 30_000 },
    );
    assert.match(await note('space'), /From this editor’s history/);
    assert.deepEqual(await seriousViolations(workbench), []);
    await pictures('lost');
    await workbench.page.setViewportSize({ width: 640, height: 1900 });
    await workbench.screenshot('prometheus-history-lost-narrow');
    await workbench.page.setViewportSize({ width: 1500, height: 1900 });
  });

  void test('a Prometheus that is back is used again by itself', async () => {
    prometheus = await start(prometheus.port);
    await untilNote('saves', /From Prometheus\.$/);
    await workbench.waitFor(
      () => isOld('saves'),
      'curves of now',
      (old) => !old,
    );
  });

  void test('closing the dashboard ends what it is waiting for, without a word', async () => {
    const proxy = await StallingProxy.start(prometheus.port);
    try {
      proxy.hold();
      const asked = proxy.seen(QUESTION);
      await scene.vscode.updateSettings({
        [`${PREFIX}application.timeoutSeconds`]: 600,
        [`${PREFIX}application.prometheusUrl`]: `http://127.0.0.1:${proxy.port}`,
      });
      await asked;
      await workbench.runCommand('View: Close All Editors');
      await workbench.waitFor(
        () => proxy.waiting(QUESTION),
        'nobody to wait for Prometheus',
        (waiting) => waiting === 0,
      );
    } finally {
      await proxy.stop();
    }
    await scene.vscode.updateSettings({
      [`${PREFIX}application.timeoutSeconds`]: 3,
      [`${PREFIX}application.prometheusUrl`]: prometheus.url,
    });
    await workbench.runCommand(OPEN);
    await untilNote('saves', /From Prometheus\.$/);
    const texts = (await allNotifications(scene)).map(({ message }) => message);
    assert.deepEqual(
      texts.filter((text) => text.includes('unexpected')),
      [],
    );
    await workbench.clearNotifications();
  });

  void test('with the history of this editor chosen again, only what it is not told stays with Prometheus', async () => {
    await scene.vscode.updateSettings({ [`${PREFIX}history.source`]: 'store' });
    for (const chart of ['saves', 'sizes', 'connections'])
      await workbench.waitFor(
        () => note(chart),
        `no note under ${chart}`,
        (text) => !/Prometheus|history/.test(text),
        { timeoutMs: 30_000 },
      );
    await untilNote('requests', /Prometheus/);
  });

  void test('no error is in the logs but what was told', async () => {
    await assertCleanLogs(scene);
  });
} else {
  void test('the history of Prometheus in the dashboard', { skip }, () => undefined);
}
