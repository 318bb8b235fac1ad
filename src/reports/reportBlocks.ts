/** What a report is made of: plain texts, which each format escapes in its own way. */
export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Lines as they are: a statement, lines of a log. */
  | { readonly kind: 'code'; readonly language: 'sql' | 'text'; readonly text: string }
  /** A line of a file. `path`: from the folder that is open, with "/"; `line` counts from 1. */
  | { readonly kind: 'place'; readonly text: string; readonly path: string; readonly line: number }
  /** The first cell of each row names it; the others are right-aligned, but for columns of words. */
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Columns of words, which are left-aligned; the first always is. */
      readonly words?: readonly number[];
    }
  /** `png`: in base64. `text`: what it shows, for who does not see it. */
  | { readonly kind: 'picture'; readonly png: string; readonly text: string }
  /** `svg`: a whole file. */
  | { readonly kind: 'drawing'; readonly svg: string; readonly text: string }
  /** Opened by who wants to know more; on paper it stays closed. */
  | { readonly kind: 'folded'; readonly summary: string; readonly blocks: readonly Block[] };

export interface Report {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function isWords({ words = [] }: Extract<Block, { kind: 'table' }>, column: number): boolean {
  return column === 0 || words.includes(column);
}

/** As the address of a picture. */
export function drawingAddress({ svg }: Extract<Block, { kind: 'drawing' }>): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
