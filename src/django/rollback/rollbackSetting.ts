import { lineAt } from '../python/syntax/lines.ts';
import { isClosedString } from '../python/syntax/literals.ts';
import { nodeText, type PythonNode, type PythonSource } from '../python/syntax/nodes.ts';
import { isBroken } from '../python/syntax/problems.ts';
import type { SettingsModel } from '../settings/model/settingsModel.ts';
import { lineBreakAt, lineBreakOf, lineEnd, type TextEdit } from '../settings/text/edits.ts';
import { ADDED_MARKER, writeWas } from '../settings/text/rollbackMarkers.ts';
import { codeEnd, scopeOf, settingPlaces, topStatement, type SettingPlace } from '../settings/text/settingPlaces.ts';

/** SESSION_SAVE_EVERY_REQUEST = True: changed where it stands, else added behind what could set it to something else. */

export const SAVE_EVERY_REQUEST = 'SESSION_SAVE_EVERY_REQUEST';

export type SettingEdits =
  | {
      readonly edits: readonly TextEdit[];
      readonly warnings: readonly string[];
      /** What other files may do to it afterwards. */
      readonly overridden: readonly string[];
    }
  | { readonly refused: string };

export function setSaveEveryRequest(model: SettingsModel, text: string): SettingEdits {
  const { source } = model;
  const value = model.frame.names.get(SAVE_EVERY_REQUEST);
  if (value?.t === 'bool' && value.v) return { edits: [], warnings: [], overridden: [] };
  const { places, others } = settingPlaces(source, /^SESSION_/);
  const own = places.filter((place) => place.name === SAVE_EVERY_REQUEST);
  const decisive = own.findLastIndex((place) => place.atTop);
  const changed = (decisive === -1 ? [] : own.slice(decisive)).filter((place) => !isTrue(source, place));
  const stray = others.get(SAVE_EVERY_REQUEST) ?? [];
  const done = decisive === -1 ? add(model, text, places, stray, ADDED) : change(source, text, changed);
  if ('refused' in done) return done;
  const first = Math.min(...done.edits.map((edit) => edit.from));
  const user = stray.find((node) => node.from > first || scopeOf(node) === 'function');
  if (user !== undefined) {
    const line = lineAt(source, user.from);
    return { refused: `line ${line} uses ${SAVE_EVERY_REQUEST} for something else, which would change with it` };
  }
  return { ...done, overridden: overridden(model, first) };
}

function isTrue(source: PythonSource, place: SettingPlace): boolean {
  return place.value !== undefined && nodeText(source, place.value) === 'True';
}

function change(source: PythonSource, text: string, places: readonly SettingPlace[]): SettingEdits {
  const edits: TextEdit[] = [];
  const warnings: string[] = [];
  for (const { statement, value, alone } of places) {
    const line = lineAt(source, statement.from);
    if (value === undefined || hasError(source, statement)) {
      return { refused: `line ${line}, which sets ${SAVE_EVERY_REQUEST}, has a syntax error` };
    }
    if (!alone) return { refused: `line ${line} sets ${SAVE_EVERY_REQUEST} together with another name` };
    const end = lineEnd(text, value.to);
    const behind = text.slice(value.to, end);
    if (statement.to !== value.to || !/^[ \t\f]*(?:#|$)/.test(behind)) {
      return { refused: `line ${line} holds more than ${SAVE_EVERY_REQUEST}` };
    }
    const expression = text.slice(value.from, value.to);
    edits.push({ from: value.from, to: value.to, insert: `True  ${writeWas(expression)}` });
    if (value.name !== 'Boolean') {
      warnings.push(
        `${SAVE_EVERY_REQUEST} in line ${line} was computed; it becomes True whatever it is computed from.`,
      );
    }
  }
  return { edits, warnings, overridden: [] };
}

const ADDED = `${SAVE_EVERY_REQUEST} = True  ${ADDED_MARKER}`;

/** SESSION_SAVE_EVERY_REQUEST on a line of its own, where this file does not set it. */
export function addSaveEveryRequest(model: SettingsModel, text: string, line: string): SettingEdits {
  const { places, others } = settingPlaces(model.source, /^SESSION_/);
  return add(model, text, places, others.get(SAVE_EVERY_REQUEST) ?? [], line);
}

/** Behind the last session setting, or the last statement of MIDDLEWARE, and behind everything that could override it. */
function add(
  model: SettingsModel,
  text: string,
  places: readonly SettingPlace[],
  stray: readonly PythonNode[],
  line: string,
): SettingEdits {
  const { source } = model;
  const outside = stray.filter((node) => scopeOf(node) !== 'function');
  const settings = places.map((place) => topStatement(place.statement));
  const near = settings.length > 0 ? settings : model.statements.map(topStatement);
  const candidates = [...near, ...starImports(source), ...outside.map(topStatement)];
  const anchor = candidates.reduce((a, b) => (b.from > a.from ? b : a), candidates[0] ?? source.tree.topNode);
  if (hasError(source, anchor)) {
    return {
      refused: `there is a syntax error near line ${lineAt(source, anchor.from)}, behind which ${SAVE_EVERY_REQUEST} would be added`,
    };
  }
  const code = codeEnd(anchor);
  const end = lineEnd(text, code);
  if (!/^[ \t\f;]*(?:#|$)/.test(text.slice(code, end))) {
    return { refused: `behind line ${lineAt(source, code)} there is no place for ${SAVE_EVERY_REQUEST}` };
  }
  const lineBreak = lineBreakAt(text, end);
  const at = end + lineBreak;
  const insert = lineBreak === 0 ? `${lineBreakOf(text)}${line}` : `${line}${text.slice(end, at)}`;
  return { edits: [{ from: at, to: at, insert }], warnings: [], overridden: [] };
}

/** Statements at the top that may set any name. */
export function starImports(source: PythonSource): PythonNode[] {
  const found: PythonNode[] = [];
  source.tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'ImportStatement' && node.lastChild?.name === '*') found.push(topStatement(node));
    },
  });
  return found;
}

function overridden({ source }: SettingsModel, first: number): string[] {
  return starImports(source)
    .filter((node) => node.from > first)
    .map(
      (node) =>
        `Line ${lineAt(source, node.from)} takes over all names of another file, which may set ${SAVE_EVERY_REQUEST} again.`,
    );
}

/** Whether anything in the statement could not be parsed. */
export function hasError(source: PythonSource, node: PythonNode): boolean {
  let found = false;
  node.cursor().iterate((inner) => {
    if (inner.type.isError) found ||= isBroken(source, inner.node);
    else if (inner.name === 'String') found ||= !isClosedString(nodeText(source, inner));
    return !found;
  });
  return found;
}
