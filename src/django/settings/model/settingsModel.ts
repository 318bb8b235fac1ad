import { MIDDLEWARE_NAMES } from '../../project/middlewareValue.ts';
import type { PythonNode, PythonSource } from '../../python/syntax/nodes.ts';
import { parsePython } from '../../python/syntax/parse.ts';
import type { Frame } from '../../python/values/values.ts';
import type { Item } from '../middleware/items.ts';
import type { ListRecorder } from '../middleware/listRecorder.ts';
import type { Position } from '../middleware/listReading.ts';
import { reconciled } from '../middleware/reconcile.ts';
import { trackedNames } from '../middleware/trackedNames.ts';
import { SettingsReader } from './settingsReader.ts';

/** What one settings file says by itself, with the place of everything in the tree: what checks and rollbacks work on. */
export interface SettingsModel {
  readonly source: PythonSource;
  /** Names at the end of the file, as far as they are known. */
  readonly frame: Frame;
  /** Names of the list that is looked for, the first that is there wins: MIDDLEWARE, MIDDLEWARE_CLASSES, as it was asked. */
  readonly lists: readonly string[];
  /** MIDDLEWARE, or MIDDLEWARE_CLASSES where there is no MIDDLEWARE; undefined: none is there. */
  readonly listName: string | undefined;
  /** In order; what is commented out stands where it would run. */
  readonly items: readonly Item[];
  /** Names that MIDDLEWARE is made from, itself included. */
  readonly tracked: ReadonlySet<string>;
  /** By each of them, those that may hold what it holds. */
  readonly receivers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Simple statements that set or change one of them, in the order of the text. */
  readonly statements: readonly PythonNode[];
  /** Mentions of tracked names of which the effect on MIDDLEWARE is known, by offset. */
  readonly handled: ReadonlySet<number>;
  /** Names that were set to a place in one of the lists, which changes with what stands before it. */
  readonly positions: ReadonlyMap<string, Position>;
  /** All mentions of tracked names. */
  readonly mentions: readonly PythonNode[];
  /** Entries that a rollback has put in comments, by the offset of the first comment of each. */
  readonly marked: ReadonlyMap<number, string>;
}

/** The file has no name and no neighbours here: every import is of something that isn't known. */
const FILE = '/settings.py';

/**
 * Never throws. With what was read before a change of the text it takes half the time. `lists`: for a file from which others
 * take what they make MIDDLEWARE of, the names of it too.
 */
export function readSettings(
  text: string,
  previous?: SettingsModel,
  lists: readonly string[] = previous?.lists ?? MIDDLEWARE_NAMES,
): SettingsModel {
  return readSource(parsePython(text, FILE, previous?.source), lists);
}

/** The same, of what has been parsed already. */
export function readSource(source: PythonSource, lists: readonly string[] = MIDDLEWARE_NAMES): SettingsModel {
  const names = trackedNames(source, lists);
  const { recorder, frame } = new SettingsReader(source, names);
  const listName = lists.find((name) => recorder.lists.has(name));
  return {
    source,
    lists,
    frame,
    listName,
    items: listName === undefined ? [] : itemsOf(recorder, listName, frame),
    tracked: names.tracked,
    receivers: names.receivers,
    statements: recorder.statements,
    handled: recorder.handled,
    positions: recorder.positioned,
    mentions: names.mentions,
    marked: recorder.marked,
  };
}

function itemsOf(
  { lists, statements, undecided }: ListRecorder,
  owner: string,
  { source, names }: Frame,
): readonly Item[] {
  const items = lists.get(owner) ?? [];
  const statement = statements.at(-1);
  // Commented out statements alone leave no value.
  return statement === undefined
    ? items
    : reconciled(items, names.get(owner), { source, owner, statement, maybe: undecided.has(owner) });
}
