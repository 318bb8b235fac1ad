import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import { card, page, seriousViolations, untilValue } from './dashboardPage.ts';
import { assertCleanLogs, numberIn, openLive } from './look.ts';
import { countSessions, DATABASE, openScene } from './scene.ts';
import { THEMES } from './themes.ts';

/** A few charts in the panel, and beside the tree. */

const scene = await openScene({
  workbench: { theme: 'dark' },
  vscode: { settings: { 'djangoSessionMonitor.intervalSeconds': 1 } },
});
const { workbench } = scene;
const traffic = new TrafficSimulator({
  connectionString: scene.postgres.connectionString(DATABASE),
  secretKey: SAMPLE_SECRET_KEY,
  savesPerMinute: 1200,
});
after(async () => {
  await traffic.stop();
  await scene.stop();
});

const FOCUS = 'Django Sessions: Focus on Charts View';

void test('shows live charts in the panel', async () => {
  await traffic.start();
  await openLive(scene);
  await workbench.runCommand(FOCUS);
  await untilValue(workbench, 'saves', 'writes.saves', (text) => numberIn(text.replace('/h', '')) > 10_000);
  assert.deepEqual(
    await page(workbench)
      .locator('.card')
      .filter({ visible: true })
      .evaluateAll((cards) => cards.map((one) => one.getAttribute('data-chart'))),
    // As many as there is room for beside each other.
    ['sessions', 'saves', 'connections'],
  );
  const used = await page(workbench)
    .locator('main')
    .evaluate((main) => {
      const charts = [...main.querySelectorAll('.plot canvas')].map((chart) => chart.getBoundingClientRect());
      return {
        scrolls: main.scrollHeight > innerHeight,
        height: Math.max(...charts.map(({ bottom }) => bottom)) / innerHeight,
      };
    });
  assert.ok(
    !used.scrolls && used.height > 0.9 && used.height <= 1,
    `the charts use the height: ${JSON.stringify(used)}`,
  );
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    await workbench.screenshot(`compact-panel-${theme}`);
  }
});

void test('says what SQL counts', async () => {
  await traffic.stop();
  const { total } = await countSessions(scene.sql);
  await untilValue(workbench, 'sessions', 'sessions.total', (text) => numberIn(text) === total);
});

void test('leads to the whole dashboard', async () => {
  await page(workbench).locator('.actions vscode-button').getByText('Open Dashboard', { exact: true }).click();
  await workbench.waitFor(
    () => workbench.activeTabLabel(),
    'the tab of the dashboard',
    (label) => label.startsWith('Django Sessions'),
  );
  // Two pages are there until it is closed, and the keys go to the new one.
  await scene.vscode.inExtensionHost(async (vscode) => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  await workbench.waitFor(
    () => workbench.page.locator('iframe.webview.ready').count(),
    'one page to be left',
    (count) => count === 1,
  );
});

void test('stands beside the tree, in a narrow side bar too', async () => {
  await scene.vscode.inExtensionHost(async (vscode) => {
    await vscode.commands.executeCommand('vscode.moveViews', {
      viewIds: ['djangoSessionMonitor.charts'],
      destinationId: 'workbench.view.extension.djangoSessionMonitor',
    });
    await vscode.commands.executeCommand('djangoSessionMonitor.charts.focus');
  });
  await workbench.waitFor(
    () => workbench.page.locator('.part.sidebar').getByText('Charts').count(),
    'the view to be in the side bar',
    (count) => count > 0,
  );
  const { total } = await countSessions(scene.sql);
  await untilValue(workbench, 'sessions', 'sessions.total', (text) => numberIn(text) === total);
  const wide = await card(workbench, 'sessions').evaluate((element) => {
    const { documentElement } = element.ownerDocument;
    return documentElement.scrollWidth - documentElement.clientWidth;
  });
  assert.equal(wide, 0, 'nothing is cut off or scrolls sideways');
  await workbench.screenshot('compact-sidebar');
  await assertCleanLogs(scene);
});
