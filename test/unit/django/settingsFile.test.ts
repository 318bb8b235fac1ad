import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSettings } from '../../../src/django/settings/checks/settingsFile.ts';

const shown = (text: string): string[] => {
  const { middleware } = parseSettings(text);
  for (const { path, from, to } of middleware) assert.match(text.slice(from, to), /^(['"]).*\1$/s, path);
  return middleware.map(({ path, enabled }) => (enabled ? path : `# ${path}`));
};

test('middleware in order, with what is commented out in its place', () => {
  const text = `# 'not.in.the.list'
MIDDLEWARE = [
    # 'a.First',
    'b.Second',  # 'not.an.Entry' of its own
    # A remark about 'c.Third'
    "c.Third",
    #"d.Fourth"
    ('e.'
     'Fifth'),
]
OTHER = [
    # 'x.Other',
]
`;
  const entries = shown(text.replace(`('e.'\n     'Fifth')`, `'e.Fifth'`));
  assert.deepEqual(entries, ['# a.First', 'b.Second', 'c.Third', '# d.Fourth', 'e.Fifth']);
});

test('lists that are built up', () => {
  assert.deepEqual(shown("MIDDLEWARE = ('a.A', 'b.B')\nMIDDLEWARE += ('c.C',)\n"), ['a.A', 'b.B', 'c.C']);
  assert.deepEqual(shown("X = ['a.A']\nMIDDLEWARE = X + ['b.B']\nMIDDLEWARE.insert(0, 'c.C')\n"), [
    'c.C',
    'a.A',
    'b.B',
  ]);
  assert.deepEqual(shown("from .base import *\nMIDDLEWARE = [*BASE, 'b.B']\n"), ['b.B']);
  assert.deepEqual(shown("from .base import *\nMIDDLEWARE += ['b.B']\n"), ['b.B']);
  assert.deepEqual(shown('MIDDLEWARE = [\n    # "a.A",\n]\n'), ['# a.A']);
  assert.deepEqual(shown('MIDDLEWARE = load()\n'), []);
});

test('session settings that are constants here', () => {
  const { problems, middleware, ...settings } = parseSettings(`import os
SESSION_COOKIE_AGE = 60 * 60 * 24
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ENGINE = 'django.contrib.sessions.backends.db'
`);
  assert.deepEqual(settings, {
    sessionCookieAge: 86_400,
    sessionSaveEveryRequest: true,
    sessionEngine: 'django.contrib.sessions.backends.db',
  });
  assert.deepEqual([problems, middleware], [[], []]);
});

test('what is not a constant here is undefined', () => {
  for (const text of [
    '',
    "import os\nSESSION_COOKIE_AGE = int(os.environ.get('A', 5))\nSESSION_SAVE_EVERY_REQUEST = os.getenv('S', True)\n",
    'from .base import SESSION_COOKIE_AGE\nSESSION_ENGINE = engine()\n',
    'SESSION_SAVE_EVERY_REQUEST = False\nif unknown:\n    SESSION_SAVE_EVERY_REQUEST = True\n',
    'def f():\n    SESSION_COOKIE_AGE = 5\n',
  ]) {
    const { sessionCookieAge, sessionEngine, sessionSaveEveryRequest } = parseSettings(text);
    assert.deepEqual(
      [sessionCookieAge, sessionEngine, sessionSaveEveryRequest],
      [undefined, undefined, undefined],
      text,
    );
  }
});

test('a syntax error is told, and what can be read is read', () => {
  const text = "SESSION_COOKIE_AGE = 5\nx = [1,\nMIDDLEWARE = ['a.A']\n";
  const parsed = parseSettings(text);
  assert.equal(parsed.sessionCookieAge, 5);
  const [problem] = parsed.problems;
  assert.deepEqual(
    [problem?.code, problem?.severity, text.slice(problem?.from, problem?.to)],
    ['settings-syntax-error', 'error', '['],
  );
});

test('offsets are of the text as given', () => {
  for (const text of ["\uFEFF# é 🐎\r\nMIDDLEWARE = [\r\n\t'a.A',\r\n]\r\n", "MIDDLEWARE=['a.A']"]) {
    const [entry] = parseSettings(text).middleware;
    assert.equal(text.slice(entry?.from, entry?.to), "'a.A'");
  }
});

test('never throws', () => {
  const text =
    "MIDDLEWARE = [\n  # 'a.A',\n  'b.B',\n]\nif x:\n  try: y\n  except: z = {'a': [1, *b, **c]}\nSESSION_COOKIE_AGE = 5\n";
  for (let i = 0; i < text.length; i++) {
    for (const cut of [
      text.slice(0, i),
      text.slice(i),
      text.slice(0, i) + text.slice(i + 3),
      `${text.slice(0, i)}'(${text.slice(i)}`,
    ]) {
      for (const { from, to } of parseSettings(cut).problems) assert.ok(from >= 0 && to <= cut.length);
    }
  }
});
