import { lineAt } from '../python/syntax/lines.ts';
import { MAX_PYTHON } from '../python/syntax/maxText.ts';
import type { PythonNode } from '../python/syntax/nodes.ts';
import { parsePython } from '../python/syntax/parse.ts';
import { countProblems, hasError } from '../python/syntax/problems.ts';
import { isEntry, signature, wordsOf, type CommentItem, type EntryItem } from '../settings/middleware/items.ts';
import { middlewareName, type MiddlewareName, type MiddlewareOption } from '../settings/middleware/middlewareName.ts';
import { otherUse } from '../settings/model/otherUse.ts';
import { removedEntries } from '../settings/model/removedEntries.ts';
import { SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import { readSettings, type SettingsModel } from '../settings/model/settingsModel.ts';
import { applyEdits, type TextEdit } from '../settings/text/edits.ts';
import { hasMark } from '../settings/text/rollbackMarkers.ts';
import { scopeOf, starImports } from '../settings/text/scopes.ts';
import { commentOut } from './rollbackEntry.ts';
import { undoMarkers } from './rollbackRestore.ts';
import { setSaveEveryRequest } from './rollbackSetting.ts';
import { differs, intended } from './rollbackVerify.ts';

/** disable: quick rollback; fullRollback: SESSION_SAVE_EVERY_REQUEST = True and the entry removed; restore: undoes either. */
export type RollbackAction = 'disable' | 'fullRollback' | 'restore';

export interface RollbackOptions extends MiddlewareOption {
  /** Offset of the entry that is meant, where there are several. */
  readonly entryAt?: number;
  /** Names of the list, where other files make MIDDLEWARE from another of this file; the first that is there wins. */
  readonly lists?: readonly string[];
  /** What is known of all settings files together: warnings about what another file may do are left out. */
  readonly project?: { readonly saveEveryRequest: boolean | undefined };
}

export type RollbackPlan =
  | { readonly kind: 'edit'; readonly edits: readonly TextEdit[]; readonly warnings: readonly string[] }
  /** There is nothing to do in this text. */
  | { readonly kind: 'nothing'; readonly reason: string }
  /** It can't be done without guessing. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Plans a change of the text of one settings file; never throws, and never runs it. The plan is worked out from the text
 * alone, its outcome is read again before it is given out, and what a rollback writes can be undone byte for byte.
 */
export function planRollback(text: string, action: RollbackAction, options: RollbackOptions = {}): RollbackPlan {
  if (text.length > MAX_PYTHON) return refused('the file is too large to be read');
  const middleware = middlewareName(options.middleware);
  const model = readSettings(text, undefined, options.lists);
  if (model.source.stoppedAt !== undefined) return refused('the file takes too long to be read');
  if (action === 'restore')
    return planRestore(model, text, options.middleware === undefined ? undefined : middleware, middleware);
  const shadow = options.project === undefined ? overshadowed(model) : undefined;
  if (shadow !== undefined) return refused(shadow);
  const target = findTarget(model, middleware, options.entryAt);
  return action === 'disable' ? planDisable(model, text, target, options) : planFull(model, text, target, options);
}

/** The part of a full rollback that is for a file which sets SESSION_SAVE_EVERY_REQUEST after the one with the entry. */
export function planSaveEveryRequest(text: string, options: RollbackOptions = {}): RollbackPlan {
  const off = nothing(`${SAVE_EVERY_REQUEST} is True`);
  return planFull(readSettings(text, undefined, options.lists), text, { plan: off, off: true }, options);
}

const refused = (why: string): RollbackPlan => ({ kind: 'refused', reason: sentence(why) });
const nothing = (why: string): RollbackPlan => ({ kind: 'nothing', reason: sentence(why) });
const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('?') ? '' : '.'}`;

type Target = { readonly entry: EntryItem } | { readonly plan: RollbackPlan; readonly off: boolean };

/** The one entry that is meant. `off`: it is commented out already. */
function findTarget(model: SettingsModel, middleware: MiddlewareName, entryAt?: number): Target {
  const { source, items, statements, listName } = model;
  const found = new Map(
    items
      .filter(isEntry)
      .filter((e) => middleware.matches(e.path) && (entryAt === undefined || e.node.from === entryAt))
      .map((e) => [e.node.from, e]),
  );
  const lines = [...new Set([...found.keys()].map((from) => lineAt(source, from)))].sort((a, b) => a - b);
  const [entry] = found.values();
  if (entry !== undefined && found.size === 1) {
    if (!hasError(source, entry.statement)) return { entry };
    return { plan: refused(`the statement of the entry in line ${lines.join()} has a syntax error`), off: false };
  }
  if (entry !== undefined) {
    return {
      plan: refused(`${middleware.name} stands in more than one place (line ${lines.join(', ')}): which one is meant?`),
      off: false,
    };
  }
  const broken = statements.find((statement) => hasError(source, statement));
  if (broken !== undefined) {
    return {
      plan: refused(
        `the statement of ${listName ?? 'MIDDLEWARE'} in line ${lineAt(source, broken.from)} has a syntax error`,
      ),
      off: false,
    };
  }
  const comment = items.find((item): item is CommentItem => item.kind === 'comment' && middleware.matches(item.path));
  if (comment !== undefined) {
    return {
      plan: nothing(`${middleware.name} is already commented out in line ${lineAt(source, comment.from)}`),
      off: true,
    };
  }
  if (removedEntries(model, middleware).length > 0)
    return { plan: nothing(`${middleware.name} was already removed by a full rollback`), off: true };
  const computed = items.filter(isEntry).find((item) => item.within === 'other');
  if (computed !== undefined) {
    return {
      plan: refused(`${listName ?? 'MIDDLEWARE'} is computed in line ${lineAt(source, computed.node.from)}`),
      off: false,
    };
  }
  const unknown = items.find((item) => item.kind === 'unknown');
  if (unknown?.kind === 'unknown') {
    return {
      plan: refused(`${middleware.name} is not among the entries that can be read, and not all can: ${unknown.why}`),
      off: false,
    };
  }
  const hidden = model.mentions.find((mention) => isTarget(mention) && scopeOf(mention) === 'function');
  if (listName === undefined && hidden !== undefined) {
    const line = lineAt(source, hidden.from);
    const set = `MIDDLEWARE is set in line ${line}, inside a class or function, which is not followed`;
    return { plan: refused(set), off: false };
  }
  const why =
    listName === undefined ? 'MIDDLEWARE is not set in this file' : `${middleware.name} is not in ${listName}`;
  return { plan: nothing(why), off: false };
}

const isTarget = (mention: PythonNode): boolean =>
  mention.parent?.name === 'AssignStatement' && mention.parent.firstChild?.from === mention.from;

/** A list of which the text does not say that it counts: Django takes MIDDLEWARE, which may come from elsewhere. */
function overshadowed({ source, listName }: SettingsModel): string | undefined {
  const [star] = listName === 'MIDDLEWARE_CLASSES' ? starImports(source) : [];
  if (star === undefined) return undefined;
  const line = `line ${lineAt(source, star.from)}`;
  return `${line} takes over all names of another file: with a MIDDLEWARE among them, MIDDLEWARE_CLASSES has no effect`;
}

function planDisable(model: SettingsModel, text: string, target: Target, { project }: RollbackOptions): RollbackPlan {
  if ('plan' in target) return target.plan;
  const entry = commentOut(model.source, text, target.entry, 'off');
  if ('refused' in entry) return refused(entry.refused);
  const plan = verified(model, text, entry.edits, { entry: target.entry });
  const value = model.frame.names.get(SAVE_EVERY_REQUEST);
  const everyRequest = project === undefined ? value?.t === 'bool' && value.v : project.saveEveryRequest === true;
  const warnings = [...(everyRequest ? [] : [LOGOUT_TRAP]), ...warningsOf(model, target.entry, project)];
  return plan ?? { kind: 'edit', edits: entry.edits, warnings };
}

const LOGOUT_TRAP =
  `While ${SAVE_EVERY_REQUEST} is not True, nothing moves the expiry of a session on that the application does not change: ` +
  'active users are logged out SESSION_COOKIE_AGE after their last save.';
const MANY_WRITES = 'Every request with a session will write to the session table.';

function planFull(model: SettingsModel, text: string, target: Target, { project }: RollbackOptions): RollbackPlan {
  if ('plan' in target && !target.off) return target.plan;
  const found = 'entry' in target ? target.entry : undefined;
  const entry = found === undefined ? { edits: [] } : commentOut(model.source, text, found, 'removed');
  if ('refused' in entry) return refused(entry.refused);
  const setting = setSaveEveryRequest(model, text);
  if ('refused' in setting) return refused(setting.refused);
  const edits = [...entry.edits, ...setting.edits];
  if (edits.length === 0) return nothing(`the middleware is off and ${SAVE_EVERY_REQUEST} is True`);
  const plan = verified(model, text, edits, { entry: found, everyRequest: true });
  const about = found === undefined ? [] : warningsOf(model, found, project);
  const elsewhere = project === undefined ? setting.overridden : [];
  return plan ?? { kind: 'edit', edits, warnings: [MANY_WRITES, ...setting.warnings, ...elsewhere, ...about] };
}

/** undefined: the plan does what it should, and can be undone. */
function verified(
  model: SettingsModel,
  text: string,
  edits: readonly TextEdit[],
  { entry, everyRequest = false }: { readonly entry: EntryItem | undefined; readonly everyRequest?: boolean },
): RollbackPlan | undefined {
  const use = entry === undefined ? undefined : otherUse(model, entry);
  if (use !== undefined) return refused(use);
  const expected = { mayChange: intended(model), everyRequest, ...(entry === undefined ? {} : { without: entry }) };
  const difference = differs(model, text, edits, expected);
  if (difference !== undefined) return refused(`the entry can't be taken out here: ${difference}`);
  const after = applyEdits(text, edits);
  const back = undoneText(after);
  const before = hasMark(text) ? undoneText(text) : text;
  return back === before ? undefined : refused('the change could not be undone byte for byte here');
}

