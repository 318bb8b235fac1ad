import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { describeError } from '../../common/problem.ts';
import { PANELS, type MomentArgument } from '../../contributions.ts';
import type { ChartAction } from '../../webview/protocol/protocol.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { filesOf, Page } from './page.ts';

/** The one dashboard in an editor tab. */
export class Dashboard implements vscode.Disposable {
  readonly #parts: DashboardParts;
  readonly #disposables: Disposable[];
  readonly #visibility: Emitter<boolean>;
  #panel: vscode.WebviewPanel | undefined;
  #page: Page | undefined;

  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#visibility = new Emitter((error) => {
      parts.log.error(describeError(error));
    });
    this.#disposables = [
      this.#visibility,
      parts.app.onDidChange(() => this.#page?.tell()),
      vscode.window.registerWebviewPanelSerializer(PANELS.dashboard, {
        deserializeWebviewPanel: (panel) => {
          if (this.#panel === undefined) this.#adopt(panel);
          else panel.dispose(); // there is one already, opened before the window was restored
          return Promise.resolve();
        },
      }),
    ];
  }

  /** While it is, readings come at the pace of what is looked at. */
  get visible(): boolean {
    return this.#panel?.visible === true;
  }

  get onDidChangeVisibility(): Event<boolean> {
    return this.#visibility.event;
  }

  open(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      return;
    }
    const restored = restoredTab();
    const column = restored?.group.viewColumn ?? vscode.ViewColumn.Active;
    this.#adopt(
      vscode.window.createWebviewPanel(PANELS.dashboard, 'Django Sessions', column, {
        enableScripts: true,
        localResourceRoots: [filesOf(this.#parts)],
      }),
    );
    if (restored !== undefined) void vscode.window.tabGroups.close(restored);
  }

  /** Shows the time before and after something that happened beside each other. */
  compare(moment: MomentArgument): void {
    this.open();
    this.#page?.compare(moment);
  }

  /** What was chosen from the menu of a chart. */
  act(chart: string, action: ChartAction): void {
    this.#page?.post({ type: 'chartAction', chart, action });
  }

  /** Of what its page shows; where there is none it is opened, and shows the last day. */
  async saveReport(): Promise<void> {
    const { saveReport } = await import('./reportSave.ts');
    await saveReport(this.#parts, async (signal) => {
      const seconds = this.#page === undefined ? DAY_SECONDS : null;
      this.open();
      return this.#page?.reports.ask(seconds, signal);
    });
  }

  /** What it draws has changed otherwise than by a reading: a rollback, what the application said. */
  redraw(): void {
    this.#page?.tell();
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    panel.iconPath = new vscode.ThemeIcon('graph-line');
    const page = new Page(this.#parts, panel);
    this.#page = page;
    panel.onDidDispose(() => {
      page.closed();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#page = undefined;
      this.#visibility.fire(false);
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
      this.#visibility.fire(panel.visible);
    });
    this.#visibility.fire(panel.visible);
  }
}

const DAY_SECONDS = 24 * 3600;

/** The dashboard of before the window was loaded again, which VS Code hands over only when it is looked at. */
function restoredTab(): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  // VS Code puts a prefix of its own before the type.
  return tabs.find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(PANELS.dashboard));
}
