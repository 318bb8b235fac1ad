import { THROTTLE } from './corpus.ts';

/** What a plan has to be; of a refusal a pattern of its reason. */
export type Expectation = 'edit' | 'nothing' | RegExp;

export interface SettingsCase {
  readonly name: string;
  readonly text: string;
  readonly disable: Expectation;
  /** What a full rollback has to be, where it is something else. */
  readonly full?: Expectation;
}

/** Settings in which a rollback has nothing to do, or would have to guess. */

const T = `'${THROTTLE}'`;
const S = `'django.contrib.sessions.middleware.SessionMiddleware'`;

const refusal = (name: string, text: string, reason: RegExp): SettingsCase => ({ name, text, disable: reason });
const nothing = (name: string, text: string): SettingsCase => ({ name, text, disable: 'nothing' });

export const REFUSALS: readonly SettingsCase[] = [
  refusal('a function', 'from .load import load\nMIDDLEWARE = load()\n', /load\(\)/),
  refusal(
    'a function of this file',
    `def load():\n    return [${S}, ${T}]\nMIDDLEWARE = load()\n`,
    /line 3 is computed/,
  ),
  refusal('a function without it', `def load():\n    return [${S}]\nMIDDLEWARE = load()\n`, /computed in line 3/),
  refusal(
    'a comprehension',
    `from apps import named\nMIDDLEWARE = [named(m) for m in (${S}, ${T})]\n`,
    /not all can: \[named\(m\) for m in .* in line 2/,
  ),
  refusal(
    'a method of a string',
    `MIDDLEWARE = "a.B ${THROTTLE}".split()\n`,
    /is computed, so that it can't be commented out/,
  ),
  refusal(
    'an element by a function',
    `import os\nMIDDLEWARE = [${S}, os.environ.get('THROTTLE', '')]\n`,
    /os\.environ.* in line 2: the environment variable THROTTLE is not read here/,
  ),
  refusal('a loop', `MIDDLEWARE = []\nfor m in [${S}, ${T}]:\n    MIDDLEWARE.append(m)\n`, /line 3 is computed/),
  refusal('in a loop', `MIDDLEWARE = []\nfor i in range(1):\n    MIDDLEWARE += [${T}]\n`, /line 3 is computed/),
  refusal(
    'two candidates',
    `MIDDLEWARE = [${S}, 'a.ThrottledSessionMiddleware', 'b.ThrottledSessionMiddleware']\n`,
    /more than one place/,
  ),
  refusal('listed twice', `MIDDLEWARE = [${S},\n    ${T},\n    ${T},\n]\n`, /line 2, 3/),
  refusal('two branches', `if A:\n    MIDDLEWARE = [${T}]\nelse:\n    MIDDLEWARE = [${S}, ${T}]\n`, /line 2, 4/),
  refusal(
    'an unclosed list',
    `MIDDLEWARE = [\n    ${S},\n    ${T},\nX = 1\n`,
    /statement of MIDDLEWARE in line 1 has a syntax error/,
  ),
  refusal(
    'an unclosed string',
    `MIDDLEWARE = [\n    ${S},\n    '${THROTTLE},\n]\n`,
    /statement of MIDDLEWARE in line 1 has a syntax error/,
  ),
  refusal(
    'an operator too many',
    `MIDDLEWARE = [${S}, ${T}] + \n`,
    /statement of the entry in line 1 has a syntax error/,
  ),
  refusal('another file', `from .base import *\nMIDDLEWARE += [${S}]\n`, /MIDDLEWARE begins in another file/),
  refusal(
    'a spread from another file',
    `from .base import BASE\nMIDDLEWARE = [*BASE, ${S}]\n`,
    /BASE comes from another file/,
  ),
  refusal(
    'its place is looked up',
    `MIDDLEWARE = [${S}, ${T}]\nMIDDLEWARE.insert(MIDDLEWARE.index(${T}), 'x.Y')\n`,
    /change their places/,
  ),
  refusal(
    'places are counted over it',
    `MIDDLEWARE = [${S}, ${T}, 'c.D']\nMIDDLEWARE.insert(2, 'x.Y')\n`,
    /change their places/,
  ),
  refusal(
    'places are counted from behind',
    `MIDDLEWARE = [${S}, 'c.D', ${T}]\nMIDDLEWARE.insert(-1, 'x.Y')\n`,
    /change their places/,
  ),
  refusal(
    'slices over it',
    `MIDDLEWARE = [${S}, ${T}, 'c.D']\nMIDDLEWARE = MIDDLEWARE[:2] + ['x.Y'] + MIDDLEWARE[2:]\n`,
    /change their places/,
  ),
  refusal(
    'another setting is made from it',
    `MIDDLEWARE = [${S}, ${T}]\nCOUNT = len(MIDDLEWARE)\n`,
    /line 2 uses MIDDLEWARE/i,
  ),
  refusal(
    'a function uses it',
    `def last():\n    return MIDDLEWARE[-1]\nMIDDLEWARE = [${S}, ${T}]\n`,
    /line 2 uses MIDDLEWARE/i,
  ),
  refusal(
    'a helper is used elsewhere',
    `BASE = [${S}, ${T}]\nMIDDLEWARE = BASE + ['x.Y']\nADMIN = BASE\n`,
    /line 3 uses BASE/i,
  ),
  refusal(
    'it is removed below',
    `MIDDLEWARE = [${S}, ${T}]\nif A:\n    MIDDLEWARE.remove(${T})\n`,
    /change their places/,
  ),
  refusal(
    'it is added if it is missing',
    `MIDDLEWARE = [${S}, ${T}]\nif ${T} not in MIDDLEWARE:\n    MIDDLEWARE.append(${T})\n`,
    /^Line 2 uses MIDDLEWARE for something else/,
  ),
  refusal('in the middle of a line', `A = 1; MIDDLEWARE.append(${T}); B = 2\n`, /line 1 holds more/i),
  refusal('a tuple without parentheses', `MIDDLEWARE = ${S}, ${T}, 'c.D'\n`, /line 1 holds more/i),
  refusal(
    'places are counted in a list of another file',
    `from .base import *\nMIDDLEWARE.insert(1, ${T})\nMIDDLEWARE.insert(3, 'x.Y')\n`,
    /change their places/,
  ),
  refusal(
    'it is looked up in a list of another file',
    `from .base import *\nMIDDLEWARE += [${T}]\nMIDDLEWARE.insert(MIDDLEWARE.index(${T}), 'x.Y')\n`,
    /change their places/,
  ),
  refusal(
    'it is removed from a list of another file',
    `from .base import *\nMIDDLEWARE += [${T}]\nif A:\n    MIDDLEWARE.remove(${T})\n`,
    /change their places/,
  ),
  nothing('no setting', 'DEBUG = True\n'),
  nothing('empty', ''),
  nothing('not in the list', `MIDDLEWARE = [${S}]\n`),
  nothing('only in a comment of another list', `OTHER = [\n    ${T},\n]\nMIDDLEWARE = [${S}]\n`),
  nothing('only in a docstring', `"""\nMIDDLEWARE = [${T}]\n"""\nMIDDLEWARE = [${S}]\n`),
  { name: 'commented out', text: `MIDDLEWARE = [\n    ${S},\n    # ${T},\n]\n`, disable: 'nothing', full: 'edit' },
  { name: 'removed', text: `MIDDLEWARE = [${S}, ${T}]\nMIDDLEWARE.remove(${T})\n`, disable: 'nothing' },
  { name: 'replaced', text: `MIDDLEWARE = [${S}, ${T}]\nMIDDLEWARE = [${S}]\n`, disable: 'nothing' },
  {
    name: 'in a branch that does not run',
    text: `if False:\n    MIDDLEWARE = [${T}]\nelse:\n    MIDDLEWARE = [${S}]\n`,
    disable: 'nothing',
  },
];

const entry = `MIDDLEWARE = [\n    ${S},\n    ${T},\n]\n`;

/** Where the setting can't be changed, and the entry alone can. */
export const SETTING_REFUSALS: readonly SettingsCase[] = [
  ['set with another name', `A = SESSION_SAVE_EVERY_REQUEST = False\n${entry}`, /together with another name/],
  ['in the middle of a line', `SESSION_SAVE_EVERY_REQUEST = False; B = 1\n${entry}`, /holds more than/],
  ['used below', `SESSION_SAVE_EVERY_REQUEST = False\n${entry}SLOW = not SESSION_SAVE_EVERY_REQUEST\n`, /line 6 uses/i],
  ['unpacked', `${entry}A, SESSION_SAVE_EVERY_REQUEST = 1, False\nSESSION_COOKIE_AGE = 5\n`, 'edit'],
  [
    'a syntax error in it',
    `SESSION_SAVE_EVERY_REQUEST = (False\n${entry}`,
    /^Line 1, which sets SESSION_SAVE_EVERY_REQUEST, has a syntax error/,
  ],
].map(([name, text, full]) => ({ name, text, disable: 'edit', full }) as SettingsCase);
