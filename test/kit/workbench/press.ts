/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';

/** For one of several attempts. */
const SOON = { timeout: 3000 } as const;

type Listening = typeof globalThis & { hasClicked?: boolean };

/**
 * Presses what the locator finds and says whether a click has come of it: an element that is drawn anew between the press and
 * the release gets none, as a person meets it in a tree of live figures. `whileHeld`: what happens between the two.
 */
export async function press(page: Page, target: Locator, whileHeld?: () => Promise<unknown>): Promise<boolean> {
  await page.evaluate(listen);
  if (whileHeld === undefined) await target.click(SOON);
  else {
    await target.hover(SOON);
    await page.mouse.down();
    await whileHeld().finally(() => page.mouse.up());
  }
  return page.evaluate(hasHeard);
}

/** Runs in the page. A click that comes of a press and a release on different elements goes to what holds both. */
function listen(): void {
  const page = globalThis as Listening;
  page.hasClicked = false;
  const once = { capture: true, once: true } as const;
  const onDown = ({ target: pressed }: MouseEvent): void => {
    const onClick = ({ target }: MouseEvent): void => {
      page.hasClicked = target === pressed;
    };
    document.addEventListener('click', onClick, once);
  };
  document.addEventListener('mousedown', onDown, once);
}

/** Runs in the page. */
function hasHeard(): boolean {
  return (globalThis as Listening).hasClicked === true;
}
