import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../../../src/django/settings/checks/checks.ts';
import { FIXES } from '../../../../src/django/settings/checks/fixTable.ts';
import { fixesFor } from '../../../../src/django/settings/checks/fixes.ts';
import { parseSettings, type SettingsFileOptions } from '../../../../src/django/settings/checks/settingsFile.ts';
import { applyEdits } from '../../../../src/django/settings/text/edits.ts';
import { mutations } from '../rollback/mutations.ts';
import { compare } from '../rollback/python.ts';

const S = `'django.contrib.sessions.middleware.SessionMiddleware'`;
const T = `'nba.middleware.ThrottledSessionMiddleware'`;
const ON = `MIDDLEWARE = [\n    ${S},\n    ${T},\n]\n`;
const BACKENDS = 'django.contrib.sessions.backends';

/** Title, `!` in front where it is preferred, and the text afterwards, of each fix of the first problem. */
function fixed(text: string, options?: SettingsFileOptions): string[][] {
  const [problem] = parseSettings(text, options).problems;
  assert.ok(problem !== undefined, text);
  return fixesFor(text, problem, options).map(({ title, preferred, edits }) => [
    `${preferred ? '!' : ''}${title}`,
    applyEdits(text, edits),
  ]);
}

const MOVE = '!Move ThrottledSessionMiddleware behind SessionMiddleware';
const TWO_WEEKS = `Set SESSION_COOKIE_AGE = 1209600 (two weeks, Django's default)`;

/** What a person sees: the text, and each fix with the text after it. */
const CASES: readonly (readonly [string, ...(readonly (readonly [string, string])[])])[] = [
  [
    `MIDDLEWARE = [\n    ${T},  # 15 minutes\n    # first\n    ${S},  # sessions\n    'a.B',\n]\n`,
    [MOVE, `MIDDLEWARE = [\n    # first\n    ${S},  # sessions\n    ${T},  # 15 minutes\n    'a.B',\n]\n`],
  ],
  [`MIDDLEWARE = [\n\t${T},\n\t'a.B',\n\t${S}\n]\n`, [MOVE, `MIDDLEWARE = [\n\t'a.B',\n\t${S},\n\t${T},\n]\n`]],
  [`MIDDLEWARE = (${T}, 'a.B', ${S})\r\n`, [MOVE, `MIDDLEWARE = ('a.B', ${S}, ${T})\r\n`]],
  [
    `MIDDLEWARE = [\n    "a.B",\n    r${T},\n]\n`,
    ['!Add SessionMiddleware before it', `MIDDLEWARE = [\n    "a.B",\n    ${S},\n    r${T},\n]\n`],
  ],
  [
    `MIDDLEWARE = ["${T.slice(1, -1)}"]\n`,
    ['!Add SessionMiddleware before it', `MIDDLEWARE = ["${S.slice(1, -1)}", "${T.slice(1, -1)}"]\n`],
  ],
  [
    `MIDDLEWARE = [\n    ${S},\n    ${T},\n    'a.B',\n    ${T},  # again\n]\n`,
    ['!Remove the second entry', `MIDDLEWARE = [\n    ${S},\n    ${T},\n    'a.B',\n    # again\n]\n`],
  ],
  [
    `MIDDLEWARE = (${S},)\nMIDDLEWARE += (${T}, ${T})\n`,
    ['!Remove the second entry', `MIDDLEWARE = (${S},)\nMIDDLEWARE += (${T},)\n`],
  ],
  [
    `${ON}if True:\n    A = 1\n    MIDDLEWARE.append(${T})\nMIDDLEWARE += [${T}, 'x.Y']\n`,
    ['!Remove the other 2 entries', `${ON}if True:\n    A = 1\nMIDDLEWARE += ['x.Y']\n`],
  ],
  [
    `${ON}SESSION_SAVE_EVERY_REQUEST = True  # once\n`,
    ['!Set SESSION_SAVE_EVERY_REQUEST = False', `${ON}SESSION_SAVE_EVERY_REQUEST = False  # once\n`],
  ],
  [
    `${ON.replace(T, `# ${T}`)}SESSION_COOKIE_NAME = 'a'\nX = 1`,
    [
      '!Set SESSION_SAVE_EVERY_REQUEST = True',
      `${ON.replace(T, `# ${T}`)}SESSION_COOKIE_NAME = 'a'\nSESSION_SAVE_EVERY_REQUEST = True\nX = 1`,
    ],
  ],
  [
    `SESSION_THROTTLE_MINUTES = 30\nSESSION_COOKIE_AGE = 1200\n${ON}`,
    [
      '!Set SESSION_THROTTLE_MINUTES = 15 (15 minutes)',
      `SESSION_THROTTLE_MINUTES = 15\nSESSION_COOKIE_AGE = 1200\n${ON}`,
    ],
    [TWO_WEEKS, `SESSION_THROTTLE_MINUTES = 30\nSESSION_COOKIE_AGE = 1209600\n${ON}`],
  ],
  [
    `import datetime\nTHROTTLE_INTERVAL = datetime.timedelta(days=20)\n${ON}`,
    [
      '!Set THROTTLE_INTERVAL = datetime.timedelta(minutes=15)',
      `import datetime\nTHROTTLE_INTERVAL = datetime.timedelta(minutes=15)\n${ON}`,
    ],
  ],
  [`SESSION_COOKIE_AGE = 15 * 60\n${ON}`, [`!${TWO_WEEKS}`, `SESSION_COOKIE_AGE = 1209600\n${ON}`]],
  [
    'SESSION_COOKIE_AGE = 86_400_000\n',
    ['Set SESSION_COOKIE_AGE = 86400 (as if it was in milliseconds)', 'SESSION_COOKIE_AGE = 86400\n'],
    [TWO_WEEKS, 'SESSION_COOKIE_AGE = 1209600\n'],
    ['Set SESSION_COOKIE_AGE = 31536000 (one year)', 'SESSION_COOKIE_AGE = 31536000\n'],
  ],
  ['SESSION_COOKIE_AGE = 0\n', [`!${TWO_WEEKS}`, 'SESSION_COOKIE_AGE = 1209600\n']],
  [`SESSION_ENGINE = "${BACKENDS}.cache"\n`, ['Use the database engine', `SESSION_ENGINE = "${BACKENDS}.db"\n`]],
  [`SESSION_ENGINE = '${BACKENDS}.cached_db'\n`, ['Use the database engine', `SESSION_ENGINE = '${BACKENDS}.db'\n`]],
  [
    `SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'\n`,
    [
      'Use JSONSerializer (existing sessions end)',
      `SESSION_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer'\n`,
    ],
  ],
];

