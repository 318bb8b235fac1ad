import * as vscode from 'vscode';
import { applicationMessage } from '../../presentation/dashboard/applicationMessage.ts';
import type { ToDashboard } from '../../webview/protocol/protocol.ts';
import type { DashboardParts } from './dashboardParts.ts';

/** Tells one page what the application says of itself, as often as that is something else. */
export class ApplicationSection {
  readonly #parts: DashboardParts;
  readonly #post: (message: ToDashboard) => void;
  #told = '';
  /** Ids of the actions that the page was offered last. */
  offered: readonly string[] = [];

  constructor(parts: DashboardParts, post: (message: ToDashboard) => void) {
    this.#parts = parts;
    this.#post = post;
  }

  /** The page has been loaded anew. */
  forget(): void {
    this.#told = '';
  }

  tell(): void {
    const { app, operations } = this.#parts;
    const state = operations().application ?? { kind: 'waiting' };
    // While readings come the charts say the figures.
    const isLive = app.state.kind === 'connected' && app.state.monitor.kind === 'live';
    const current = isLive || state.kind !== 'configured' ? undefined : state.current;
    const message = applicationMessage(state, current, vscode.env.language);
    const text = JSON.stringify(message);
    if (text === this.#told) return;
    this.#told = text;
    this.offered = message.actions.map(({ id }) => id);
    this.#post(message);
  }
}
