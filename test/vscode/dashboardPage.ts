import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame, FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from '../kit/vscode.ts';

/** The dashboard as a person meets it: its frame inside VS Code, its charts by their ids. */

export const OPEN = 'Django Sessions: Open Dashboard';

export function page(workbench: Workbench): FrameLocator {
  return workbench.webview();
}

export function card(workbench: Workbench, chart: string): Locator {
  return page(workbench).locator(`.card[data-chart="${chart}"]`);
}

/** A button in the corner of a card, which shows who points at the card or has the focus in it. */
export function cardButton(workbench: Workbench, chart: string, name: RegExp): Locator {
  return card(workbench, chart).locator('.corner').getByRole('button', { name });
}

/** A button of the bar over the charts, by its whole name. */
export function toolbarButton(workbench: Workbench, name: string): Locator {
  return page(workbench).locator('.toolbar').getByRole('button', { name, exact: true });
}

/** Chooses how much of the time is shown, by the beginning of its label; what was offered. */
export async function chooseRange(workbench: Workbench, label: string): Promise<readonly string[]> {
  const range = page(workbench).locator('.toolbar vscode-dropdown').first();
  await range.click();
  const options = await range.locator('vscode-option').allInnerTexts();
  const place = options.findIndex((option) => option.startsWith(label));
  assert.ok(place >= 0, `${label} is not among ${options.join(', ')}`);
  await range.locator('vscode-option').nth(place).click();
  return options;
}

/** A figure over the charts. */
export function tile(workbench: Workbench, series: string): Locator {
  return page(workbench).locator(`.tile[data-series="${series}"]`);
}

/** What stands behind the name of a curve in the legend. */
export async function valueOf(workbench: Workbench, chart: string, series: string): Promise<string> {
  return card(workbench, chart).locator(`button[data-series="${series}"] .value`).innerText({ timeout: 2000 });
}

export async function untilValue(
  workbench: Workbench,
  chart: string,
  series: string,
  fits: RegExp | ((text: string) => boolean),
): Promise<string> {
  return workbench.waitFor(
    () => valueOf(workbench, chart, series),
    `${series} in the chart ${chart} to be ${String(fits)}`,
    (text) => (fits instanceof RegExp ? fits.test(text) : fits(text)),
    { timeoutMs: 30_000 },
  );
}

/** How many pixels of the chart's canvas are of this colour, "rgb(…)" or "#…", allowing for smoothed edges. */
export async function pixelsOf(workbench: Workbench, chart: string, series: string): Promise<number> {
  // What is out of sight is not drawn.
  await card(workbench, chart).locator('.plot').scrollIntoViewIfNeeded();
  const swatch = card(workbench, chart).locator(`button[data-series="${series}"] .swatch`);
  const color = await swatch.evaluate((element) => getComputedStyle(element).backgroundColor);
  const [r, g, b] = (/rgba?\((\d+), (\d+), (\d+)/.exec(color) ?? []).slice(1).map(Number);
  assert.ok(r !== undefined && g !== undefined && b !== undefined, color);
  return card(workbench, chart)
    .locator('canvas')
    .evaluate(
      (canvas, wanted) => {
        const element = canvas as HTMLCanvasElement;
        const context = element.getContext('2d');
        if (context === null) return -1;
        const { data } = context.getImageData(0, 0, element.width, element.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
          const near = wanted.every((channel, k) => Math.abs((data[i + k] ?? 0) - channel) < 24);
          if (near && (data[i + 3] ?? 0) > 200) found++;
        }
        return found;
      },
      [r, g, b],
    );
}

interface Shift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node?: Node | null }[];
}

/** How much of what was to be seen has moved since the page was loaded, as browsers add it up (0: nothing), and what. */
export async function layoutShifts(workbench: Workbench): Promise<{ moved: number; sources: readonly string[] }> {
  const frame = await activeFrame(workbench);
  return frame.evaluate(async () => {
    const shifts = await new Promise<readonly Shift[]>((resolve) => {
      const observer = new PerformanceObserver((list) => resolve(list.getEntries() as Shift[]));
      observer.observe({ type: 'layout-shift', buffered: true });
      // Where there was none it is never told of.
      setTimeout(() => resolve([]), 1000);
    });
    const ours = shifts.filter(({ hadRecentInput }) => !hadRecentInput);
    return {
      moved: ours.reduce((sum, { value }) => sum + value, 0),
      sources: ours.flatMap(({ value, sources: moved }) =>
        moved.map(
          ({ node }) => `${value.toFixed(4)} ${node instanceof Element ? node.className : (node?.nodeName ?? '')}`,
        ),
      ),
    };
  });
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[];
}

/** What axe-core finds in the dashboard, of what is serious or worse. */
export async function seriousViolations(workbench: Workbench): Promise<readonly string[]> {
  const frame = await activeFrame(workbench);
  // Not by a script element, which the page's own policy would refuse, as it should.
  const source = await readAxe();
  await frame.evaluate(source);
  const { violations, passed } = await frame.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Violation[]; passes: unknown[] }> };
    };
    const { violations: found, passes } = await axe.run();
    return { violations: found, passed: passes.length };
  });
  assert.ok(passed > 10, `axe has looked at ${passed} rules only`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${JSON.stringify(node.target)} ${node.failureSummary}`));
}

async function readAxe(): Promise<string> {
  return readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
}

async function activeFrame(workbench: Workbench): Promise<Frame> {
  const handle = await page(workbench).locator('body').elementHandle();
  return (await handle.ownerFrame()) ?? assert.fail('the dashboard has no frame');
}