test('each fix by its title, and what it makes of the text', () => {
  for (const [text, ...expected] of CASES) assert.deepEqual(fixed(text), expected, text);
});

test('every check has its fixes, and every one of them is among the cases', () => {
  assert.deepEqual(Object.keys(FIXES).sort(), CHECKS.map(({ code }) => code).sort());
  const seen = new Set(CASES.map(([text]) => parseSettings(text).problems[0]?.code));
  assert.deepEqual([...seen].sort(), Object.keys(FIXES).sort());
});

test('no fix where it would be a guess', () => {
  for (const text of [
    `MIDDLEWARE = [${T}] + [${S}]\n`,
    `MIDDLEWARE = [\n    ${S},\n]\nMIDDLEWARE.insert(0, ${T})\n`,
    `MIDDLEWARE = [${T}, # why\n    ${S}]\n`,
    `MIDDLEWARE = ['a.B']\nMIDDLEWARE.append(${T})\n`,
    // Something depends on it.
    `MIDDLEWARE = [${T}, ${S}]\nFIRST = MIDDLEWARE[0]\n`,
    `MIDDLEWARE = [${T}, ${S}]\nassert MIDDLEWARE.index(${T}) == 0\n`,
    `MIDDLEWARE = [${S}, ${T}, ${T}, 'a.B']\nMIDDLEWARE.insert(3, 'x.Y')\n`,
    `SESSION_COOKIE_AGE = OTHER = 0\n`,
    `SESSION_COOKIE_AGE = 0\nCSRF_COOKIE_AGE = SESSION_COOKIE_AGE\n`,
    `SESSION_COOKIE_AGE = 60\nSESSION_COOKIE_AGE *= 0\n`,
    // A restore undoes it.
    `${ON}SESSION_SAVE_EVERY_REQUEST = True  # [session-monitor: was "False"]\n`,
    // No interval of the table is shorter.
    `SESSION_THROTTLE_INTERVAL = 60\nSESSION_COOKIE_AGE = 30\nCSRF_COOKIE_AGE = SESSION_COOKIE_AGE\n${ON}`,
  ]) {
    assert.deepEqual(fixed(text), [], text);
  }
});

test('of a problem that is not there any more nothing is offered', () => {
  const text = `SESSION_COOKIE_AGE = 0\n`;
  assert.deepEqual(fixesFor(text, { code: 'cookie-age-not-positive', from: 5 }), []);
  assert.deepEqual(fixesFor(text, { code: 'cookie-age-over-a-year', from: 0 }), []);
  assert.deepEqual(fixesFor(text, { code: 'settings-syntax-error', from: 0 }), []);
  assert.deepEqual(fixesFor(text, { code: 'toString', from: 0 }), []);
});

test('the middleware and the interval can be given', () => {
  const text = `MIDDLEWARE = ['a.b.Slow', ${S}]\n`;
  const [first] = fixed(text, { middleware: 'a.b.Slow' });
  assert.deepEqual(first, ['!Move Slow behind SessionMiddleware', `MIDDLEWARE = [${S}, 'a.b.Slow']\n`]);
  const age = `SESSION_COOKIE_AGE = 3600\n${ON}`;
  assert.equal(fixed(age, { intervalSeconds: 7_200 }).length, 1);
  // The two weeks would be too short as well.
  assert.deepEqual(fixed(age, { intervalSeconds: 2_000_000 }), []);
});

test('3,000 mutations: never a throw, and never Python that parsed and does not after', () => {
  const pairs: [string, string][] = [];
  for (const text of mutations(3_000, 7)) {
    for (const problem of parseSettings(text).problems) {
      for (const { edits } of fixesFor(text, problem)) pairs.push([text, applyEdits(text, edits)]);
    }
  }
  assert.ok(pairs.length > 300, String(pairs.length));
  for (const [i, { parsed, parses }] of compare(pairs).entries()) {
    assert.ok(!parsed || parses, pairs[i]?.join('\n-----\n'));
  }
});
