import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import { ensureTool } from './apt.ts';
import { forgetCompanion, companionReady } from './companion.ts';
import type { VSCode } from './vscode.ts';
import * as bars from './workbench/bars.ts';
import * as editor from './workbench/editor.ts';
import { homesOf } from './workbench/homes.ts';
import * as messages from './workbench/messages.ts';
import { QuickInputDriver } from './workbench/quickInput.ts';
import { keepStill } from './workbench/still.ts';
import { TreeDriver, hoverInSight, hoverText, type TreeRow } from './workbench/tree.ts';
import { installedTheme, THEMES, type Theme } from './workbench/themes.ts';
import { plain, repeat, screenshot, waitFor, type WaitOptions } from './workbench/wait.ts';

export type { Theme } from './workbench/themes.ts';

export interface WorkbenchOptions {
  readonly theme?: Theme;
  /** CSS pixels; default 1280 × 1000. */
  readonly width?: number;
  readonly height?: number;
  /** Zoom of the browser; default 1. Width and height are those of the window, so that less fits into it. */
  readonly zoom?: number;
  /** Browser locale, which the webviews see; default en-US. */
  readonly locale?: string;
}

/** Opens VS Code in Debian's Chromium and waits until its extension host runs. */
export async function openWorkbench(vscode: VSCode, options: WorkbenchOptions = {}): Promise<Workbench> {
  const theme = THEMES[options.theme ?? 'light'];
  await vscode.updateSettings({ 'workbench.colorTheme': await installedTheme(vscode, theme.ids) });
  await forgetCompanion(vscode.extensionsDir);
  const { zoom = 1 } = options;
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({
      // What a browser does at another zoom: fewer CSS pixels, each of more of the screen's.
      viewport: { width: (options.width ?? 1280) / zoom, height: (options.height ?? 1000) / zoom },
      deviceScaleFactor: zoom,
      locale: options.locale ?? 'en-US',
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
      // On one machine the 20 MB of the workbench come sooner as they are than packed.
      extraHTTPHeaders: { 'accept-encoding': 'identity' },
    });
    await keepStill(context);
    const page = await context.newPage();
    // Shorter than `waitFor`, so that its message, which says more, is the one that is seen.
    page.setDefaultTimeout(15_000);
    const workbench = new Workbench(page, browser, vscode);
    await page.goto(vscode.url, { timeout: 60_000 });
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await page.locator(`.monaco-workbench.${theme.className}`).first().waitFor({ timeout: 20_000 });
    if (vscode.hasCompanion) {
      await workbench.waitFor(() => companionReady(vscode.extensionsDir), 'the extension host', Boolean, {
        timeoutMs: 60_000,
      });
    }
    return workbench;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Debian's Chromium, without a window. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await ensureTool('chromium'),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/** For one of several attempts. */
const SOON = { timeoutMs: 8_000 } as const;

/** VS Code's window as a person uses it. Every method waits for what it needs; none waits for a time. */
export class Workbench {
  readonly page: Page;
  readonly quickInput: QuickInputDriver;
  /** What the page reported as errors, for a test to look at. */
  readonly consoleErrors: string[] = [];
  readonly #browser: Browser;
  readonly #vscode: VSCode;

  constructor(page: Page, browser: Browser, vscode: VSCode) {
    this.page = page;
    this.#browser = browser;
    this.#vscode = vscode;
    this.quickInput = new QuickInputDriver(page);
    page.on('console', (message) => {
      if (message.type() === 'error') this.consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => this.consoleErrors.push(error.message));
  }

  /** Opens the command palette and runs the command with exactly this title, category included: "Django Sessions: Refresh". */
  async runCommand(title: string): Promise<void> {
    await this.#inPalette(title, () => this.quickInput.pick(title, SOON));
  }

  /** Titles that the command palette offers for this text: to show that a command is offered, or is not. */
  async commandsFor(text: string): Promise<string[]> {
    const items = await this.#inPalette(text, async () => {
      const state = await this.waitFor(
        () => this.quickInput.state(),
        `commands for ${text}`,
        (one) => one?.items.some((item) => item.label.includes(text) || item.label.startsWith('No matching')) === true,
        SOON,
      );
      return this.quickInput.allItems(state?.items ?? []);
    });
    await this.quickInput.cancel();
    return items.map((item) => item.label).filter((label) => label.includes(text));
  }

  /**
   * Types into the command palette, and works there; once more where the palette has closed meanwhile: it does when something else
   * takes the focus, as a tree does whose refresh ends just then.
   */
  async #inPalette<T>(text: string, work: () => Promise<T>): Promise<T> {
    let result: { readonly value: T } | undefined;
    const attempt = async (): Promise<void> => {
      await this.page.keyboard.press('F1');
      await this.waitFor(
        () => this.quickInput.state(),
        'the command palette',
        (state) => state?.value.startsWith('>') === true,
        SOON,
      );
      await this.quickInput.type(`>${text}`, SOON);
      result = { value: await work() };
    };
    await repeat(this.page, attempt, `${text} in the command palette`, { timeoutMs: 40_000 });
    if (result === undefined) throw new Error(`${text} was not found in the command palette.`);
    return result.value;
  }

  openView(title: string): Promise<void> {
    return bars.openView(this.page, title);
  }

  badge(title: string): Promise<string | undefined> {
    return bars.badge(this.page, title);
  }

  /** A tree of the side bar by the name of its view; the first without a name. */
  tree(name?: string): TreeDriver {
    const selector = name === undefined ? '[role="tree"]' : `[role="tree"][aria-label^="${name}"]`;
    return new TreeDriver(this.page, this.page.locator(`.part.sidebar ${selector}`).first(), homesOf);
  }

  treeRows(name?: string): Promise<TreeRow[]> {
    return this.tree(name).rows();
  }

  /** Text above the rows of the view (TreeView.message); '' without one. */
  async viewMessage(): Promise<string> {
    return plain(
      (await this.page.locator('.part.sidebar .tree-explorer-viewlet-tree-view .message').allInnerTexts()).join('\n'),
    );
  }

  /** The text of the hover that is in sight; undefined: none is. */
  hoverInSight(): Promise<string | undefined> {
    return hoverInSight(this.page);
  }

  /** Title of the side bar with the description of its view. */
  async viewTitle(): Promise<string> {
    return plain(await this.page.locator('.part.sidebar .composite.title .title-label').innerText());
  }

  /** Titles of the actions in the title bar of the view. */
  async viewActions(): Promise<string[]> {
    await this.page.locator('.part.sidebar .composite.title').hover();
    const labels = this.page.locator('.part.sidebar .title-actions .action-label');
    const titles = await labels.evaluateAll((all) => all.map((label) => label.getAttribute('aria-label') ?? ''));
    return titles.filter((title) => title !== '');
  }

  async clickViewAction(title: string): Promise<void> {
    await this.page.locator('.part.sidebar .composite.title').hover();
    await this.page.locator('.part.sidebar .title-actions').getByRole('button', { name: title, exact: true }).click();
  }

  /** What a view without rows shows (viewsWelcome); undefined when it shows rows. */
  async welcome(): Promise<{ text: string; buttons: string[] } | undefined> {
    const content = this.page.locator('.part.sidebar .welcome-view-content').filter({ visible: true });
    if ((await content.count()) === 0) return undefined;
    return {
      text: plain(await content.first().innerText()),
      buttons: (await content.first().locator('.monaco-button').allInnerTexts()).map(plain),
    };
  }

  async clickWelcomeButton(text: string): Promise<void> {
    await this.page
      .locator('.part.sidebar .welcome-view-content')
      .getByRole('button', { name: text, exact: true })
      .click();
  }

  statusBar(): Promise<bars.StatusItem[]> {
    return bars.statusBar(this.page);
  }

  /** The item whose id ends with, or whose text contains, this; waits until there is one. */
  async statusItem(wanted: string): Promise<bars.StatusItem> {
    return (await bars.statusItem(this.page, wanted)).item;
  }

  async clickStatusItem(wanted: string): Promise<void> {
    await (await bars.statusItem(this.page, wanted)).element.click();
  }

  async statusHover(wanted: string): Promise<string> {
    return hoverText(this.page, async () => (await bars.statusItem(this.page, wanted)).element);
  }

  notifications(): Promise<messages.Notification[]> {
    return messages.notifications(this.page);
  }

  clickNotificationButton(button: string, inMessage?: string): Promise<void> {
    return messages.clickNotificationButton(this.page, button, inMessage);
  }

  clearNotifications(): Promise<void> {
    return messages.clearNotifications(this.page);
  }

  modal(): Promise<messages.Modal | undefined> {
    return messages.modal(this.page);
  }

  clickModalButton(button: string): Promise<void> {
    return messages.clickModalButton(this.page, button);
  }

  /** Opens a file of the folder by its relative path, through "Go to File". */
  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    const tab = this.page.locator(`.tab.active[data-resource-name="${name}"]`);
    // A choice that is made while VS Code still fills the list can be lost: seen right after a window was loaded again.
    await repeat(
      this.page,
      async () => {
        await this.page.keyboard.press('Control+P');
        await this.waitFor(() => this.quickInput.isOpen(), 'Go to File');
        await this.quickInput.type(path);
        await this.quickInput.pick(name);
        await tab.waitFor({ timeout: 5000 });
      },
      `to open ${name}`,
      { timeoutMs: 40_000 },
    );
    await this.page.locator('.editor-instance .view-lines').first().waitFor();
  }

  /** Texts of the CodeLenses in sight, one a line of lenses. */
  async codeLenses(): Promise<string[]> {
    return (await this.page.locator('.codelens-decoration').filter({ visible: true }).allInnerTexts())
      .map(plain)
      .filter((text) => text !== '');
  }

  async clickCodeLens(text: string): Promise<void> {
    await this.page.locator('.codelens-decoration a').filter({ hasText: text }).first().click();
  }

  /** The changed lines of the diff editor in front. */
  diffLines(): Promise<editor.DiffLines> {
    return editor.diffLines(this.page);
  }

  editorActions(): Promise<string[]> {
    return editor.editorActions(this.page);
  }

  clickEditorAction(title: string): Promise<void> {
    return editor.clickEditorAction(this.page, title);
  }

  /** The hover over a text of the editor in front, as soon as it says what fits. */
  editorHover(text: string, fits: RegExp): Promise<string> {
    return editor.editorHover(this.page, text, fits);
  }

  /** Opens the menu of quick fixes at the cursor; resolves with their titles. */
  quickFixes(): Promise<string[]> {
    return editor.quickFixes(this.page);
  }

  pickQuickFix(title: string): Promise<void> {
    return editor.pickQuickFix(this.page, title);
  }

  /** Title of the editor tab in front; '' without one. */
  async activeTab(): Promise<string> {
    const tab = this.page.locator('.tab.active').first();
    return (await tab.count()) === 0 ? '' : ((await tab.getAttribute('data-resource-name')) ?? '');
  }

  /** What the tab in front says, as a screen reader hears it: "Full rollback: base.py, dev.py (preview) (2 files)". */
  async activeTabLabel(): Promise<string> {
    const tab = this.page.locator('.tab.active').first();
    return (await tab.count()) === 0 ? '' : ((await tab.getAttribute('aria-label')) ?? '');
  }

  /** The document inside the webview in front: webviews are a frame in a frame. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** Text of the panel (Output, Problems, …), as far as it is in sight. */
  async panelText(): Promise<string> {
    return plain(await this.page.locator('.part.panel').innerText());
  }

  clipboard(): Promise<string> {
    return this.page.evaluate('navigator.clipboard.readText()');
  }

  /** Reads until `accept` takes the value (default: truthy); see `waitFor` in workbench/wait.ts. */
  waitFor<T>(
    read: () => Promise<T> | T,
    what: string,
    accept?: (value: T) => boolean,
    options?: WaitOptions,
  ): Promise<T> {
    return waitFor(this.page, read, what, accept, options);
  }

  /** Changes the colour theme of the open window. */
  async setTheme(name: Theme): Promise<void> {
    const { ids, className } = THEMES[name];
    await this.#vscode.updateSettings({ 'workbench.colorTheme': await installedTheme(this.#vscode, ids) });
    await this.page.locator(`.monaco-workbench.${className}`).first().waitFor();
  }

  /** Saves test-output/screenshots/<name>.png; returns the path. */
  screenshot(name: string): Promise<string> {
    return screenshot(this.page, name);
  }

  /** Loads the window again, as after "Developer: Reload Window"; waits for the new extension host. */
  async reload(): Promise<void> {
    await forgetCompanion(this.#vscode.extensionsDir);
    await this.page.reload({ timeout: 60_000 });
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    if (this.#vscode.hasCompanion) {
      await this.waitFor(() => companionReady(this.#vscode.extensionsDir), 'the extension host', Boolean, {
        timeoutMs: 60_000,
      });
    }
  }

  async close(): Promise<void> {
    await forgetCompanion(this.#vscode.extensionsDir);
    await this.#browser.close();
  }
}
