import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import type { PythonNode } from '../../python/syntax/nodes.ts';
import type { Frame } from '../../python/values/values.ts';
import type { Item } from './items.ts';

/** What a name stands for that was set to a place in a list. */
export interface Position {
  readonly owner: string;
  /** A number, as Python counts; a text where the entry that it is counted from isn't known. */
  readonly place: number | string;
  /** What the list held then, undefined where this file had not touched it yet: of another list it says nothing. */
  readonly items: readonly Item[] | undefined;
  /** The statement that set the name. */
  readonly statement: PythonNode;
  /** Whether that ran isn't known. */
  readonly maybe: boolean;
}

/** Where an expression is read. */
export interface ListReading {
  readonly it: Evaluation;
  readonly frame: Frame;
  /** What the names that feed MIDDLEWARE hold at this point. */
  readonly lists: Map<string, readonly Item[]>;
  readonly tracked: ReadonlySet<string>;
  /** Offsets of the mentions of tracked names that are accounted for. */
  readonly handled: Set<number>;
  /** What the comments of a rollback hold, by the offset of the first: filled while reading. */
  readonly marked: Map<number, string>;
  /** Names that were set to a place in one of the lists. */
  readonly positions: Map<string, Position>;
  readonly statement: PythonNode;
  readonly owner: string;
  readonly maybe: boolean;
  /** The statement stands in a loop: what it counts, and what names hold in it, is another thing each time. */
  readonly repeated: boolean;
}
