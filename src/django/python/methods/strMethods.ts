import type { Method, Methods } from '../evaluation/evaluation.ts';
import { bind } from '../values/callArguments.ts';
import { pythonStr } from '../values/pythonStr.ts';
import { bool, listValue, str, type StrValue, type Value } from '../values/values.ts';

/** Methods of str. */

/** Characters that a result may have, roughly: nothing in settings comes near. */
const MAX_RESULT = 1_000_000;

const text = (value: Value | undefined): string | undefined => (value?.t === 'str' ? value.v : undefined);

const stripped =
  (pattern: RegExp, edge: 'start' | 'end' | 'both'): Method<StrValue> =>
  (_, self, args) => {
    const given = args.positional[0];
    if (given === undefined || given.t === 'none') return str(self.v.replace(pattern, ''));
    const set = text(given);
    if (set === undefined) return undefined;
    let [from, to] = [0, self.v.length];
    if (edge !== 'end') while (from < to && set.includes(self.v.charAt(from))) from++;
    if (edge !== 'start') while (to > from && set.includes(self.v.charAt(to - 1))) to--;
    return str(self.v.slice(from, to));
  };

const tested =
  (test: (self: string, other: string) => boolean): Method<StrValue> =>
  (_, self, args) => {
    const other = text(args.positional[0]);
    return other === undefined || args.positional.length > 1 ? undefined : bool(test(self.v, other));
  };

export const STR_METHODS: Methods<StrValue> = {
  lower: (_, self) => str(self.v.toLowerCase()),
  upper: (_, self) => str(self.v.toUpperCase()),
  strip: stripped(/^\s+|\s+$/g, 'both'),
  lstrip: stripped(/^\s+/, 'start'),
  rstrip: stripped(/\s+$/, 'end'),
  startswith: tested((self, other) => self.startsWith(other)),
  endswith: tested((self, other) => self.endsWith(other)),
  replace: (_, self, args) => {
    const [from, to] = args.positional.map(text);
    if (from === undefined || to === undefined || from === '' || args.positional.length > 2) return undefined;
    if (self.v.length * to.length > MAX_RESULT) return undefined;
    return str(self.v.replaceAll(from, to));
  },
  split: (_, self, args) => {
    const { sep, maxsplit } = bind(args, ['sep', 'maxsplit']);
    if (maxsplit !== undefined) return undefined;
    if (sep === undefined || sep.t === 'none') return listValue(self.v.split(/\s+/).filter(Boolean).map(str));
    const separator = text(sep);
    return separator === undefined || separator === '' ? undefined : listValue(self.v.split(separator).map(str));
  },
  join: (_, self, args) => {
    const items = args.positional[0];
    if (items?.t !== 'list' && items?.t !== 'tuple') return undefined;
    const texts = items.items.map(text);
    const length = texts.reduce((sum, t) => sum + (t?.length ?? 0) + self.v.length, 0);
    const known = items.open === undefined && !texts.includes(undefined) && length <= MAX_RESULT;
    return known ? str(texts.join(self.v)) : undefined;
  },
  format: (_, self, args) => {
    let next = 0;
    const unknown: string[] = [];
    const result = self.v.replace(/\{\{|\}\}|\{(\w*)\}|[{}]/g, (whole, field: string | undefined) => {
      if (whole === '{{' || whole === '}}') return whole.charAt(0);
      const index = field === '' ? next++ : Number(field);
      const value = Number.isInteger(index) ? args.positional[index] : args.named.get(field ?? '');
      const shown = field === undefined || value === undefined ? undefined : pythonStr(value);
      if (shown === undefined) unknown.push(whole);
      return shown ?? '';
    });
    return unknown.length === 0 ? str(result) : undefined;
  },
};
