import { inspect } from 'node:util';
import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { PANELS } from '../../contributions.ts';
import type { HistorySource } from '../../monitoring/historySource.ts';
import type { ApplicationReading } from '../../services/application/applicationReading.ts';
import { parseToHost, type ToDashboard, type ToHost } from '../../webview/protocol.ts';
import type { App } from '../app.ts';
import type { Operations } from '../operationRows.ts';
import { showProblem } from '../showProblem.ts';
import { applicationMessage } from './applicationMessage.ts';
import { CHART_SPECS } from './chartSpecs.ts';
import { stateMessage } from './dashboardState.ts';
import { dashboardHtml } from './html.ts';
import { rangeAnswer } from './rangeAnswer.ts';
import { savePicture } from './savePicture.ts';

export interface DashboardParts {
  readonly app: Pick<App, 'state' | 'onDidChange'>;
  readonly extensionUri: vscode.Uri;
  readonly source: HistorySource;
  readonly operations: () => Operations;
  /** What the application said last; undefined: nothing is set up. */
  readonly application?: () => ApplicationReading | undefined;
  readonly log: Log;
}

/**
 * The one dashboard, in an editor tab. It is filled when it shows and told of each reading while it is visible; hidden it does
 * not exist but for what it has kept with `setState`, and nothing is sent to it.
 */
export class Dashboard implements vscode.Disposable {
  readonly #parts: DashboardParts;
  readonly #disposables: Disposable[];
  readonly #visibility: Emitter<boolean>;
  readonly #files: vscode.Uri;
  #panel: vscode.WebviewPanel | undefined;
  /** It has said that it is there: before that messages would be lost. */
  #ready = false;
  /** Ids of the actions that it was offered last. */
  #offered: ReadonlySet<string> = new Set();

  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#files = vscode.Uri.joinPath(parts.extensionUri, 'dist');
    this.#visibility = new Emitter((error) => {
      parts.log.error(describeError(error));
    });
    this.#disposables = [
      this.#visibility,
      parts.app.onDidChange(() => {
        this.#tellState();
      }),
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
        localResourceRoots: [this.#files],
      }),
    );
    if (restored !== undefined) void vscode.window.tabGroups.close(restored);
  }

  /** What it draws has changed otherwise than by a reading: a rollback, what the application said. */
  redraw(): void {
    this.#tellState();
    this.#tellApplication();
  }

  dispose(): void {
    this.#panel?.dispose();
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [this.#files] };
    panel.iconPath = new vscode.ThemeIcon('graph-line');
    panel.onDidDispose(() => {
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#ready = false;
      this.#visibility.fire(false);
    });
    panel.onDidChangeViewState(() => {
      // A hidden page is gone; one that shows again is loaded anew and says so.
      if (!panel.visible) this.#ready = false;
      this.#visibility.fire(panel.visible);
    });
    webview.onDidReceiveMessage((message: unknown) => {
      this.#hear(message);
    });
    const file = (name: string): vscode.Uri => vscode.Uri.joinPath(this.#files, name);
    webview.html = dashboardHtml(webview, file('webview.js'), file('webview.css'));
    this.#visibility.fire(panel.visible);
  }

  #hear(message: unknown): void {
    const heard = parseToHost(message);
    if (heard === undefined) {
      this.#parts.log.warn(`The dashboard sent what it should not, which was refused: ${shown(message)}`);
      return;
    }
    Promise.resolve(this.#answer(heard)).catch((error: unknown) => showProblem(error, this.#parts.log));
  }

  async #answer(message: ToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        this.#post({ type: 'setup', locale: vscode.env.language, charts: CHART_SPECS });
        this.#tellState();
        this.#tellApplication();
        return;
      case 'range':
        this.#post(rangeAnswer(this.#parts.source, message));
        return;
      case 'run':
        if (this.#offered.has(message.action)) await vscode.commands.executeCommand(message.action);
        else
          this.#parts.log.warn(`The dashboard asked for an action that it was not offered: ${shown(message.action)}`);
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        vscode.window.setStatusBarMessage('$(copy) Copied', 3000);
        return;
      case 'savePicture':
        await savePicture(message.name, message.data);
        return;
      case 'failed':
        this.#parts.log.error(`The dashboard failed: ${message.message}`);
        return;
    }
  }

  #tellState(): void {
    const { app, operations, source } = this.#parts;
    if (!this.#ready) return;
    const now = new Date();
    const happened = source.annotations(new Date(now.getTime() - LATELY_MS), now).length;
    const message = stateMessage(app.state, { operations: operations(), happened }, now, vscode.env.language);
    this.#offered = new Set(message.actions.map(({ id }) => id));
    this.#post(message);
  }

  #tellApplication(): void {
    // Without it there is no such section: the page would promise what can't be set up yet.
    const { application } = this.#parts;
    if (application !== undefined) this.#post(applicationMessage(application(), vscode.env.language));
  }

  #post(message: ToDashboard): void {
    if (!this.#ready || this.#panel?.visible !== true) return;
    void this.#panel.webview.postMessage(message);
  }
}

/** The dashboard of before the window was loaded again, which VS Code hands over only when it is looked at. */
function restoredTab(): vscode.Tab | undefined {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  // VS Code puts a prefix of its own before the type.
  return tabs.find(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(PANELS.dashboard));
}

/** What happened before can be seen in the ranges that are asked for, and does not change any more. */
const LATELY_MS = 24 * 3600 * 1000;

/** A message for the log, cut off where it is long. */
function shown(message: unknown): string {
  const text = inspect(message, { depth: 3, breakLength: Infinity });
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
