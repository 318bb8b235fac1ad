import * as vscode from 'vscode';
import { changedRows, type Row } from '../../presentation/rows/row.ts';
import { hoverText } from '../common/messages.ts';
import { badgeUri, registerRowBadges } from './rowBadges.ts';

/**
 * Draws rows that are made elsewhere. Rows are looked up by id, so a node keeps its identity (and with it expansion,
 * selection and focus) over readings, and only the rows that changed are redrawn.
 */
export class SessionTree implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #badges = registerRowBadges();
  readonly #changed = new vscode.EventEmitter<string | string[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #rows: readonly Row[] = [];
  #byId = new Map<string, Row>();
  #parents = new Map<string, string>();
  /** Redrawn rows since the start, for the test that only what changed is redrawn. */
  redrawn = 0;

  /** Shows these rows from now on. */
  show(rows: readonly Row[]): void {
    const changed = changedRows(this.#rows, rows);
    this.#rows = rows;
    this.#byId = new Map();
    this.#parents = new Map();
    this.#index(rows, undefined);
    this.redrawn += changed.length;
    if (changed.includes(undefined)) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed.filter((id) => id !== undefined));
  }

  row(id: string): Row | undefined {
    return this.#byId.get(id);
  }

  getChildren(id?: string): string[] {
    const rows = id === undefined ? this.#rows : (this.#byId.get(id)?.children ?? []);
    return rows.map((row) => row.id);
  }

  getParent(id: string): string | undefined {
    return this.#parents.get(id);
  }

  getTreeItem(id: string): vscode.TreeItem {
    const row = this.#byId.get(id);
    // VS Code may ask for a row that has gone meanwhile; an empty item is replaced by the redraw that is under way.
    if (row === undefined) return new vscode.TreeItem('');
    const item = new vscode.TreeItem(row.label, collapsibleState(row));
    item.id = row.id;
    if (row.description !== undefined) item.description = row.description;
    if (row.icon !== undefined) item.iconPath = themeIcon(row.icon);
    if (row.badge !== undefined) item.resourceUri = badgeUri(row.id, row.badge);
    if (row.context !== undefined) item.contextValue = row.context.join(' ');
    if (row.accessible !== undefined) item.accessibilityInformation = { label: row.accessible };
    if (row.command !== undefined) {
      item.command = {
        command: row.command.id,
        title: row.command.title,
        ...(row.command.arguments === undefined ? {} : { arguments: [...row.command.arguments] }),
      };
    }
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, id: string): vscode.TreeItem {
    const hover = this.#byId.get(id)?.hover;
    if (hover !== undefined) item.tooltip = hoverText(hover());
    return item;
  }

  dispose(): void {
    this.#badges.dispose();
    this.#changed.dispose();
  }

  #index(rows: readonly Row[], parent: string | undefined): void {
    for (const row of rows) {
      this.#byId.set(row.id, row);
      if (parent !== undefined) this.#parents.set(row.id, parent);
      this.#index(row.children ?? [], row.id);
    }
  }
}

function themeIcon(icon: NonNullable<Row['icon']>): vscode.ThemeIcon {
  return icon.color === undefined
    ? new vscode.ThemeIcon(icon.id)
    : new vscode.ThemeIcon(icon.id, new vscode.ThemeColor(icon.color));
}

function collapsibleState(row: Row): vscode.TreeItemCollapsibleState {
  if (row.children === undefined) return vscode.TreeItemCollapsibleState.None;
  return row.expanded === true ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
