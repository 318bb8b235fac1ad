import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { describeError } from '../../common/problem.ts';
import { VIEWS } from '../../contributions.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { Page } from './page.ts';

/** A few charts of the dashboard in a view, which can stand in the panel or beside the tree. */
export class CompactView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #parts: DashboardParts;
  readonly #disposables: Disposable[];
  readonly #visibility: Emitter<boolean>;
  #view: vscode.WebviewView | undefined;
  #page: Page | undefined;

  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#visibility = new Emitter((error) => {
      parts.log.error(describeError(error));
    });
    this.#disposables = [
      this.#visibility,
      parts.app.onDidChange(() => this.#page?.tell()),
      vscode.window.registerWebviewViewProvider(VIEWS.charts, this),
    ];
  }

  get visible(): boolean {
    return this.#view?.visible === true;
  }

  get onDidChangeVisibility(): Event<boolean> {
    return this.#visibility.event;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const page = new Page(this.#parts, view, { compact: true });
    this.#page = page;
    view.onDidDispose(() => {
      page.closed();
      if (this.#view !== view) return;
      this.#view = undefined;
      this.#page = undefined;
      this.#visibility.fire(false);
    });
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.hidden();
      this.#visibility.fire(view.visible);
    });
    this.#visibility.fire(view.visible);
  }

  /** What it draws has changed otherwise than by a reading. */
  redraw(): void {
    this.#page?.tell();
  }

  dispose(): void {
    this.#page?.closed();
    for (const disposable of this.#disposables.splice(0)) disposable.dispose();
  }
}
