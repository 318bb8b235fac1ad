import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { contrastOf, parseColor } from '../../src/webview/controls/contrast.ts';
import { openWorkbench } from '../kit/vscode.ts';
import { bundledThemes, swatches } from './chartColors.ts';
import { card, page, pixelsOf, seriousViolations, untilValue, OPEN } from './dashboardPage.ts';
import { assertCleanLogs, numberIn, openLive, untilStatus } from './look.ts';
import { countSessions, openScene, writeEnv, type Scene } from './scene.ts';
import { THEMES } from './themes.ts';

/** The dashboard at 200 % zoom, where there are no figures to show, and in every theme. */

const scene = await openScene({
  workbench: { theme: 'light', width: 1500, height: 1900, zoom: 2 },
  vscode: { settings: { 'djangoSessionMonitor.intervalSeconds': 1 } },
});
const opened: Scene[] = [scene];
after(async () => {
  for (const { workbench } of opened.slice(1)) await workbench.close();
  await scene.stop();
});

const banner = ({ workbench }: Scene): Promise<string> =>
  page(workbench).locator('.banner').innerText({ timeout: 2000 });

/** What is wider than the page can't be read without scrolling sideways, which nobody should have to (WCAG 1.4.10). */
async function hangsOver({ workbench }: Scene): Promise<number> {
  return page(workbench)
    .locator('main')
    .evaluate(({ ownerDocument: { documentElement } }) => documentElement.scrollWidth - documentElement.clientWidth);
}

void test('at 200 % zoom everything is there, and nothing hangs over the edge', async () => {
  const { workbench } = scene;
  await openLive(scene);
  await workbench.runCommand(OPEN);
  const { total } = await countSessions(scene.sql);
  await untilValue(workbench, 'sessions', 'sessions.total', (text) => numberIn(text) === total);
  assert.equal(await hangsOver(scene), 0);
  // The canvas has twice the pixels, so that the curves are sharp.
  const ratio = await card(workbench, 'sessions')
    .locator('canvas')
    .evaluate((canvas) => (canvas as HTMLCanvasElement).width / canvas.clientWidth);
  assert.ok(Math.abs(ratio - 2) < 0.02, String(ratio));
  await workbench.waitFor(
    () => pixelsOf(workbench, 'sessions', 'sessions.total'),
    'a curve',
    (pixels) => pixels > 5,
  );
  for (const section of ['sessions', 'application', 'database']) {
    await page(workbench).locator(`#heading-${section}`).scrollIntoViewIfNeeded();
    await workbench.screenshot(`dashboard-zoom-${section}`);
  }
  assert.deepEqual(await seriousViolations(workbench), []);
  await workbench.close();
});

void test('says why it has failed and what can be done, in every theme', async () => {
  // Before the window is opened, so that there never was a figure.
  await writeEnv(scene, { DB_PORT: '1' });
  const failed: Scene = { ...scene, workbench: await openWorkbench(scene.vscode, { theme: 'light', height: 700 }) };
  opened.push(failed);
  const { workbench } = failed;
  await workbench.openView('Django Sessions');
  await untilStatus(failed, 'error', /failed/);
  await workbench.runCommand(OPEN);
  const text = await workbench.waitFor(
    () => banner(failed),
    'the problem',
    (said) => said.includes('Failed'),
  );
  assert.match(text, /Cannot connect/);
  const buttons = await page(workbench).locator('.banner vscode-button').allInnerTexts();
  assert.ok(buttons.includes('Try again now') && buttons.includes('Show log'), buttons.join());
  for (const theme of THEMES) {
    await workbench.setTheme(theme);
    assert.deepEqual(await seriousViolations(workbench), [], theme);
    await workbench.screenshot(`dashboard-failed-${theme}`);
  }
});

void test('goes live by itself when the settings are right again', async () => {
  const failed = opened.at(-1) ?? assert.fail();
  await writeEnv(scene);
  const { total } = await countSessions(scene.sql);
  await untilValue(failed.workbench, 'sessions', 'sessions.total', (text) => numberIn(text) === total);
  assert.ok(!(await banner(failed)).includes('Failed'));
});

void test('paused it says so, keeps the figures, and goes on by its button', async () => {
  const one = opened.at(-1) ?? assert.fail();
  const { workbench } = one;
  await workbench.runCommand('Django Sessions: Pause Monitoring');
  await workbench.waitFor(
    () => banner(one),
    'the pause',
    (said) => said.includes('Monitoring is paused'),
  );
  await untilValue(workbench, 'sessions', 'sessions.total', /\d/);
  await workbench.screenshot('dashboard-paused');
  await page(workbench).locator('.banner vscode-button').getByText('Resume monitoring', { exact: true }).click();
  await workbench.waitFor(
    () => banner(one),
    'the readings to go on',
    (said) => !said.includes('paused'),
  );
});

void test('curves can be seen in every theme that comes with VS Code', async () => {
  const one = opened.at(-1) ?? assert.fail();
  await card(one.workbench, 'connections').waitFor();
  const themes = await bundledThemes(one);
  assert.ok(themes.length >= 10, themes.join());
  const faint: string[] = [];
  for (const theme of themes) {
    await one.vscode.updateSettings({ 'workbench.colorTheme': theme });
    const { background, colors } = await one.workbench.waitFor(
      () => swatches(one),
      `the colours of ${theme}`,
      (seen) => seen.theme === theme && seen.colors.length > 4,
    );
    const behind = parseColor(background) ?? assert.fail(`${theme}: ${background}`);
    for (const color of new Set(colors)) {
      const contrast = contrastOf(parseColor(color) ?? assert.fail(`${theme}: ${color}`), behind);
      if (contrast < 3 || color.startsWith('rgba'))
        faint.push(`${theme}: ${color} on ${background}, ${contrast.toFixed(2)}`);
    }
  }
  assert.deepEqual(faint, []);
  await one.workbench.screenshot('dashboard-last-theme');
  await assertCleanLogs(one, /Cannot connect/);
});
