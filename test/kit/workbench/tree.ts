import type { Locator, Page } from 'playwright-core';
import { press } from './press.ts';
import { matches, plain, repeat, waitFor } from './wait.ts';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the outermost. */
  readonly level: number;
  /** Undefined: has no children. */
  readonly expanded: boolean | undefined;
  readonly ariaLabel: string;
  /** Titles of the inline actions. */
  readonly actions: readonly string[];
  /** Name of the codicon: 'warning'; '' without one. */
  readonly icon: string;
  /** CSS colour of the icon as computed. */
  readonly iconColor: string;
  readonly selected: boolean;
  /** Position among all rows that are expanded into view. */
  readonly index: number;
}

/** A tree view of the side bar, driven by mouse. It scrolls by itself: VS Code has only the rows in sight in the page. */
export class TreeDriver {
  readonly #page: Page;
  readonly #tree: Locator;
  readonly #homesOf: (label: string | RegExp) => readonly string[];

  /** @param homesOf labels of the rows that have to be open for a row with this label to be in sight, the outermost first */
  constructor(page: Page, tree: Locator, homesOf: (label: string | RegExp) => readonly string[] = () => []) {
    this.#page = page;
    this.#tree = tree;
    this.#homesOf = homesOf;
  }

  /** All rows from top to bottom, those inside collapsed ones excluded. */
  async rows(): Promise<TreeRow[]> {
    const found = await this.#tree.evaluate(readAllRows);
    return found
      .sort((a, b) => a.index - b.index)
      .map((row) => ({
        ...row,
        label: plain(row.label),
        description: plain(row.description),
        expanded: row.expanded === null ? undefined : row.expanded === 'true',
        actions: row.actions.filter((title) => title !== ''),
      }));
  }

