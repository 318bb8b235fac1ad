import { formatAge, formatBytes, formatDuration, formatNumber } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import { NO_KEY } from '../../django/sessionKeys.ts';
import type { SessionModel } from '../../django/project/sessions/sessionModel.ts';
import type { EntryChange, InspectedSession } from '../../monitoring/inspect/inspectedSession.ts';
import type { DeleteByKeysResult } from '../../postgres/inspect/deleteByKeys.ts';
import type { UserSession, UserSessions } from '../../postgres/inspect/findUserSessions.ts';
import { shortKey } from '../../postgres/inspect/keyHash.ts';

/** What is said of a session: never its key, and no value of it. */

/** "3 min ago (2026-11-27 14:57:03 UTC)". */
function moment(at: Date, now: Date): string {
  return `${formatAge(at, now)} (${at.toISOString().slice(0, 19).replace('T', ' ')} UTC)`;
}

export interface SessionFact {
  readonly label: string;
  readonly text: string;
  /** A codicon. */
  readonly icon: string;
}

/** @param cookieAge SESSION_COOKIE_AGE of the settings, seconds */
export function sessionFacts(session: InspectedSession, now: Date, cookieAge?: number): readonly SessionFact[] {
  const { savedAt, expires, isExpired, format, storedBytes, textBytes, isSignedIn, unreadable } = session;
  const expiry = isExpired
    ? `${moment(expires, now)}: Django takes it for none; it waits to be cleared`
    : moment(expires, now);
  return [
    {
      label: 'Saved',
      text: savedAt === undefined ? notSaid(session, now, cookieAge) : moment(savedAt, now),
      icon: 'save',
    },
    { label: 'Expires', text: expiry, icon: isExpired ? 'warning' : 'watch' },
    { label: 'Signed with', text: signedText(session), icon: session.signedWith === NO_KEY ? 'warning' : 'verified' },
    {
      label: 'Visitor',
      text: unreadable === undefined ? (isSignedIn ? 'signed in' : 'not signed in') : 'unknown',
      icon: 'account',
    },
    {
      label: 'Size',
      text: `${formatBytes(textBytes)}${storedBytes >= textBytes ? '' : `, ${formatBytes(storedBytes)} as stored`} · ${FORMATS[format]}`,
      icon: 'database',
    },
    ...(unreadable === undefined ? [] : [{ label: 'Entries', text: `can’t be read: ${unreadable}`, icon: 'warning' }]),
  ];
}

const FORMATS: Readonly<Record<InspectedSession['format'], string>> = {
  signed: 'signed, as since Django 3.1',
  legacy: 'the format before Django 3.1',
  unknown: 'no format of Django',
};

/** The old format has no time: it follows from the expiry where the session lives as long as the settings say. */
function notSaid({ expires, format }: InspectedSession, now: Date, cookieAge: number | undefined): string {
  if (format !== 'legacy' || cookieAge === undefined) return 'unknown: its data has no time';
  const at = new Date(expires.getTime() - cookieAge * 1000);
  return `≈ ${moment(at, now)}, if it lives for SESSION_COOKIE_AGE: its format has no time`;
}

function signedText({ signedWith, whyUnverified }: InspectedSession): string {
  if (signedWith === undefined) return `unknown: ${whyUnverified ?? ''}`;
  if (signedWith !== NO_KEY) return signedWith;
  return 'none of the keys in the settings: a worker with these takes it for empty';
}

/** "Saved again since 14:57:03: cart changed, theme is gone", "Nothing has changed since 14:57:03". */
export function changesText(
  before: InspectedSession,
  after: InspectedSession,
  changes: readonly EntryChange[],
): string {
  const since = before.at.toISOString().slice(11, 19);
  const WORDS = { new: 'is new', changed: 'has changed', gone: 'is gone' } as const;
  const entries = changes.map(({ name, how }) => `${name} ${WORDS[how]}`);
  const saved = before.savedAt?.getTime() !== after.savedAt?.getTime();
  const moved = before.expires.getTime() !== after.expires.getTime();
  if (entries.length === 0 && !saved && !moved) return `Nothing has changed since ${since} UTC`;
  const what = entries.length > 0 ? entries.join(', ') : saved ? 'no entry has changed' : 'only when it expires';
  return `${saved ? 'Saved again' : 'Changed'} since ${since} UTC: ${what}`;
}

