import { hash, randomBytes } from 'node:crypto';

/** Mixed into every hash, so that nobody can look for the value behind one. New in each process, and nowhere else. */
const SECRET = randomBytes(32).toString('base64');

/** Entries of one session that are told apart; those behind them count as one. */
const MOST_ENTRIES = 100;
/** Stands for the entries that are not told apart. No entry of Django has such a name. */
const MORE_ENTRIES = '…';

/** Short, since there are many in memory, and made to be compared and nothing else. */
export function hashOf(text: string): string {
  return hash('sha256', SECRET + text, 'base64').slice(0, 12);
}

/** The entries of a session, each with the hash of its value. */
export type EntryHashes = ReadonlyMap<string, string>;

export function hashEntries(data: Readonly<Record<string, unknown>>): EntryHashes {
  const entries = Object.entries(data);
  const hashes = new Map(entries.slice(0, MOST_ENTRIES).map(([name, value]) => [name, hashOf(JSON.stringify(value))]));
  if (entries.length > MOST_ENTRIES) hashes.set(MORE_ENTRIES, hashOf(JSON.stringify(entries.slice(MOST_ENTRIES))));
  return hashes;
}

/** Names of the entries that came, went or have another value, in order. */
export function changedEntries(before: EntryHashes, after: EntryHashes): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name)).sort();
}
