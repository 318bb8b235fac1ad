import { seeded } from '../../../kit/random.ts';
import { combinations, THROTTLE } from './corpus.ts';

/** Settings files as they look while someone types: random changes of the corpus, the same ones for the same seed. */

const PIECES = [
  ...Array.from(`'"\`()[]{},:;#=\\+*. `),
  '\n',
  '\r\n',
  '\t',
  '    ',
  '"""',
  "'''",
  '\u00fc',
  '\u{1f40e}',
  '\ud800',
  '\f',
  'MIDDLEWARE',
  'MIDDLEWARE = [',
  'MIDDLEWARE.append(',
  '# ',
  'if FLAG:',
  'else:',
  'def f():',
  'class A:',
  'for x in MIDDLEWARE:',
  'SESSION_SAVE_EVERY_REQUEST = ',
  'SESSION_SAVE_EVERY_REQUEST = False\n',
  `'${THROTTLE}'`,
  `'${THROTTLE}',\n`,
  '# [session-monitor: off] ',
  '# [session-monitor: and, join] ',
  '# [session-monitor: was "x"]',
  'pass  # [session-monitor: off, fill] ',
  'from .base import *\n',
  'lambda: ',
  ' if FLAG else ',
  ' + ',
  'del MIDDLEWARE\n',
  'global MIDDLEWARE\n',
  'async ',
  'import os\n',
  '0x',
  '\u0000',
];

type Mutation = (text: string, random: () => number) => string;

const at = (text: string, random: () => number): number => Math.floor(random() * (text.length + 1));
const pick = <T>(all: readonly T[], random: () => number): T => all[Math.floor(random() * all.length)] as T;

const MUTATIONS: readonly Mutation[] = [
  (text, random) => {
    const from = at(text, random);
    return text.slice(0, from) + pick(PIECES, random) + text.slice(from);
  },
  (text, random) => {
    const from = at(text, random);
    return text.slice(0, from) + text.slice(from + 1 + Math.floor(random() * 8));
  },
  (text, random) => {
    const from = at(text, random);
    return text.slice(0, from) + pick(PIECES, random) + text.slice(from + 1);
  },
  (text, random) => {
    const lines = text.split('\n');
    lines.splice(Math.floor(random() * lines.length), 1);
    return lines.join('\n');
  },
  (text, random) => {
    const lines = text.split('\n');
    lines.splice(Math.floor(random() * lines.length), 0, pick(lines, random));
    return lines.join('\n');
  },
  (text, random) => {
    const lines = text.split('\n');
    const i = Math.floor(random() * lines.length);
    lines[i] = `    ${lines[i] ?? ''}`;
    return lines.join('\n');
  },
  (text, random) => text.slice(0, at(text, random)),
];

/** Each a file of the corpus with one to four changes. */
export function mutations(count: number, seed: number): string[] {
  const random = seeded(seed);
  const texts = combinations().map(({ text }) => text);
  return Array.from({ length: count }, () => mutate(pick(texts, random), random));
}

/** One to four changes of any text. */
export function mutate(text: string, random: () => number): string {
  let changed = text;
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) changed = pick(MUTATIONS, random)(changed, random);
  return changed;
}
