import { carryOut } from '../rollback/carryOut.ts';
import { combinations, THROTTLE } from '../rollback/corpus.ts';

/** Settings in which a check finds something, in the shapes that people write them in. */

export const SESSION = 'django.contrib.sessions.middleware.SessionMiddleware';
const COMMON = 'django.middleware.common.CommonMiddleware';
const BACKENDS = 'django.contrib.sessions.backends';

export interface FixCase {
  readonly code: string;
  readonly text: string;
}

/** Each swaps or sets paths in the texts of the rollback's corpus, so that a check applies. */
const CHANGES: readonly (readonly [string, (text: string) => string])[] = [
  [
    'throttle-before-session',
    (text) => text.replaceAll(SESSION, '<1>').replaceAll(THROTTLE, SESSION).replaceAll('<1>', THROTTLE),
  ],
  ['throttle-without-session', (text) => text.replaceAll(SESSION, 'a.First')],
  ['throttle-listed-twice', (text) => text.replaceAll(COMMON, THROTTLE)],
  ['throttle-and-save-every-request', (text) => text.replace(/(SESSION_SAVE_EVERY_REQUEST = )False/, '$1True')],
  ['throttle-off-no-sliding-expiry', (text) => carryOut(text, 'disable')],
];

/** Assignments of one setting, with a check that applies to it; `V` is what is set. */
const ASSIGNMENTS: readonly ((v: string, name: string) => string)[] = [
  (v, name) => `${name} = ${v}\n`,
  (v, name) => `${name} = ${v}  # \u00e9 as long as that\nOTHER = 1\n`,
  (v, name) => `${name}: object = (\n    ${v}  # in\n)\n`,
  (v, name) => `${name} = None\nif True:\n    ${name} = ${v}\n`,
  (v, name) => `\uFEFF# \u{1f40e}\r\n${name} = ${v}\r\n`,
  (v, name) => `OTHER = 2; ${name} = ${v}; ANOTHER = 3`,
  (v, name) => `try:\n\t${name} = ${v}\nfinally:\n\tOTHER = 1\n`,
  // What has to be left alone: another name, and what is made from it.
  (v, name) => `${name} = OTHER = ${v}\n`,
  (v, name) => `${name} = ${v}\nOTHER = [${name}]\n`,
];

const ON = `MIDDLEWARE = [\n    '${SESSION}',\n    '${THROTTLE}',\n]\n`;

const VALUES: readonly (readonly [code: string, name: string, values: readonly string[], more?: string])[] = [
  ['cookie-age-not-positive', 'SESSION_COOKIE_AGE', ['0', '-1', '60 * 0']],
  ['cookie-age-over-a-year', 'SESSION_COOKIE_AGE', ['1209600000', '60 * 60 * 24 * 366', '10 ** 9']],
  ['cookie-age-below-interval', 'SESSION_COOKIE_AGE', ['900', '15 * 60'], ON],
  ['engine-without-table', 'SESSION_ENGINE', ['cache', 'file', 'signed_cookies'].map((e) => `"${BACKENDS}.${e}"`)],
  ['engine-cached-db', 'SESSION_ENGINE', [`'${BACKENDS}.cached_db'`, `'${BACKENDS}' '.cached_db'`]],
  ['serializer-pickle', 'SESSION_SERIALIZER', [`'django.contrib.sessions.serializers.PickleSerializer'`]],
  ['throttle-interval-not-below-cookie-age', 'SESSION_THROTTLE_INTERVAL', ['1209600', '60 * 60 * 24 * 30'], ON],
  ['throttle-interval-not-below-cookie-age', 'SESSION_THROTTLE_MINUTES', ['20160'], ON],
  [
    'throttle-interval-not-below-cookie-age',
    'THROTTLE_INTERVAL',
    ['timedelta(days=14)'],
    `from datetime import timedelta\n${ON}`,
  ],
];

export function fixCases(): FixCase[] {
  const changed = combinations()
    .filter(({ split }) => split !== true)
    .flatMap(({ text }) => CHANGES.map(([code, change]): FixCase => ({ code, text: change(text) })));
  const set = VALUES.flatMap(([code, name, values, more = '']) =>
    values.flatMap((value) =>
      ASSIGNMENTS.map((assign): FixCase => {
        const text = assign(value, name);
        return { code, text: text.startsWith('\uFEFF') ? text + more : more + text };
      }),
    ),
  );
  const seen = new Set<string>();
  return [...changed, ...set].filter(({ text, code }) => !seen.has(code + text) && seen.add(code + text));
}
