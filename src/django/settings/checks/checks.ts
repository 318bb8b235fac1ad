import type { TextRange } from '../text/edits.ts';
import { cookieAge, savesEveryRequest, sessionIndex, textOf, type CheckContext } from './context.ts';

export interface SettingsCheck {
  /** Unique, and kept for good: people switch checks off by it. */
  readonly code: string;
  /** What it finds, a sentence: for the settings and the documents. */
  readonly title: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: (context: CheckContext) => string;
  /** Where it applies; undefined: it doesn't. */
  readonly applies: (context: CheckContext) => TextRange | undefined;
}

const YEAR_SECONDS = 365 * 86_400;
const CACHED_DB = 'django.contrib.sessions.backends.cached_db';

/** Django's engines that keep no rows, and what they keep instead. */
const WITHOUT_TABLE: Readonly<Record<string, string>> = {
  'django.contrib.sessions.backends.cache': 'the cache',
  'django.contrib.sessions.backends.file': 'files',
  'django.contrib.sessions.backends.signed_cookies': 'the cookies themselves',
};

const ROWS = [
  {
    code: 'throttle-before-session',
    title: 'The throttle stands before SessionMiddleware.',
    severity: 'error',
    message: ({ middleware }) =>
      `${middleware.name} stands before SessionMiddleware: what it changes in the session is not saved. Move it behind.`,
    applies: (context) => {
      const session = sessionIndex(context);
      const throttle = firstThrottle(context);
      return throttle !== undefined && session !== -1 && context.items.indexOf(throttle) < session
        ? throttle.node
        : undefined;
    },
  },
  {
    code: 'throttle-without-session',
    title: 'The throttle is listed without SessionMiddleware.',
    severity: 'error',
    message: ({ middleware }) =>
      `${middleware.name} needs django.contrib.sessions.middleware.SessionMiddleware before it, which is not in the list.`,
    applies: (context) => (context.complete && sessionIndex(context) === -1 ? firstThrottle(context)?.node : undefined),
  },
  {
    code: 'throttle-listed-twice',
    title: 'The throttle is listed more than once.',
    severity: 'warning',
    message: ({ middleware }) => `${middleware.name} is listed more than once: once is enough.`,
    applies: ({ throttles }) => throttles.filter((entry) => !entry.maybe)[1]?.node,
  },
  {
    code: 'throttle-and-save-every-request',
    title: 'The throttle together with SESSION_SAVE_EVERY_REQUEST = True, which undoes it.',
    severity: 'warning',
    message: ({ middleware }) =>
      `SESSION_SAVE_EVERY_REQUEST = True saves sessions at every request, so that ${middleware.name} throttles nothing.`,
    applies: (context) =>
      firstThrottle(context) !== undefined && savesEveryRequest(context) === true
        ? context.placeOf('SESSION_SAVE_EVERY_REQUEST')
        : undefined,
  },
  {
    code: 'throttle-off-no-sliding-expiry',
    title: 'The throttle is off and SESSION_SAVE_EVERY_REQUEST is False: sessions of active users end.',
    severity: 'warning',
    message: ({ middleware }) =>
      `${middleware.name} is off and SESSION_SAVE_EVERY_REQUEST is False: the expiry of sessions does not move on any more, and ` +
      'active users are logged out SESSION_COOKIE_AGE after their last save. Set SESSION_SAVE_EVERY_REQUEST = True, or restore the middleware.',
    applies: (context) => (savesEveryRequest(context) === false ? context.throttleOff : undefined),
  },
  {
    code: 'throttle-interval-not-below-cookie-age',
    title: 'The throttle interval in the settings is not shorter than SESSION_COOKIE_AGE.',
    severity: 'error',
    message: (context) =>
      `The throttle interval of ${context.interval.seconds} s is not shorter than SESSION_COOKIE_AGE (${cookieAge(context) ?? '?'} s): sessions end before they are saved again.`,
    applies: (context) => {
      const age = cookieAge(context);
      return age !== undefined && age > 0 && context.interval.seconds >= age ? context.interval.place : undefined;
    },
  },
  {
    code: 'cookie-age-below-interval',
    title: 'SESSION_COOKIE_AGE is not longer than the throttle interval.',
    severity: 'warning',
    message: (context) =>
      `SESSION_COOKIE_AGE is not longer than the throttle interval of ${context.interval.seconds} s: sessions end before they are saved again.`,
    applies: (context) => {
      const age = cookieAge(context);
      const surelyOff = context.complete && context.throttles.length === 0;
      const applies = age !== undefined && age > 0 && age <= context.interval.seconds && !surelyOff;
      return applies && context.interval.place === undefined ? context.placeOf('SESSION_COOKIE_AGE') : undefined;
    },
  },
  {
    code: 'cookie-age-over-a-year',
    title: 'SESSION_COOKIE_AGE is over a year.',
    severity: 'warning',
    message: () =>
      'SESSION_COOKIE_AGE is in seconds, and this is over a year: expired sessions will be long in coming.',
    applies: (context) =>
      (cookieAge(context) ?? 0) > YEAR_SECONDS ? context.placeOf('SESSION_COOKIE_AGE') : undefined,
  },
  {
    code: 'cookie-age-not-positive',
    title: 'SESSION_COOKIE_AGE is 0 or less.',
    severity: 'error',
    message: () => 'SESSION_COOKIE_AGE is the age in seconds at which sessions expire: here they expire at once.',
    applies: (context) => ((cookieAge(context) ?? 1) <= 0 ? context.placeOf('SESSION_COOKIE_AGE') : undefined),
  },
  {
    code: 'engine-without-table',
    title: 'The session engine keeps no rows in the database.',
    severity: 'info',
    message: (context) =>
      `This engine keeps sessions in ${WITHOUT_TABLE[textOf(context, 'SESSION_ENGINE') ?? ''] ?? '?'}: there is no session table to watch, and nothing to throttle in the database.`,
    applies: (context) =>
      Object.hasOwn(WITHOUT_TABLE, textOf(context, 'SESSION_ENGINE') ?? '')
        ? context.placeOf('SESSION_ENGINE')
        : undefined,
  },
  {
    code: 'engine-cached-db',
    title: 'The engine cached_db, and what it means for cleanups.',
    severity: 'info',
    message: () =>
      'The engine cached_db writes each save to the table and the cache and reads from the cache: reads are not seen in the database, and ' +
      'deleting a row does not end a session while the cache still holds it.',
    applies: (context) =>
      textOf(context, 'SESSION_ENGINE') === CACHED_DB ? context.placeOf('SESSION_ENGINE') : undefined,
  },
  {
    code: 'serializer-pickle',
    title: 'PickleSerializer is used.',
    severity: 'warning',
    message: () =>
      'PickleSerializer runs code from the session data for whoever knows SECRET_KEY, is gone from Django 5.0, and can’t be read by this monitor. Use JSONSerializer.',
    applies: (context) =>
      (textOf(context, 'SESSION_SERIALIZER') ?? '').endsWith('.PickleSerializer')
        ? context.placeOf('SESSION_SERIALIZER')
        : undefined,
  },
] as const satisfies readonly SettingsCheck[];

export type CheckCode = (typeof ROWS)[number]['code'];

/** All checks of a settings file. Adding one is adding a row above, and what may be done about it to fixTable.ts. */
export const CHECKS: readonly (SettingsCheck & { readonly code: CheckCode })[] = ROWS;

export function isCheck(code: string): code is CheckCode {
  return CHECKS.some((check) => check.code === code);
}

function firstThrottle({ throttles }: CheckContext): CheckContext['throttles'][number] | undefined {
  return throttles[0];
}
