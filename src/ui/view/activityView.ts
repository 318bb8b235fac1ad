import * as vscode from 'vscode';
import { CONTEXT_KEYS, VIEWS } from '../../contributions.ts';
import type { Operations } from '../../presentation/operations/operationRows.ts';
import { alertCounts } from '../../presentation/databases/alertCounts.ts';
import { badgeOfAll, badgeText } from '../../presentation/rows/databaseState.ts';
import { stateName, type AppState } from '../../presentation/rows/appState.ts';
import { ALERT_ROWS } from '../../presentation/tree/alertRows.ts';
import { treeContent } from '../../presentation/tree/treeRows.ts';
import { mayDeleteAll } from '../cleanup/mayDeleteAll.ts';
import { runCommand, setContext } from '../common/runCommand.ts';
import type { OpenRows } from './openRows.ts';
import { SessionTree } from './sessionTree.ts';

/** Rows further below are made of what is in the database: how they were left is not written down. */
const KEPT_DEPTH = 2;

/** The view in the activity bar: the tree, the text over it, the badge, and the context key that menus follow. */
export class ActivityView implements vscode.Disposable {
  readonly tree: SessionTree;
  readonly #view: vscode.TreeView<string>;
  readonly #seen = new vscode.EventEmitter<undefined>();
  readonly #open: OpenRows;
  #lastSelected: string | undefined;
  /** What VS Code was told last: it lays the view out anew each time it is told, also where it is the same. */
  #told: { readonly message: string; readonly title: string } | undefined;

  constructor(open: OpenRows) {
    this.#open = open;
    this.tree = new SessionTree(open);
    this.#view = vscode.window.createTreeView(VIEWS.sessions, { treeDataProvider: this.tree, showCollapseAll: true });
    this.#view.onDidChangeSelection(({ selection }) => {
      this.#lastSelected = selection.at(-1) ?? this.#lastSelected;
    });
    const opened = (id: string, isOpen: boolean): void => {
      this.#open.leave(id, isOpen, this.tree.depth(id) < KEPT_DEPTH);
      this.tree.toggled(id);
      this.#seen.fire(undefined);
    };
    this.#view.onDidExpandElement(({ element }) => opened(element, true));
    this.#view.onDidCollapseElement(({ element }) => opened(element, false));
    this.#view.onDidChangeVisibility(() => this.#seen.fire(undefined));
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** Whether it is in sight, or which of its rows are open. */
  get onDidChangeVisibility(): vscode.Event<unknown> {
    return this.#seen.event;
  }

  /** Its children are in sight, or scrolled out of it. */
  isOpen(rowId: string): boolean {
    const row = this.tree.row(rowId);
    const parent = this.tree.getParent(rowId);
    return this.visible && row !== undefined && this.#open.isOpen(row) && (parent === undefined || this.isOpen(parent));
  }

  /**
   * The row that a person means. VS Code tells extensions the selection, but not the focus, which the arrow keys move; so the
   * key binding of Copy Value toggles the selection of the focused row before and after. Toggled off, it was the last selected.
   */
  get chosenRow(): string | undefined {
    return this.#view.selection.at(-1) ?? this.#lastSelected;
  }

  show(state: AppState, operations: Operations, hasConnections: boolean, now: Date, locale: string): void {
    const content = treeContent(state, now, locale, operations);
    // An empty text takes the message away; `undefined` is what VS Code documents, but its types do not allow.
    const { message = '', title } = content;
    if (message !== this.#told?.message) this.#view.message = breakable(message);
    if (title !== this.#told?.title) this.#view.title = title;
    this.#told = { message, title };
    this.#view.badge = badgeOf(state);
    this.tree.show(content.rows);
    setContext(CONTEXT_KEYS.hasConnections, hasConnections);
    setContext(CONTEXT_KEYS.state, stateName(state));
    setContext(CONTEXT_KEYS.cleanupRunning, operations.cleanups.running !== undefined);
    setContext(CONTEXT_KEYS.canDeleteAll, state.kind === 'connected' && mayDeleteAll(state.connection));
  }

  /** Brings the alerts into sight, whichever way they stand. */
  async revealAlerts(): Promise<void> {
    await this.reveal(ALERT_ROWS.find((id) => this.tree.row(id) !== undefined) ?? ALERT_ROWS[0]);
  }

  /** Brings the row into sight with the focus on it, opening the view if need be. */
  async reveal(rowId: string): Promise<void> {
    if (this.tree.row(rowId) === undefined) await runCommand(`${VIEWS.sessions}.focus`);
    else await this.#view.reveal(rowId, { focus: true, select: true, expand: true });
  }

  dispose(): void {
    this.#view.dispose();
    this.#seen.dispose();
    this.tree.dispose();
  }
}

/** VS Code cuts off a word that is wider than the view: host names and dotted paths get places (U+200B) where they may break. */
function breakable(text: string): string {
  return text.replace(/\S{20,}/g, (word) => word.replace(/[./:_](?=\w)/g, '$&\u200b'));
}

function badgeOf(state: AppState): vscode.ViewBadge | undefined {
  const counted = alertCounts(state);
  const { critical, warning } = badgeOfAll(counted);
  const value = critical + warning;
  if (value === 0) return undefined;
  return { value, tooltip: counted.map(({ name, badge }) => `${name}${badgeText(badge)}`).join('\n') };
}
