import { decodeSession } from '../../django/sessionData.ts';
import type { SessionRowRead } from '../../postgres/inspect/readSession.ts';
import type { SessionVerifier } from '../../postgres/sample/sessionSample.ts';

/** An entry of a session, or a column of its row. Its value is shown when a person asks for it, and kept nowhere. */
export interface SessionEntry {
  readonly name: string;
  /** Bytes of the value as JSON in UTF-8. */
  readonly bytes: number;
  /** "text", "number", "list of 3". */
  readonly kind: string;
  readonly value: unknown;
}

/** What a row of the session table says of one session. */
export interface InspectedSession {
  readonly at: Date;
  /** By its signature; undefined: the format has no time. */
  readonly savedAt?: Date;
  readonly expires: Date;
  readonly isExpired: boolean;
  readonly format: 'signed' | 'legacy' | 'unknown';
  /** Name of the key of the settings, NO_KEY; undefined: see whyUnverified. */
  readonly signedWith?: string;
  /** Half a sentence. */
  readonly whyUnverified?: string;
  readonly entries: readonly SessionEntry[];
  /** Why there are no entries. */
  readonly unreadable?: string;
  readonly isSignedIn: boolean;
  readonly storedBytes: number;
  readonly textBytes: number;
  readonly columns: readonly SessionEntry[];
}

export const USER_ENTRY = '_auth_user_id';

export function inspected(row: SessionRowRead, verifier: SessionVerifier | undefined, at: Date): InspectedSession {
  const { data: text, expires, isExpired, storedBytes, textBytes, columns } = row;
  const decoded = text === null ? ({ format: 'unknown', unreadable: 'too large' } as const) : decodeSession(text);
  const { format, savedAt, data = {}, unreadable } = { savedAt: undefined, data: undefined, ...decoded };
  return {
    at,
    expires: new Date(expires),
    isExpired,
    format,
    ...(savedAt === undefined ? {} : { savedAt }),
    ...signature(text, verifier),
    entries: Object.entries(data).map(([name, value]) => entryOf(name, value)),
    ...(unreadable === undefined ? {} : { unreadable }),
    isSignedIn: Object.hasOwn(data, USER_ENTRY),
    storedBytes,
    textBytes,
    columns: Object.entries(columns).map(([name, value]) => entryOf(name, value)),
  };
}

function signature(
  text: string | null,
  verifier: SessionVerifier | undefined,
): Pick<InspectedSession, 'signedWith' | 'whyUnverified'> {
  if (text === null) return { whyUnverified: 'it is too large to be read' };
  if (verifier === undefined) return { whyUnverified: 'no project is open that it is of' };
  if ('why' in verifier) return { whyUnverified: verifier.why };
  const signedWith = verifier.keyOf(text);
  return signedWith === undefined ? { whyUnverified: 'it has no signature of Django’s' } : { signedWith };
}

function entryOf(name: string, value: unknown): SessionEntry {
  return { name, value, kind: kindOf(value), bytes: Buffer.byteLength(JSON.stringify(value)) };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') {
    const { length } = Object.keys(value);
    return `${length === 0 ? 'empty ' : ''}${Array.isArray(value) ? 'list' : 'object'}${length === 0 ? '' : ` of ${length}`}`;
  }
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'true or false' : typeof value;
}

export interface EntryChange {
  readonly name: string;
  readonly how: 'new' | 'changed' | 'gone';
}

/** What is different in it, by the names of its entries. */
export function changesBetween(before: InspectedSession, after: InspectedSession): readonly EntryChange[] {
  const texts = ({ entries }: InspectedSession): Map<string, string> =>
    new Map(entries.map(({ name, value }) => [name, JSON.stringify(value)]));
  const [old, now] = [texts(before), texts(after)];
  const came = [...now].flatMap(([name, text]): EntryChange[] => {
    if (!old.has(name)) return [{ name, how: 'new' }];
    return old.get(name) === text ? [] : [{ name, how: 'changed' }];
  });
  const went = [...old.keys()].filter((name) => !now.has(name)).map((name): EntryChange => ({ name, how: 'gone' }));
  return [...came, ...went];
}

/** Of the user who is signed in, as Django writes it; undefined: nobody is. */
export function userOf({ entries }: InspectedSession): string | undefined {
  const value = entries.find(({ name }) => name === USER_ENTRY)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
