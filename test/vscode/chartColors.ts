import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { page } from './dashboardPage.ts';
import type { Scene } from './scene.ts';

/** The colours of curves, and the themes that come with VS Code: most of them name none for charts. */

interface Manifest {
  readonly contributes?: { readonly themes?: readonly { readonly id?: string; readonly label: string }[] };
}

/** The ids of all themes that come with this VS Code. */
export async function bundledThemes({ vscode }: Scene): Promise<readonly string[]> {
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
export function swatches({ workbench }: Scene): Promise<Swatches> {
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
