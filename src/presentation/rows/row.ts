import type { CommandId, RowContext } from '../../contributions.ts';

/** A row of the tree as data: built by pure functions, compared to find what changed, drawn by sessionTree.ts. */
export interface Row {
  /** Stays the same as long as the row means the same; expansion and selection hang on it. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: RowIcon;
  /** Markdown, made only when someone hovers. Not compared: it follows from the rest. */
  readonly hover?: () => string;
  /** What a screen reader says instead of label and description, where they don't read well. */
  readonly accessible?: string;
  /** Words that package.json's menus look for. */
  readonly context?: readonly RowContext[];
  /** What "Copy Value" copies. */
  readonly copy?: string;
  readonly command?: RowCommand;
  readonly children?: readonly Row[];
  readonly expanded?: boolean;
  /** A number at its right edge, which stays in sight where the view is narrow. */
  readonly badge?: RowBadge;
}

export interface RowBadge {
  readonly count: number;
  /** A theme colour, of the number and of the row's label. */
  readonly color: string;
  readonly tooltip: string;
}

export interface RowIcon {
  /** A codicon. */
  readonly id: string;
  /** A theme colour. */
  readonly color?: string;
}

export interface RowCommand {
  readonly id: CommandId;
  readonly title: string;
  readonly arguments?: readonly unknown[];
}

/** All that is drawn of a row itself, without its children: two rows with the same face look the same. */
export function face(row: Row): string {
  return JSON.stringify([
    row.label,
    row.description,
    row.icon,
    row.accessible,
    row.context,
    row.command,
    row.children === undefined,
    row.badge,
  ]);
}

/** Finds the smallest set of rows to redraw: `undefined` in the result stands for the root. */
export function changedRows(before: readonly Row[], after: readonly Row[]): readonly (string | undefined)[] {
  const changed: (string | undefined)[] = [];
  compareChildren(undefined, before, after, changed);
  return changed;
}

function compareChildren(
  parent: string | undefined,
  before: readonly Row[],
  after: readonly Row[],
  changed: (string | undefined)[],
): void {
  const sameRows = before.length === after.length && before.every((row, i) => row.id === after[i]?.id);
  if (!sameRows) {
    changed.push(parent);
    return;
  }
  after.forEach((row, i) => {
    const old = before[i];
    if (old === undefined) return;
    // Redrawing a row redraws what is below it too, so its children need no look of their own.
    if (face(old) !== face(row)) changed.push(row.id);
    else compareChildren(row.id, old.children ?? [], row.children ?? [], changed);
  });
}
