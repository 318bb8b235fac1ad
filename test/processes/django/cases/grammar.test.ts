import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSettings, parseSettings } from '../../../../src/django/settings/checks/settingsFile.ts';
import { readSettings, type SettingsModel } from '../../../../src/django/settings/model/settingsModel.ts';
import { ask } from '../rollback/python.ts';

/** Python that the grammar of the parser does not know: CPython takes it, and so no problem is shown. */

interface GrammarCase {
  readonly name: string;
  readonly text: string;
  /** The first version of Python 3 that takes it. */
  readonly since: number;
}

const CASES: readonly GrammarCase[] = [
  {
    name: '03 with and parentheses',
    since: 10,
    text: `with (\n    a() as a,  # one (\n    b() as b,\n):\n    KEYS = a + b\n`,
  },
  { name: '03 with and parentheses on one line', since: 10, text: `with (open('a') as a):\n    KEY = a.read()\n` },
  {
    name: '04 a star in the target of a comprehension',
    since: 8,
    text: `CODES = [code for code, *_ in [('de', 'x', 1)]]\n`,
  },
  {
    name: '04 a star in the target of a loop',
    since: 8,
    text: `for one, *FIRST in [('x', 'a.b.First')]:\n    pass\n`,
  },
  { name: '05 with as a tuple', since: 8, text: `with pair() as (left, right):\n    KEY = left\n` },
  { name: '05 with as an attribute and an item', since: 8, text: `with f() as a.b, g() as c['d']:\n    pass\n` },
  { name: '07 a backslash before a blank line', since: 8, text: `TEXT = 'a' \\\n    'b' \\\n\n` },
  {
    name: '08 type parameters with defaults',
    since: 13,
    text: `class Box[T = int]:\n    pass\ndef f[T = list[int]](a=1):\n    pass\n`,
  },
  { name: '08 a star in a type', since: 12, text: `type Row[T] = tuple[T, *tuple[T, ...]]\n` },
  { name: '09 template strings', since: 14, text: `NAME = 'x'\nTEXT = t'hello {NAME}' + rt"{NAME}"\n` },
  {
    name: '10 a backslash before a brace in a raw f-string',
    since: 8,
    text: `KEY = 'k'\nPATTERN = rf"(\\{{%\\s*x['\\"]){KEY}" + fr'\\{KEY}'\n`,
  },
];

const LIST = `MIDDLEWARE = ['django.contrib.sessions.middleware.SessionMiddleware', 'shop.web.SlowMiddleware']\n`;

const COMPILE = `
import json, sys
out = []
for text, since in json.load(sys.stdin):
    try:
        compile(text, "/settings.py", "exec")
        out.append("")
    except SyntaxError as error:
        out.append(str(error) if sys.version_info >= (3, since) else "")
json.dump(out, sys.stdout)
`;

const compiled = ask(
  COMPILE,
  CASES.map(({ text, since }) => [text + LIST, since]),
) as readonly string[];

for (const [i, { name, text }] of CASES.entries()) {
  test(name, () => {
    assert.equal(compiled[i], '', 'CPython takes it');
    const { problems, middleware } = parseSettings(text + LIST);
    assert.deepEqual(
      problems.filter(({ code }) => code === 'settings-syntax-error'),
      [],
    );
    assert.equal(middleware.length, 2);
  });
}

test('what is said of such Python is true, or not known', () => {
  const { frame } = readSettings(CASES.map(({ text }) => text).join(''));
  const shown = (name: string): unknown => {
    const value = frame.names.get(name);
    return value === undefined || value.t === 'unresolved' ? 'unknown' : 'v' in value ? value.v : value.t;
  };
  assert.deepEqual(['TEXT', 'CODES', 'FIRST', 'KEY', 'left'].map(shown), [
    'unknown',
    'list',
    'unknown',
    'k',
    'unknown',
  ]);
  assert.equal(shown('PATTERN'), `(\\{%\\s*x['\\"])k\\k`);
});

test('typing in such Python gives what reading anew gives', () => {
  let model: SettingsModel | undefined;
  const whole = `${'X = 1  # some more text, so that trees are taken up\n'.repeat(200)}${CASES[0]?.text ?? ''}${LIST}`;
  for (let length = whole.length - 190; length <= whole.length; length += 6) {
    const text = whole.slice(0, length) + whole.slice(Math.min(whole.length, length + 3));
    model = readSettings(text, model);
    assert.deepEqual(describeSettings(model), parseSettings(text), text.slice(-200));
  }
});
