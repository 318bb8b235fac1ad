import { lineAt } from '../python/syntax/lines.ts';
import { nodeText, type PythonSource } from '../python/syntax/nodes.ts';
import { hasError } from '../python/syntax/problems.ts';
import { addSaveEveryRequest, SAVE_EVERY_REQUEST } from '../settings/model/saveEveryRequest.ts';
import type { SettingsModel } from '../settings/model/settingsModel.ts';
import { lineEnd, type TextEdit } from '../settings/text/edits.ts';
import { ADDED_MARKER, writeWas } from '../settings/text/rollbackMarkers.ts';
import { scopeOf, starImports } from '../settings/text/scopes.ts';
import { settingPlaces, type SettingPlace } from '../settings/text/settingPlaces.ts';

/** SESSION_SAVE_EVERY_REQUEST = True: changed where it stands, else added behind what could set it to something else. */

export type SettingEdits =
  | {
      readonly edits: readonly TextEdit[];
      readonly warnings: readonly string[];
      /** What other files may do to it afterwards. */
      readonly overridden: readonly string[];
    }
  | { readonly refused: string };

type Changed =
  { readonly edits: readonly TextEdit[]; readonly warnings?: readonly string[] } | { readonly refused: string };

export function setSaveEveryRequest(model: SettingsModel, text: string): SettingEdits {
  const { source } = model;
  const value = model.frame.names.get(SAVE_EVERY_REQUEST);
  if (value?.t === 'bool' && value.v) return { edits: [], warnings: [], overridden: [] };
  const { places, others } = settingPlaces(source, /^SESSION_/);
  const own = places.filter((place) => place.name === SAVE_EVERY_REQUEST);
  const decisive = own.findLastIndex((place) => place.atTop);
  const changed = (decisive === -1 ? [] : own.slice(decisive)).filter((place) => !isTrue(source, place));
  const stray = others.get(SAVE_EVERY_REQUEST) ?? [];
  const done: Changed =
    decisive === -1 ? addSaveEveryRequest(model, text, ADDED, { places, others }) : change(source, text, changed);
  if ('refused' in done) return done;
  const first = Math.min(...done.edits.map((edit) => edit.from));
  const user = stray.find((node) => node.from > first || scopeOf(node) === 'function');
  if (user !== undefined) {
    const line = lineAt(source, user.from);
    return { refused: `line ${line} uses ${SAVE_EVERY_REQUEST} for something else, which would change with it` };
  }
  return { edits: done.edits, warnings: done.warnings ?? [], overridden: overridden(model, first) };
}

function isTrue(source: PythonSource, place: SettingPlace): boolean {
  return place.value !== undefined && nodeText(source, place.value) === 'True';
}

function change(source: PythonSource, text: string, places: readonly SettingPlace[]): Changed {
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
  return { edits, warnings };
}

const ADDED = `${SAVE_EVERY_REQUEST} = True  ${ADDED_MARKER}`;

function overridden({ source }: SettingsModel, first: number): string[] {
  return starImports(source)
    .filter((node) => node.from > first)
    .map(
      (node) =>
        `Line ${lineAt(source, node.from)} takes over all names of another file, which may set ${SAVE_EVERY_REQUEST} again.`,
    );
}
