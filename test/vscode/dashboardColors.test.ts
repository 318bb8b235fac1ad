import assert from 'node:assert/strict';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { contrastOf, parseColor } from '../../src/webview/contrast.ts';
import { card, OPEN, page } from './dashboardPage.ts';
import { assertCleanLogs, openLive } from './look.ts';
import { openScene } from './scene.ts';

/** The colours of curves in all themes that come with VS Code: most of them name none for charts. */

const scene = await openScene({ workbench: { theme: 'dark', width: 1100, height: 800 } });
after(() => scene.stop());
const { workbench, vscode } = scene;

interface Manifest {
  readonly contributes?: { readonly themes?: readonly { readonly id?: string; readonly label: string }[] };
}

async function bundledThemes(): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const file of glob(join(vscode.serverFolder, 'lib', 'vscode', 'extensions', 'theme-*', 'package.json'))) {
    const { contributes } = JSON.parse(await readFile(file, 'utf8')) as Manifest;
    // A name in braces is of a text that is translated; such themes have an id.
    for (const { id, label } of contributes?.themes ?? []) ids.push(id ?? label);
  }
  return ids;
}

interface Swatches {
  readonly theme: string;
  readonly background: string;
  readonly colors: readonly string[];
}

/** What the page draws with, as the legend of the chart with the most curves shows it. */
function swatches(): Promise<Swatches> {
  return page(workbench)
    .locator('body')
    .evaluate(async (body) => {
      const theme = body.dataset['vscodeThemeId'] ?? '';
      // It draws by a theme in the frame after it has heard of it.
      for (let i = 0; i < 2; i++) await new Promise(requestAnimationFrame);
      return {
        theme,
        background: getComputedStyle(body).getPropertyValue('--vscode-editor-background'),
        colors: [...body.querySelectorAll('.card[data-chart="connections"] .swatch')].map((swatch) =>
          getComputedStyle(swatch).getPropertyValue('--color').trim(),
        ),
      };
    });
}

void test('curves can be seen in every theme that comes with VS Code', async () => {
  await openLive(scene);
  await workbench.runCommand(OPEN);
  await card(workbench, 'connections').waitFor();
  const themes = await bundledThemes();
  assert.ok(themes.length >= 10, themes.join());
  const faint: string[] = [];
  for (const theme of themes) {
    await vscode.updateSettings({ 'workbench.colorTheme': theme });
    const { background, colors } = await workbench.waitFor(
      swatches,
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
  await workbench.screenshot('dashboard-last-theme');
  await assertCleanLogs(scene);
});
