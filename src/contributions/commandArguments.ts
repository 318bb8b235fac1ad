/** A row of the tree as a command receives it from a menu; undefined when it was called from the palette. */
export interface RowArgument {
  readonly rowId: string;
}

/** A place in a settings file from which the throttle is switched: its file, since what stands there may have moved. */
export interface FileArgument {
  readonly origin: 'lens' | 'quick fix';
  readonly file: string;
}

/** A tree menu hands over the id of the row; undefined when it was called from the palette. */
export type ThrottleArgument = FileArgument | RowArgument | string;

/** Milliseconds since the epoch. */
export interface RangeArgument {
  readonly from: number;
  readonly to: number;
}

/** Something that happened, as the charts mark it: what is before it and what after it can be compared. */
export interface MomentArgument {
  readonly kind: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When it ended; null: it was a moment. */
  readonly until: number | null;
  readonly text: string;
}

/** A chart whose menu was opened: what its card says in data-vscode-context. */
export interface ChartArgument {
  readonly chart: string;
}

/** A place in code: UTF-16 offsets. */
export interface CodeArgument {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** A block of a Markdown file, known by a hash of what stands in it: where it stands may have moved. */
export interface GuideBlockArgument {
  readonly file: string;
  readonly block: string;
}
