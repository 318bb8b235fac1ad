import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../../src/django/settings/checks/checks.ts';
import { parseSettings, type SettingsFileOptions } from '../../../src/django/settings/checks/settingsFile.ts';

const S = `'django.contrib.sessions.middleware.SessionMiddleware'`;
const T = `'nba.middleware.ThrottledSessionMiddleware'`;
const ON = `MIDDLEWARE = [\n    ${S},\n    ${T},\n]\n`;
const OFF = `MIDDLEWARE = [\n    ${S},\n    # ${T},\n]\n`;
const BACKENDS = 'django.contrib.sessions.backends';

const found = (text: string, options?: SettingsFileOptions): string[] =>
  parseSettings(text, options).problems.map(({ code, from, to }) => `${code} ${text.slice(from, to)}`);

/** Settings, and what is found in them: code and place. */
const CASES: readonly (readonly [string, ...string[]])[] = [
  [ON],
  [`${ON}SESSION_SAVE_EVERY_REQUEST = False\nSESSION_ENGINE = '${BACKENDS}.db'\nSESSION_COOKIE_AGE = 1209600\n`],
  [`MIDDLEWARE = [${T}, ${S}]\n`, `throttle-before-session ${T}`],
  [`MIDDLEWARE = [${T}, 'a.B']\n`, `throttle-without-session ${T}`],
  // It may be in the file that all names are taken from.
  [`from .base import *\nMIDDLEWARE += [${T}]\n`],
  [`MIDDLEWARE = [${S}, ${T}, r${T}]\n`, `throttle-listed-twice r${T}`],
  [`${ON}SESSION_SAVE_EVERY_REQUEST = True\n`, 'throttle-and-save-every-request SESSION_SAVE_EVERY_REQUEST = True'],
  [`SESSION_SAVE_EVERY_REQUEST = True\n${OFF}`],
  [OFF, `throttle-off-no-sliding-expiry ${T}`],
  [`SESSION_SAVE_EVERY_REQUEST = False\n${OFF}`, `throttle-off-no-sliding-expiry ${T}`],
  // Not known: set in another file, or computed.
  [`from .base import *\n${OFF}`],
  [`import os\nSESSION_SAVE_EVERY_REQUEST = os.environ['A'] == '1'\n${OFF}`],
  // No throttle at all is nothing unusual.
  [`MIDDLEWARE = [${S}]\nSESSION_SAVE_EVERY_REQUEST = False\nSESSION_COOKIE_AGE = 600\n`],
  [
    `SESSION_THROTTLE_INTERVAL = 3600\nSESSION_COOKIE_AGE = 60 * 60\n${ON}`,
    'throttle-interval-not-below-cookie-age SESSION_THROTTLE_INTERVAL = 3600',
  ],
  [`SESSION_THROTTLE_MINUTES = 59\nSESSION_COOKIE_AGE = 3600\n${ON}`],
  [`THROTTLE_INTERVAL = 1209600\n${ON}`, 'throttle-interval-not-below-cookie-age THROTTLE_INTERVAL = 1209600'],
  [`SESSION_COOKIE_AGE = 900\n${ON}`, 'cookie-age-below-interval SESSION_COOKIE_AGE = 900'],
  [`SESSION_COOKIE_AGE = 901\n${ON}`],
  [`SESSION_COOKIE_AGE = 60 * 60 * 24 * 366\n`, 'cookie-age-over-a-year SESSION_COOKIE_AGE = 60 * 60 * 24 * 366'],
  [`SESSION_COOKIE_AGE = 60 * 60 * 24 * 365\n`],
  [`SESSION_COOKIE_AGE = 0\n`, 'cookie-age-not-positive SESSION_COOKIE_AGE = 0'],
  [`SESSION_COOKIE_AGE = int(x)\n`],
  ...['cache', 'file', 'signed_cookies'].map(
    (engine) =>
      [
        `SESSION_ENGINE = '${BACKENDS}.${engine}'\n`,
        `engine-without-table SESSION_ENGINE = '${BACKENDS}.${engine}'`,
      ] as const,
  ),
  [`SESSION_ENGINE = "${BACKENDS}.cached_db"\n`, `engine-cached-db SESSION_ENGINE = "${BACKENDS}.cached_db"`],
  [
    `SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'\n`,
    `serializer-pickle SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'`,
  ],
  [`SESSION_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer'\n`],
];

test('each check finds what it is for, where it stands, and nothing else', () => {
  for (const [text, ...expected] of CASES) assert.deepEqual(found(text), expected, text);
});

test('every check is among the cases, and can be switched off by its code', () => {
  for (const { code, severity } of CHECKS) {
    const [text = ''] = CASES.find(([, ...codes]) => codes.some((c) => c.startsWith(`${code} `))) ?? [];
    assert.notEqual(text, '', code);
    const [problem] = parseSettings(text).problems;
    assert.deepEqual([problem?.code, problem?.severity], [code, severity]);
    assert.match(problem?.message ?? '', /^[A-Z\u2019].*\.$/s);
    assert.deepEqual(found(text, { without: new Set([code]) }), [], code);
  }
  assert.equal(new Set(CHECKS.map(({ code }) => code)).size, CHECKS.length);
});

test('the middleware and the interval can be given', () => {
  const text = `MIDDLEWARE = ['a.b.Slow', ${S}]\nSESSION_COOKIE_AGE = 600\n`;
  assert.deepEqual(found(text), []);
  const before = "throttle-before-session 'a.b.Slow'";
  const short = 'cookie-age-below-interval SESSION_COOKIE_AGE = 600';
  assert.deepEqual(found(text, { middleware: 'a.b.Slow' }), [before, short]);
  assert.deepEqual(found(text, { middleware: 'Slow', intervalSeconds: 599 }), [before]);
});

test('after a full rollback the throttle is off, and that is known', () => {
  const removed = `MIDDLEWARE = [\n    ${S},\n    # [session-monitor: removed] ${T},\n]\nSESSION_SAVE_EVERY_REQUEST = False\n`;
  assert.deepEqual(
    parseSettings(removed).problems.map(({ code }) => code),
    ['throttle-off-no-sliding-expiry'],
  );
});
