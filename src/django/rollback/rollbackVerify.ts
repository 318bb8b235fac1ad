import { countProblems } from '../python/syntax/problems.ts';
import { Shapes } from '../python/values/shapes.ts';
import { signature, type EntryItem } from '../settings/middleware/items.ts';
import { knownEntries } from '../settings/middleware/reconcile.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import { readSettings, type SettingsModel } from '../settings/model/settingsModel.ts';
import { applyEdits, type TextEdit } from '../settings/text/edits.ts';

/** Looks at a plan from its end: what the text would say after it. Each returns why the plan can't be carried out. */

/** What Django would get, where that is known before and after. */
function valueDiffers(before: SettingsModel, after: SettingsModel, without: EntryItem | undefined): string | undefined {
  const name = before.listName;
  if (name === undefined) return undefined;
  const [had, has] = [before, after].map(({ frame }) => knownEntries(frame.names.get(name)));
  if (had === undefined) return undefined;
  if (has === undefined) return `what ${name} holds would not be known any more`;
  const left = had.filter(({ v, at }) => v !== without?.path || at?.from !== without.node.from);
  const same = left.length === has.length && left.every(({ v }, i) => v === has[i]?.v);
  return same ? undefined : `other entries of ${name} would change their places`;
}

export interface Expected {
  /** Items of MIDDLEWARE; undefined: as before. */
  readonly without?: EntryItem;
  readonly mayChange: ReadonlySet<string>;
  /** SESSION_SAVE_EVERY_REQUEST has to be True. */
  readonly everyRequest?: boolean;
}

/** Whether the text after the edits means what it meant before, but for what is intended. */
export function differs(
  model: SettingsModel,
  text: string,
  edits: readonly TextEdit[],
  expected: Expected,
): string | undefined {
  const after = readSettings(applyEdits(text, edits), undefined, model.lists);
  const [had, has] = [countProblems(model.source), countProblems(after.source)];
  if (has > had) return 'the Python would not be valid any more';
  if (has < had) return 'there is a syntax error in the statement itself';
  const before = model.items.filter((item) => item.kind !== 'entry' || item.node.from !== expected.without?.node.from);
  // Where all that this file does to a list of another file is commented out, nothing of it is left to be read.
  const left =
    after.listName === undefined && model.listName !== undefined
      ? signature(before).replace(/^\*$/, '')
      : signature(before);
  if (left !== signature(after.items)) return 'other entries of MIDDLEWARE would change their places';
  const value = valueDiffers(model, after, expected.without);
  if (value !== undefined) return value;
  const every = after.frame.names.get(SAVE_EVERY_REQUEST);
  if (expected.everyRequest === true && every?.t === 'bool' && !every.v)
    return `${SAVE_EVERY_REQUEST} is set to False behind it`;
  for (const [name, { place }] of model.positions)
    if (typeof place !== typeof after.positions.get(name)?.place) return `${name} is counted from the entry itself`;
  const shapes = new Shapes();
  for (const name of new Set([...model.frame.names.keys(), ...after.frame.names.keys()])) {
    if (expected.mayChange.has(name)) continue;
    if (shapes.of(model.frame.names.get(name)) !== shapes.of(after.frame.names.get(name)))
      return `${name} would change with it`;
  }
  return undefined;
}

/** Names whose values are meant to change. */
export function intended(model: SettingsModel): ReadonlySet<string> {
  return new Set([...model.tracked, ...model.positions.keys(), SAVE_EVERY_REQUEST]);
}
