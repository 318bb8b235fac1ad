import { countProblems } from '../../python/syntax/problems.ts';
import { Shapes } from '../../python/values/shapes.ts';
import { isTimedelta, secondsOf } from '../../python/values/timedelta.ts';
import type { Value } from '../../python/values/values.ts';
import { signature } from '../middleware/items.ts';
import { otherUse } from '../model/otherUse.ts';
import { readSettings, type SettingsModel } from '../model/settingsModel.ts';
import { applyEdits, type TextEdit } from '../text/edits.ts';
import { isCheck } from './checks.ts';
import { FIXES, type Draft } from './fixTable.ts';
import { contextOf, describeSettings, type SettingsFileOptions } from './settingsFile.ts';

export interface Fix {
  /** Begins with a verb. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** It is what nearly everybody would do. */
  readonly preferred: boolean;
}

/**
 * Quick fixes of a problem that parseSettings() has found in this text, worked out when they are asked for. Each is read again
 * before it is given out: what would do anything else than its title says is left out, so that there may be none.
 */
export function fixesFor(
  text: string,
  problem: { readonly code: string; readonly from: number },
  options: SettingsFileOptions = {},
): readonly Fix[] {
  if (!isCheck(problem.code)) return [];
  const model = readSettings(text);
  const { problems } = describeSettings(model, options);
  if (!problems.some(({ code, from }) => code === problem.code && from === problem.from)) return [];
  const drafts = FIXES[problem.code]({ text, model, context: contextOf(model, options) });
  return drafts.flatMap((draft): Fix[] => {
    const { title, edits, preferred } = draft;
    return edits !== undefined && holds(model, text, problem.code, draft, options)
      ? [{ title, edits, preferred: preferred === true }]
      : [];
  });
}

/** Whether the text after it means what the draft says, and nothing else. */
function holds(model: SettingsModel, text: string, code: string, draft: Draft, options: SettingsFileOptions): boolean {
  const { edits = [], entries, setting, touched } = draft;
  if (touched?.some((entry) => otherUse(model, entry) !== undefined) === true) return false;
  const after = readSettings(applyEdits(text, edits));
  if (countProblems(after.source) !== countProblems(model.source)) return false;
  if (signature(after.items) !== signature(entries ?? model.items)) return false;
  const names = new Set([...model.frame.names.keys(), ...after.frame.names.keys()]);
  const shapes = new Shapes();
  for (const name of names) {
    const value = after.frame.names.get(name);
    if (name === setting?.name) {
      if (!isValue(value, setting.value)) return false;
    } else if (!(entries !== undefined && model.tracked.has(name))) {
      if (shapes.of(model.frame.names.get(name)) !== shapes.of(value)) return false;
    }
  }
  const count = (of: SettingsModel): Map<string, number> => {
    const codes = new Map<string, number>();
    for (const p of describeSettings(of, options).problems) codes.set(p.code, (codes.get(p.code) ?? 0) + 1);
    return codes;
  };
  const [had, has] = [count(model), count(after)];
  return !has.has(code) && [...has].every(([other, n]) => n <= (had.get(other) ?? 0));
}

function isValue(value: Value | undefined, expected: boolean | number | string): boolean {
  if (value === undefined) return false;
  if (isTimedelta(value)) return secondsOf(value) === expected;
  return (value.t === 'bool' || value.t === 'number' || value.t === 'str') && value.v === expected;
}
