import type { Locator, Page } from 'playwright-core';
import { matches, plain, waitFor, type WaitOptions } from './wait.ts';

export interface QuickItem {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

export interface QuickState {
  readonly title: string;
  readonly placeholder: string;
  readonly value: string;
  /** The prompt of an input box, or what its validation says. */
  readonly message: string;
  /** 'password' while what is typed is hidden. */
  readonly inputType: string;
  readonly items: readonly QuickItem[];
  /** Label of the item that Enter takes; '' where there is none. */
  readonly active: string;
}

/** Quick picks and input boxes: the field at the top of the window. */
export class QuickInputDriver {
  readonly #page: Page;
  readonly #widget: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.#widget = page.locator('.quick-input-widget');
  }

  async isOpen(): Promise<boolean> {
    return this.#widget.isVisible();
  }

  /** What it shows; undefined while it is closed. */
  async state(): Promise<QuickState | undefined> {
    if (!(await this.isOpen())) return undefined;
    const raw = await this.#widget.evaluate((widget) => {
      const text = (from: Element, selector: string): string => from.querySelector(selector)?.textContent ?? '';
      const shown = (selector: string): string => {
        const element = widget.querySelector(selector);
        return element instanceof HTMLElement && element.offsetParent !== null ? element.innerText : '';
      };
      const input = widget.querySelector('input.input');
      return {
        title: shown('.quick-input-title'),
        placeholder: input?.getAttribute('placeholder') ?? '',
        value: input instanceof HTMLInputElement ? input.value : '',
        inputType: input?.getAttribute('type') ?? '',
        message: shown('.quick-input-message'),
        active: text(widget, '.monaco-list-row.focused .label-name'),
        items: [...widget.querySelectorAll('.monaco-list-row')].map((row) => ({
          index: Number(row.getAttribute('data-index')),
          label: text(row, '.label-name'),
          description: text(row, '.label-description'),
          detail: text(row, '.quick-input-list-label-meta'),
        })),
      };
    });
    const items = raw.items
      .sort((a, b) => a.index - b.index)
      .map((item) => ({ label: plain(item.label), description: plain(item.description), detail: plain(item.detail) }));
    return { ...raw, title: plain(raw.title), message: plain(raw.message), active: plain(raw.active), items };
  }

  /** Waits until an input with this title, placeholder or message is open. */
  async waitOpen(text: string | RegExp): Promise<QuickState> {
    const state = await waitFor(
      this.#page,
      () => this.state(),
      `a quick input with ${String(text)}`,
      (one) =>
        one !== undefined &&
        [one.title, one.placeholder, one.message].some((t) =>
          typeof text === 'string' ? t.includes(text) : text.test(t),
        ),
    );
    if (state === undefined) throw new Error('The quick input is closed.');
    return state;
  }

  /** Replaces what is typed in the field. */
  async type(text: string, { timeoutMs }: WaitOptions = {}): Promise<void> {
    await this.#widget.locator('input.input').fill(text, timeoutMs === undefined ? {} : { timeout: timeoutMs });
  }

  /** Clicks the item with this label. */
  async pick(label: string | RegExp, options?: WaitOptions): Promise<void> {
    // The list may be sorted anew while it is being filled: then the row is looked for again.
    await waitFor(this.#page, () => this.#click(label), `the item ${String(label)} in a quick pick`, Boolean, options);
  }

  async #click(label: string | RegExp): Promise<boolean> {
    const items = (await this.state())?.items ?? [];
    const index = items.findIndex((item) => matches(item.label, label));
    const item = items[index];
    if (item === undefined) return false;
    const rows = this.#widget.locator('.monaco-list-row');
    const first = await rows.evaluateAll((all) =>
      Math.min(...all.map((row) => Number(row.getAttribute('data-index')))),
    );
    const row = this.#widget.locator(`.monaco-list-row[data-index="${first + index}"]`);
    // Away: the hover of the row that was under the mouse may lie over this one.
    await this.#page.mouse.move(2, 2);
    const target = row.filter({ hasText: item.label });
    // First it is only seen whether it stays: a click that is made, but given up while it is made, would be made once more.
    await target.click({ trial: true, timeout: 1000 });
    await target.click({ timeout: 10_000 });
    return true;
  }

  /** All items of a list that is longer than what is in sight: `seen`, and those that paging down brings. */
  async allItems(seen: readonly QuickItem[]): Promise<QuickItem[]> {
    const items = new Map(seen.map((item) => [item.label, item]));
    const inSight = (): Promise<number[]> =>
      this.#widget
        .locator('.monaco-list-row')
        .evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-index'))));
    // Row by row, and fewer at a time than are in sight: of those that a longer way passes over some would never be read.
    for (let rows = await inSight(), still = 0; still < 2;) {
      const last = Math.max(...rows);
      for (let i = 2; i < rows.length; i++) await this.#page.keyboard.press('ArrowDown');
      for (const item of (await this.state())?.items ?? []) items.set(item.label, item);
      rows = await inSight();
      // Behind the last row comes the first.
      still = Math.max(...rows) > last ? 0 : still + 1;
    }
    return [...items.values()];
  }

  /**
   * Presses a key in the field. It is focused first: VS Code focuses a tree again when its refresh ends, and where that ends just
   * as the field opens, the tree keeps the focus and the key would be the tree's (once in 120 fields, at a reading a second).
   */
  async press(key: string): Promise<void> {
    await this.#widget.locator('input.input').press(key);
  }

  accept(): Promise<void> {
    return this.press('Enter');
  }

  async cancel(): Promise<void> {
    // While notifications are in sight the first Escape is theirs.
    const escape = async (): Promise<boolean> => {
      await this.#page.keyboard.press('Escape');
      return this.isOpen();
    };
    await waitFor(this.#page, escape, 'the quick input to close', (open) => !open);
  }
}
