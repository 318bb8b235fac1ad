import type { RowContext } from './contextKeys.ts';
import { all, IN_DIAGNOSIS, IN_PREVIEW, IN_VIEW, ON_CHART, rowIs } from './when.ts';

/** All that is known of a command but its handler (ui/commands/commands.ts). Its id is made of its name in the table. */
export interface CommandRow {
  /** Starts with a verb, in title case; with "…" when something is asked before anything is done. */
  readonly title: string;
  /** Name of a codicon. */
  readonly icon?: string;
  /** When clause; without one it can always be called. */
  readonly enablement?: string;
  readonly menus?: readonly MenuPlace[];
  /** false: not in the command palette, since it has to be told what it is about. */
  readonly palette?: false;
  readonly keys?: KeyBinding;
  /** What it is called with; without it, nothing. Everything may be missing where the palette offers it. */
  readonly takes?: Takes<readonly unknown[]>;
}

export interface MenuPlace {
  readonly menu: 'view/title' | 'view/item/context' | 'editor/title' | 'webview/context';
  /** With the place in it: 'inline@1'. */
  readonly group: string;
  readonly when: string;
}

export interface KeyBinding {
  readonly key: string;
  readonly mac: string;
  readonly when: string;
  /** A command of VS Code that is run before and after. */
  readonly around?: string;
}

/** Arguments of a command: a type and nothing else. */
export interface Takes<Arguments extends readonly unknown[]> {
  readonly of?: Arguments;
}

export const takes = <Arguments extends readonly unknown[]>(): Takes<Arguments> => ({});

export const inTitle = (group: string, ...when: readonly string[]): MenuPlace => ({
  menu: 'view/title',
  group,
  when: all(IN_VIEW, ...when),
});

/** In the menu of the rows that have this word, or with the group 'inline' as a button on them. */
export const onRow = (word: RowContext, group: string, ...when: readonly string[]): MenuPlace => ({
  menu: 'view/item/context',
  group,
  when: all(IN_VIEW, rowIs(word), ...when),
});

/** In the menu of a chart of the dashboard. */
export const onChart = (group: string): MenuPlace => ({ menu: 'webview/context', group, when: ON_CHART });

export const inPreview = (group: string): MenuPlace => ({ menu: 'editor/title', group, when: IN_PREVIEW });

export const inReport = (group: string): MenuPlace => ({ menu: 'editor/title', group, when: IN_DIAGNOSIS });