  /** The row whose label is or matches this, now; what is known to hold it is opened. undefined: there is none. */
  async find(label: string | RegExp): Promise<TreeRow | undefined> {
    for (const home of [...this.#homesOf(label), undefined]) {
      const rows = await this.rows();
      const row = rows.find((one) => matches(one.label, label));
      if (row !== undefined) return row;
      if (home !== undefined && rows.some((one) => one.label === home && one.expanded === false))
        await this.expand(home);
    }
    return undefined;
  }

  /** The row whose label is or matches this, scrolled into sight; waits until there is one. */
  async row(label: string | RegExp): Promise<{ row: TreeRow; element: Locator }> {
    const seen = async (): Promise<{ row?: TreeRow; labels: string[] }> => {
      const row = await this.find(label);
      return row === undefined ? { labels: (await this.rows()).map((one) => one.label) } : { row, labels: [] };
    };
    const { row } = await waitFor(this.#page, seen, `the tree row ${String(label)}`, (one) => one.row !== undefined);
    if (row === undefined) throw new Error(`No tree row ${String(label)}.`);
    await this.#tree.evaluate(scrollIntoSight, row.index);
    // By its label too: rows that come or go meanwhile give its place to another.
    const element = this.#tree
      .locator(`.monaco-list-rows > .monaco-list-row[data-index="${row.index}"]`)
      .filter({ has: this.#page.locator('.label-name', { hasText: row.label }) });
    return { row, element };
  }

  /** Does something to the row, wherever it is by then: a tree of live figures moves under the mouse. */
  async #do(
    label: string | RegExp,
    what: string,
    action: (element: Locator, row: TreeRow) => Promise<void>,
  ): Promise<void> {
    const attempt = async (): Promise<void> => {
      const { row, element } = await this.row(label);
      await action(element, row);
    };
    await repeat(this.#page, attempt, `to ${what} the tree row ${String(label)}`);
  }

  async expand(label: string | RegExp): Promise<void> {
    await this.#toggle(label, true);
  }

  async collapse(label: string | RegExp): Promise<void> {
    await this.#toggle(label, false);
  }

  async click(label: string | RegExp): Promise<void> {
    await this.#do(label, 'click', (element, row) => this.#press(element.locator('.label-name'), row.label));
  }

  /** Presses an inline action of the row. */
  async act(label: string | RegExp, action: string): Promise<void> {
    await this.#do(label, `press ${action} of`, async (element, row) => {
      await element.hover(SOON);
      await this.#press(actionOf(element, action), `${action} of ${row.label}`);
    });
  }

  /** Keeps an inline action of the row pressed meanwhile: fails if no click comes of it. */
  async actSlowly(label: string | RegExp, action: string, meanwhile: () => Promise<unknown>): Promise<void> {
    const { row, element } = await this.row(label);
    await element.hover(SOON);
    if (!(await press(this.#page, actionOf(element, action), meanwhile)))
      throw new Error(lost(`${action} of ${row.label}`));
  }

  async #press(target: Locator, what: string): Promise<void> {
    if (!(await press(this.#page, target))) throw new Error(lost(what));
  }

  /** Opens the context menu of the row and returns its entries; `pick` presses one of them. */
  async contextMenu(label: string | RegExp, pick?: string): Promise<string[]> {
    await this.#do(label, 'open the menu of', (element) =>
      element.locator('.label-name').click({ button: 'right', ...SOON }),
    );
    const menu = this.#page.locator('.context-view .monaco-menu, .monaco-menu-container .monaco-menu').last();
    await menu.waitFor();
    const entries = (await menu.locator('.action-label:not(.separator)').allTextContents()).map(plain);
    if (pick !== undefined && !entries.includes(pick))
      throw new Error(`No "${pick}" in the menu: ${entries.join(', ')}.`);
    const close = async (): Promise<number> => {
      if ((await menu.count()) === 0) return 0;
      if (pick === undefined) await this.#page.keyboard.press('Escape');
      else await menu.locator('.action-label').filter({ hasText: pick }).first().click({ timeout: 1000 });
      return menu.count();
    };
    // Repeated, because a menu takes no click in its first tenth of a second.
    await waitFor(this.#page, close, 'the context menu to close', (count) => count === 0);
    return entries;
  }

  /** Rests the mouse on the row and returns the text of its hover, which stays in sight. */
  async hover(label: string | RegExp): Promise<string> {
    return hoverText(this.#page, async () => (await this.row(label)).element.locator('.monaco-icon-label-container'));
  }

  async #toggle(label: string | RegExp, expanded: boolean): Promise<void> {
    const { row } = await this.row(label);
    if (row.expanded === undefined) throw new Error(`The tree row ${row.label} has no children.`);
    await this.#do(label, expanded ? 'expand' : 'collapse', async (element, now) => {
      if (now.expanded !== expanded) await element.locator('.monaco-tl-twistie').click(SOON);
    });
    await waitFor(
      this.#page,
      async () => (await this.row(label)).row.expanded,
      `${row.label} to be ${expanded ? 'expanded' : 'collapsed'}`,
      (state) => state === expanded,
    );
  }
}

function actionOf(row: Locator, action: string): Locator {
  return row.getByRole('button', { name: action, exact: true });
}

function lost(what: string): string {
  return `The press on ${what} did nothing: the row was drawn anew before the button was let go.`;
}

/** For one of several attempts. */
const SOON = { timeout: 3000 } as const;

/** For a hover that the extension makes: on a busy machine the extension host takes its time. */
const MADE = { timeout: 8000 } as const;

/** Rests the mouse on an element and returns the text of the hover that VS Code then shows. */
export async function hoverText(page: Page, find: () => Promise<Locator>): Promise<string> {
  const hover = page.locator('.workbench-hover, .monaco-hover').filter({ visible: true }).last();
  const show = async (): Promise<string> => {
    // Away first: a hover that is still open would be taken for this one's.
    await page.mouse.move(2, 2);
    await hover.waitFor({ state: 'hidden', ...SOON });
    await (await find()).hover(SOON);
    // A hover that the extension makes on demand is announced first.
    await hover.filter({ hasNotText: /^Loading/ }).waitFor(MADE);
    return plain(await hover.innerText());
  };
  // Repeated, because a row that is drawn again under the mouse loses its hover.
  return waitFor(page, show, 'a hover');
}

/** The text of the hover that is in sight; undefined: none is. */
export async function hoverInSight(page: Page): Promise<string | undefined> {
  const hover = page.locator('.workbench-hover, .monaco-hover').filter({ visible: true }).last();
  return (await hover.count()) === 0 ? undefined : plain(await hover.innerText());
}

/**
 * Runs in the page. Scrolls by wheel events on the list, which VS Code handles at once, so that nothing can change
 * between one part of the rows and the next.
 */
function readAllRows(tree: HTMLElement | SVGElement) {
  const wheel = (deltaY: number): void => {
    const target = tree.querySelector('.monaco-scrollable-element');
    // VS Code reads wheelDeltaY, which has the sign of deltaY in an event that a script makes, and the opposite in a real one.
    target?.dispatchEvent(new WheelEvent('wheel', { deltaY: -deltaY, bubbles: true, cancelable: true }));
  };
  const read = () =>
    [...tree.querySelectorAll('.monaco-list-rows > .monaco-list-row')].map((row) => {
      const icon = row.querySelector('.custom-view-tree-node-item-icon');
      return {
        label: row.querySelector('.label-name')?.textContent ?? '',
        description: row.querySelector('.label-description')?.textContent ?? '',
        level: Number(row.getAttribute('aria-level')),
        expanded: row.getAttribute('aria-expanded'),
        ariaLabel: row.getAttribute('aria-label') ?? '',
        actions: [...row.querySelectorAll('.actions .action-label')].map((a) => a.getAttribute('aria-label') ?? ''),
        icon: /codicon-([\w-]+)/.exec(icon?.className ?? '')?.[1] ?? '',
        iconColor: icon === null ? '' : getComputedStyle(icon).color,
        selected: row.getAttribute('aria-selected') === 'true',
        index: Number(row.getAttribute('data-index')),
        last: row.getAttribute('data-last-element') === 'true',
      };
    });
  const found = new Map<number, ReturnType<typeof read>[number]>();
  const collect = (): number => {
    const before = found.size;
    for (const row of read()) found.set(row.index, row);
    return found.size - before;
  };
  const complete = (): boolean => found.has(0) && [...found.values()].some((row) => row.last);
  collect();
  if (!complete()) {
    wheel(-1e6);
    collect();
    for (let more = 1; more > 0 && !complete(); more = collect()) wheel(tree.clientHeight / 2);
    wheel(-1e6);
  }
  return [...found.values()].map(({ last: _, ...row }) => row);
}

/** Runs in the page. */
function scrollIntoSight(tree: HTMLElement | SVGElement, index: number): void {
  const wheel = (deltaY: number): void => {
    const target = tree.querySelector('.monaco-scrollable-element');
    target?.dispatchEvent(new WheelEvent('wheel', { deltaY: -deltaY, bubbles: true, cancelable: true }));
  };
  const inSight = (): boolean => {
    const row = tree.querySelector(`.monaco-list-rows > .monaco-list-row[data-index="${index}"]`);
    const box = row?.getBoundingClientRect();
    if (!row || !box || box.bottom > tree.getBoundingClientRect().bottom) return false;
    // Not below the copies of its parents that stick to the top.
    return row.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
  };
  if (inSight()) return;
  wheel(-1e6);
  for (let steps = 0; steps < 1000 && !inSight(); steps++) wheel(tree.clientHeight / 4);
}
