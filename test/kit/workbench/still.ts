/// <reference lib="dom" />
import type { BrowserContext } from 'playwright-core';

/**
 * What VS Code moves for as long as something runs: sixty pictures a second, which take a core a third of its time in a browser
 * without a graphics card. Its setting for less motion leaves them moving.
 */
const STILL = `.monaco-progress-container .progress-bit, .codicon-modifier-spin, .codicon-modifier-spin::before
  { animation: none !important }
.monaco-scrollable-element > .scrollbar { transition: none !important }`;

/** Its progress bars and turning icons stand still, in all windows of this browser. */
export async function keepStill(context: BrowserContext): Promise<void> {
  await context.addInitScript(holdStill, STILL);
}

/** Runs in the page, before anything of it; webviews, which are frames of it, move as they do. */
function holdStill(css: string): void {
  if (window !== window.top) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
