import type { Page } from 'playwright-core';
import { plain, waitFor } from './wait.ts';

/** What a person sees of text editors and diffs. */

export interface DiffLines {
  /** Lines in sight that are only in the file. */
  readonly removed: readonly string[];
  /** Lines in sight that are only in what it would become. */
  readonly added: readonly string[];
}

/** The changed lines of the diff editor in front, by what is drawn beside each other or one below the other. */
export async function diffLines(page: Page): Promise<DiffLines> {
  return page.evaluate(() => {
    const text = (element: Element): string => element.textContent.replaceAll('\u00a0', ' ').replaceAll('\u200b', '');
    /** Lines of one side whose top is that of a decoration which marks the line as changed. */
    const changed = (side: string, mark: string): string[] => {
      const editor = document.querySelector(`.monaco-diff-editor .editor.${side}`);
      if (editor === null) return [];
      const tops = new Set(
        [...editor.querySelectorAll(`.view-overlays .${mark}`)].map((one) =>
          Math.round(one.getBoundingClientRect().top),
        ),
      );
      return [...editor.querySelectorAll('.view-line')]
        .filter((line) => tops.has(Math.round(line.getBoundingClientRect().top)))
        .map(text);
    };
    return { removed: changed('original', 'line-delete'), added: changed('modified', 'line-insert') };
  });
}

/** Clicks a button in the title bar of the editor in front. */
export async function clickEditorAction(page: Page, title: string): Promise<void> {
  await page
    .locator('.editor-group-container.active .editor-actions')
    .getByRole('button', { name: title })
    .first()
    .click();
}

/** Titles of the buttons in the title bar of the editor in front. */
export async function editorActions(page: Page): Promise<string[]> {
  const labels = page.locator('.editor-group-container.active .editor-actions .action-label').filter({ visible: true });
  return (await labels.evaluateAll((all) => all.map((label) => label.getAttribute('aria-label') ?? ''))).filter(
    Boolean,
  );
}

/** The hover over a text of the editor in front. */
export async function editorHover(page: Page, text: string, fits: RegExp): Promise<string> {
  const target = page.locator('.editor-instance .view-line span').filter({ hasText: text }).last();
  const hover = page.locator('.monaco-hover').filter({ visible: true }).last();
  const show = async (): Promise<string> => {
    // Away first: a hover that was asked for before there was something to say does not come again by itself.
    await page.mouse.move(2, 2);
    await hover.waitFor({ state: 'hidden', timeout: 3000 });
    await target.hover({ timeout: 3000 });
    await hover.filter({ hasText: fits }).waitFor({ timeout: 3000 });
    return plain(await hover.innerText());
  };
  return waitFor(page, show, `a hover over ${text} with ${String(fits)}`);
}

/** Titles of the quick fixes at the cursor; leaves the menu open. */
export async function quickFixes(page: Page): Promise<string[]> {
  const menu = page.locator('.action-widget .monaco-list-row.action');
  const open = async (): Promise<string[]> => {
    // A problem is known to the extension host a moment before the window: until then there is nothing to fix.
    await page.keyboard.press('Control+.');
    await menu.first().waitFor({ timeout: 2000 });
    return (await menu.allInnerTexts()).map(plain);
  };
  return waitFor(page, open, 'the menu of quick fixes');
}

/** By keyboard: in VS Code 1.117 something that blocks the mouse lies over the menu. */
export async function pickQuickFix(page: Page, title: string): Promise<void> {
  const rows = page.locator('.action-widget .monaco-list-row.action');
  const focused = page.locator('.action-widget .monaco-list-row.action.focused');
  for (let left = await rows.count(); left > 0; left--) {
    if (plain(await focused.innerText()).includes(title)) return page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
  }
  throw new Error(`No quick fix says "${title}".`);
}
