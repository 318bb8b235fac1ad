import type { Locator, Page } from 'playwright-core';
import { plain, waitFor } from './wait.ts';

export interface StatusItem {
  /** '<publisher>.<extension>.<item id>' */
  readonly id: string;
  /** Without the icons. */
  readonly text: string;
  /** Names of the codicons in order. */
  readonly icons: readonly string[];
  readonly ariaLabel: string;
  /** 'error', 'warning', or '' for the ordinary background. */
  readonly kind: 'error' | 'warning' | '';
}

/** The items of the status bar that are in sight, from left to right. */
export async function statusBar(page: Page): Promise<StatusItem[]> {
  const raw = await page
    .locator('.part.statusbar .statusbar-item')
    .filter({ visible: true })
    .evaluateAll((items) =>
      items.map((item) => ({
        id: item.id,
        text: item.textContent,
        icons: [...item.querySelectorAll('.codicon')].map((icon) => /codicon-([\w-]+)/.exec(icon.className)?.[1] ?? ''),
        ariaLabel: item.getAttribute('aria-label') ?? '',
        className: item.getAttribute('class') ?? '',
        left: item.getBoundingClientRect().left,
      })),
    );
  return raw
    .sort((a, b) => a.left - b.left)
    .map(({ id, text, icons, ariaLabel, className }) => ({
      id,
      text: plain(text).replaceAll(/\s+/g, ' '),
      icons,
      ariaLabel,
      kind: className.includes('error-kind') ? 'error' : className.includes('warning-kind') ? 'warning' : '',
    }));
}

/** The status bar item whose id ends with, or whose text contains, this. */
export async function statusItem(page: Page, wanted: string): Promise<{ item: StatusItem; element: Locator }> {
  const find = (items: StatusItem[]): StatusItem | undefined =>
    items.find((item) => item.id.endsWith(wanted) || item.text.includes(wanted));
  const items = await waitFor(
    page,
    () => statusBar(page),
    `the status bar item ${wanted}`,
    (all) => find(all) !== undefined,
  );
  const item = find(items);
  if (item === undefined) throw new Error(`No status bar item ${wanted}.`);
  return { item, element: page.locator(`.part.statusbar [id="${item.id}"]`) };
}

function activityItem(page: Page, title: string): Locator {
  // The label is the title, with the shortcut in brackets and the badge's text after it.
  const label = page.locator(`.action-label[aria-label="${title}"], .action-label[aria-label^="${title} "]`);
  return page.locator('.part.activitybar .action-item').filter({ has: label });
}

/** Opens a container of the activity bar; does nothing when it is open. */
export async function openView(page: Page, title: string): Promise<void> {
  const item = activityItem(page, title);
  await waitFor(
    page,
    () => item.isVisible(),
    `${title} in the activity bar (a window lower than 600 pixels hides what finds no room there)`,
  );
  await waitFor(
    page,
    async () => {
      if ((await item.getAttribute('aria-selected')) === 'true' && (await page.locator('.part.sidebar').isVisible()))
        return true;
      await item.click();
      return (await item.getAttribute('aria-selected')) === 'true';
    },
    `the view ${title} to open`,
  );
}

/** Text of the badge on the container in the activity bar; undefined: no badge, or VS Code's own clock of a view that loads. */
export async function badge(page: Page, title: string): Promise<string | undefined> {
  const content = activityItem(page, title).locator('.badge-content');
  if (!(await content.isVisible())) return undefined;
  const text = plain(await content.textContent());
  // `ProgressBadge` of VS Code is an icon in the same element, without a text.
  return text === '' ? undefined : text;
}
