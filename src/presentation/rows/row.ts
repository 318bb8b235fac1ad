import type { CommandId, RowContext } from '../../contributions.ts';

/** A row of the tree as data: built by pure functions, compared to find what changed, drawn by sessionTree.ts. */
export interface Row {
  /** Stays the same as long as the row means the same; expansion and selection hang on it. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** What its children come to: behind the label while it is closed, and while it is open what stands below says it. */
  readonly summary?: string;
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

/** How the rows stand on the screen, as far as it counts for what has to be drawn again. */
export interface OnScreen {
  readonly isOpen: (row: Row) => boolean;
  /** Of a row whose text has changed: it may wait, for somebody reads the hover of the row or of one below it. */
  readonly rests: (row: Row) => boolean;
}

const AS_DRAWN_FIRST: OnScreen = { isOpen: ({ expanded }) => expanded === true, rests: () => false };

/** What stands behind its label. */
export function describe(row: Row, isOpen: boolean): string | undefined {
  return row.description ?? (isOpen ? undefined : row.summary);
}

/** Two rows with the same look and the same text look the same, without their children. */
function lookOf(row: Row): string {
  return JSON.stringify([row.label, row.icon, row.context, row.command, row.children === undefined, row.badge]);
}

function textOf(row: Row, { isOpen }: OnScreen): string {
  return JSON.stringify([describe(row, isOpen(row)), row.accessible]);
}

/** Finds the smallest set of rows to redraw: `undefined` in the result stands for the root. */
export function changedRows(
  before: readonly Row[],
  after: readonly Row[],
  screen: OnScreen = AS_DRAWN_FIRST,
): readonly (string | undefined)[] {
  const compare = (
    parent: string | undefined,
    old: readonly Row[],
    now: readonly Row[],
  ): readonly (string | undefined)[] => {
    const sameRows = old.length === now.length && old.every((row, i) => row.id === now[i]?.id);
    if (!sameRows) return [parent];
    return now.flatMap((row, i) => {
      const was = old[i] ?? row;
      const changed =
        lookOf(was) !== lookOf(row) || (textOf(was, screen) !== textOf(row, screen) && !screen.rests(row));
      // Redrawing a row redraws what is below it too, so its children need no look of their own.
      return changed ? [row.id] : compare(row.id, was.children ?? [], row.children ?? []);
    });
  };
  return compare(undefined, before, after);
}
