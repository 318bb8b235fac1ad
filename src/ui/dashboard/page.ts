import * as vscode from 'vscode';
import { parseToHost, type ToDashboard } from '../../webview/protocol.ts';
import { showProblem } from '../showProblem.ts';
import { answer, shown, type Asker } from './answers.ts';
import { applicationMessage } from './applicationMessage.ts';
import { CHART_SPECS } from './chartSpecs.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { stateMessage } from './dashboardState.ts';
import { dashboardHtml } from './html.ts';

/** Where a page shows: an editor tab or a view. */
export interface Surface {
  readonly webview: vscode.Webview;
  readonly visible: boolean;
}

/**
 * One page of the dashboard in one webview. It is filled when it shows and told of each reading while it is visible; hidden it
 * does not exist but for what it has kept with `setState`, and nothing is sent to it.
 */
export class Page implements Asker {
  readonly parts: DashboardParts;
  readonly #surface: Surface;
  /** It has said that it is there: before that messages would be lost. */
  #ready = false;
  offered: ReadonlySet<string> = new Set();

  constructor(parts: DashboardParts, surface: Surface) {
    this.parts = parts;
    this.#surface = surface;
    const { webview } = surface;
    const files = filesOf(parts);
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    webview.onDidReceiveMessage((message: unknown) => {
      this.#hear(message);
    });
    const file = (name: string): vscode.Uri => vscode.Uri.joinPath(files, name);
    webview.html = dashboardHtml(webview, file('webview.js'), file('webview.css'));
  }

  /** To be called when it was hidden: a hidden page is gone; one that shows again is loaded anew and says so. */
  hidden(): void {
    this.#ready = false;
  }

  begin(): void {
    this.#ready = true;
    this.post({ type: 'setup', locale: vscode.env.language, charts: CHART_SPECS });
    this.tell();
  }

  /** Tells all that may have changed. */
  tell(): void {
    this.tellState();
    // Without it there is no such section: the page would promise what can't be set up yet.
    const { application } = this.parts;
    if (application !== undefined) this.post(applicationMessage(application(), vscode.env.language));
  }

  tellState(): void {
    const { app, operations, source } = this.parts;
    if (!this.#ready) return;
    const now = new Date();
    const happened = source.annotations(new Date(now.getTime() - LATELY_MS), now).length;
    const message = stateMessage(app.state, { operations: operations(), happened }, now, vscode.env.language);
    this.offered = new Set(message.actions.map(({ id }) => id));
    this.post(message);
  }

  post(message: ToDashboard): void {
    if (this.#ready && this.#surface.visible) void this.#surface.webview.postMessage(message);
  }

  #hear(message: unknown): void {
    const heard = parseToHost(message);
    if (heard === undefined) {
      this.parts.log.warn(`The dashboard sent what it should not, which was refused: ${shown(message)}`);
      return;
    }
    answer(heard, this).catch((error: unknown) => showProblem(error, this.parts.log));
  }
}

/** All that a page may load. */
export function filesOf({ extensionUri }: Pick<DashboardParts, 'extensionUri'>): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist');
}

/** What happened before can be seen in the ranges that are asked for, and does not change any more. */
const LATELY_MS = 24 * 3600 * 1000;
