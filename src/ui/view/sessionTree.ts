import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { later } from '../../common/timers.ts';
import { changedRows, describe, type Row } from '../../presentation/rows/row.ts';
import { hoverText } from '../common/messages.ts';
import type { OpenRows } from './openRows.ts';
import { badgeUri, registerRowBadges } from './rowBadges.ts';

/**
 * How long the text of a row rests when its hover has been asked for, in milliseconds: what VS Code draws again loses its hover, and
 * it does not tell when a hover closes.
 */
const READING_MS = 20_000;

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
  readonly #open: OpenRows;
  /** Whose hover is being read, and what ends that. */
  #reading: { readonly id: string; readonly end: Disposable } | undefined;
  /** Rows that rest for it and have something new to say. */
  readonly #resting = new Set<string>();

  constructor(open: OpenRows) {
    this.#open = open;
  }

  /** Shows these rows from now on. */
  show(rows: readonly Row[]): void {
    const read = this.#withParents(this.#reading?.id);
    const changed = changedRows(this.#rows, rows, {
      isOpen: (row) => this.#open.isOpen(row),
      rests: ({ id }) => read.has(id) && this.#resting.add(id).has(id),
    });
    this.#rows = rows;
    this.#byId = new Map();
    this.#parents = new Map();
    this.#index(rows, undefined);
    if (changed.includes(undefined)) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire(changed.filter((id) => id !== undefined));
  }

  /** The row has been opened or closed: what stands behind its label hangs on it. */
  toggled(id: string): void {
    if (this.#byId.get(id)?.summary !== undefined) this.#changed.fire(id);
  }

  /** Nobody reads a hover any more: what rested for it is drawn. */
  endReading(): void {
    this.#read(undefined);
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

  /** How many rows it stands below. */
  depth(id: string): number {
    return this.#withParents(id).size - 1;
  }

  getTreeItem(id: string): vscode.TreeItem {
    const row = this.#byId.get(id);
    // VS Code may ask for a row that has gone meanwhile; an empty item is replaced by the redraw that is under way.
    if (row === undefined) return new vscode.TreeItem('');
    const isOpen = this.#open.isOpen(row);
    const item = new vscode.TreeItem(row.label, collapsibleState(row, isOpen));
    item.id = row.id;
    const description = describe(row, isOpen);
    if (description !== undefined) item.description = description;
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
    if (hover !== undefined) {
      item.tooltip = hoverText(hover());
      this.#read(id);
    }
    return item;
  }

  dispose(): void {
    this.#reading?.end.dispose();
    this.#badges.dispose();
    this.#changed.dispose();
  }

  /** The row's hover is shown now, and nobody reads another one. @param id undefined: nor this one any more */
  #read(id: string | undefined): void {
    const before = this.#reading;
    before?.end.dispose();
    this.#reading = id === undefined ? undefined : { id, end: later(() => this.endReading(), READING_MS) };
    // Also where nothing has changed: VS Code asks for the hover of a row once between two times of drawing it.
    if (before !== undefined) this.#resting.add(before.id);
    const read = this.#withParents(id);
    const rested = [...this.#resting].filter((one) => !read.has(one));
    for (const one of rested) this.#resting.delete(one);
    const drawn = rested.filter((one) => this.#byId.has(one));
    if (drawn.length > 0) this.#changed.fire(drawn);
  }

  #withParents(id: string | undefined): ReadonlySet<string> {
    const all = new Set<string>();
    for (let one = id; one !== undefined; one = this.#parents.get(one)) all.add(one);
    return all;
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

function collapsibleState(row: Row, isOpen: boolean): vscode.TreeItemCollapsibleState {
  if (row.children === undefined) return vscode.TreeItemCollapsibleState.None;
  return isOpen ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}