function undoneText(text: string): string | undefined {
  const undone = undoMarkers(parsePython(text), text);
  return 'refused' in undone ? undefined : applyEdits(text, undone.edits);
}

function warningsOf(model: SettingsModel, entry: EntryItem, project: RollbackOptions['project']): string[] {
  const line = lineAt(model.source, entry.node.from);
  const warnings: string[] = [];
  if (model.listName !== entry.owner) {
    warnings.push(
      `The entry stands in ${entry.owner}, which ${model.listName ?? 'MIDDLEWARE'} is made from: ${entry.owner} changes with it.`,
    );
  }
  if (entry.maybe)
    warnings.push(`Whether the entry in line ${line} counts depends on a condition that the text does not decide.`);
  if (project === undefined && model.items.some((item) => item.kind === 'unknown')) {
    warnings.push(
      `Not all of ${model.listName ?? 'MIDDLEWARE'} can be read in this file: the entry may be added elsewhere as well.`,
    );
  }
  return warnings;
}

function planRestore(
  model: SettingsModel,
  text: string,
  only: MiddlewareName | undefined,
  middleware: MiddlewareName,
): RollbackPlan {
  const { source, marked } = model;
  const undone = undoMarkers(source, text, only === undefined ? undefined : { middleware: only, marked });
  if ('refused' in undone) return refused(undone.refused);
  if (undone.edits.length === 0) return planUncomment(model, text, middleware);
  const after = readSettings(applyEdits(text, undone.edits), undefined, model.lists);
  if (countProblems(after.source) > countProblems(model.source)) {
    return refused('the lines around the rollback were changed so that what stood there does not fit any more');
  }
  const problem = restoredProblem(model, after, middleware);
  return problem === undefined ? { kind: 'edit', edits: undone.edits, warnings: [] } : refused(problem);
}

