import { lineAt } from '../../python/syntax/lines.ts';
import { hasError } from '../../python/syntax/problems.ts';
import { lineBreakAt, lineBreakOf, lineEnd, type TextEdit } from '../text/edits.ts';
import { codeEnd, scopeOf, starImports, topStatement } from '../text/scopes.ts';
import { settingPlaces } from '../text/settingPlaces.ts';
import type { SettingsModel } from './settingsModel.ts';

export const SAVE_EVERY_REQUEST = 'SESSION_SAVE_EVERY_REQUEST';

/**
 * SESSION_SAVE_EVERY_REQUEST on a line of its own, where this file does not set it: behind the last session setting, or the
 * last statement of MIDDLEWARE, and behind everything that could override it.
 */
export function addSaveEveryRequest(
  { source, statements }: SettingsModel,
  text: string,
  line: string,
  { places, others } = settingPlaces(source, /^SESSION_/),
): { readonly edits: readonly TextEdit[] } | { readonly refused: string } {
  const stray = others.get(SAVE_EVERY_REQUEST) ?? [];
  const outside = stray.filter((node) => scopeOf(node) !== 'function');
  const settings = places.map((place) => topStatement(place.statement));
  const near = settings.length > 0 ? settings : statements.map(topStatement);
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
  return { edits: [{ from: at, to: at, insert }] };
}