export const CACHED =
  'SESSION_ENGINE is made on cached_db: the cache keeps a copy, with which the visitor stays signed in until it expires there.';

export function deleteQuestion(
  count: number,
  { target, production }: { readonly target: string; readonly production: boolean },
  { isCached, isComplete = true }: { readonly isCached: boolean; readonly isComplete?: boolean },
): { readonly question: string; readonly lines: readonly string[] } {
  const whose = count === 1 ? 'this session' : `these ${formatNumber(count)} sessions`;
  return {
    question: `Delete ${whose} of ${target}?`,
    lines: [
      ...(production ? ['This is a production database.'] : []),
      count === 1
        ? 'Its visitor is logged out, and what the session holds, such as a cart, is lost. This can’t be undone.'
        : 'The user is logged out in all of them, and what they hold is lost. This can’t be undone.',
      ...(isCached ? [CACHED] : []),
      ...(isComplete ? [] : ['Not all sessions were looked at: there may be more of them.']),
      ...(count === 1 ? [] : ['Who signs in meanwhile gets another session, which stays.']),
    ],
  };
}

export function deletedSessionsText(result: DeleteByKeysResult, isCached: boolean): string {
  const { deleted, deletedHow, gone, kept, elapsedMs, cancelled, problem } = result;
  const count = `${deletedHow === 'exact' ? '' : 'At least '}${formatNumber(deleted)} ${deleted === 1 ? 'session' : 'sessions'} deleted in ${formatDuration(elapsedMs / 1000)}`;
  return [
    `${count}${cancelled ? ', then cancelled' : ''}.`,
    ...(gone > 0 ? [`${formatNumber(gone)} had gone before.`] : []),
    ...(kept > 0
      ? [`${formatNumber(kept)} stayed: rows of another table refer to it, or a trigger or a rule keeps it.`]
      : []),
    ...(problem === undefined ? [] : [problem.message]),
    ...(isCached && deleted > 0 ? [CACHED] : []),
  ].join(' ');
}

/** "3 sessions · 12,000 rows looked at, 4 of which can’t be read". */
export function foundText({ sessions, scanned, unreadable, isComplete, column }: UserSessions): string {
  const lost = Object.entries(unreadable);
  const looked =
    column === undefined
      ? `${formatNumber(scanned)} rows looked at${isComplete ? '' : ', which are not all'}`
      : `found by ${column}${isComplete ? '' : ', the first of more'}`;
  const why = lost.map(([reason, count]) => `${formatNumber(count)} can’t be read: ${reason}`);
  return [`${formatNumber(sessions.length)} ${sessions.length === 1 ? 'session' : 'sessions'}`, looked, ...why].join(
    ' · ',
  );
}

export function userSessionText({ savedAt, expires, bytes, entries }: UserSession, now: Date): string {
  return [
    ...(savedAt === undefined ? [] : [`saved ${formatAge(savedAt, now)}`]),
    `expires ${formatAge(expires, now)}`,
    formatBytes(bytes),
    ...(entries === undefined ? [] : [entries === 1 ? '1 entry' : `${entries} entries`]),
  ].join(' · ');
}

export const sessionTitle = (key: string): string => `Session ${shortKey(key)}`;

export function notFoundText(target: string, isCached: boolean): string {
  const cache = isCached ? ' SESSION_ENGINE is made on cached_db: a copy may be in the cache.' : '';
  return `${target} has no session with this key: it has expired and was cleared, was ended by a logout, got another key at a login, or is of another site.${cache}`;
}

/** Where the engine keeps no rows. */
export function nothingInDatabase({ engine, without }: SessionModel): Problem | undefined {
  if (without === undefined) return undefined;
  return new Problem({
    code: 'session-engine-without-table',
    what: 'There is no session to inspect',
    why: `Nothing of the sessions is in the database: ${without} (SESSION_ENGINE = '${engine ?? ''}').`,
    next: 'Engines like db and cached_db keep sessions in a table.',
    transient: false,
  });
}