function restoredProblem(before: SettingsModel, after: SettingsModel, middleware: MiddlewareName): string | undefined {
  const count = (model: SettingsModel): EntryItem[] =>
    model.items.filter(isEntry).filter((e) => middleware.matches(e.path));
  const [present] = count(before);
  if (present !== undefined && count(after).length > count(before).length) {
    return `${middleware.name} is on in line ${lineAt(before.source, present.node.from)}: restoring would list it twice`;
  }
  // What is restored comes in between; another statement that counts places may do something else with it.
  const words = wordsOf(before.items);
  for (const word of wordsOf(after.items)) if (word === words[0]) words.shift();
  if (words.length > 0) return 'other entries of MIDDLEWARE would change their places';
  return undefined;
}

/** No rollback of ours: an entry that a person has commented out, when there is just one. */
function planUncomment(model: SettingsModel, text: string, middleware: MiddlewareName): RollbackPlan {
  const comments = model.items.filter(
    (item): item is CommentItem => item.kind === 'comment' && middleware.matches(item.path),
  );
  const [item] = comments;
  if (model.items.some((other) => other.kind === 'entry' && middleware.matches(other.path))) {
    return nothing(`${middleware.name} is on, and no rollback is noted in this file`);
  }
  if (item === undefined) return nothing('no rollback is noted in this file');
  const lines = comments.map((comment) => lineAt(model.source, comment.from));
  if (comments.length > 1)
    return refused(`${middleware.name} is commented out in lines ${lines.join(', ')}: which one is meant?`);
  const mark = /^#+[ \t]?/.exec(text.slice(item.comment.from, item.comment.to))?.[0].length ?? 0;
  const edits = [{ from: item.comment.from, to: item.comment.from + mark, insert: '' }];
  const after = readSettings(applyEdits(text, edits), undefined, model.lists);
  const left = after.items.filter((other) => other.kind !== 'entry' || !middleware.matches(other.path));
  const added = after.items.length - left.length === 1;
  const kept = signature(left) === signature(model.items);
  if (!added || !kept) return refused(`line ${lines.join()} does not become an entry by taking the comment sign away`);
  const warning = `The entry in line ${lines.join()} was commented out by hand: how it was written before is not known.`;
  return { kind: 'edit', edits, warnings: [warning] };
}
