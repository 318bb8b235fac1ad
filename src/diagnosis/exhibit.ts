import type { CodeArgument, RangeArgument } from '../contributions.ts';

/** `line` counts from 0; undefined: not known. */
export type ExhibitPlace = CodeArgument & { readonly line?: number };

/** What a finding rests on, so that a person can look for themselves. */
export type Exhibit =
  /** A figure in a sentence: "1,204 saves a minute, 4.1 a minute and session". */
  | { readonly kind: 'figure'; readonly text: string }
  /** A statement that was asked, and its rows as a table. */
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** A line of code or of the settings. */
  | { readonly kind: 'code'; readonly text: string; readonly place: ExhibitPlace }
  /** A line of a log, and where it is from. */
  | { readonly kind: 'log'; readonly text: string; readonly source: string }
  /** What the history has of a metric, and in which range it is to be seen. */
  | { readonly kind: 'range'; readonly text: string; readonly metricId: string; readonly range: RangeArgument };
