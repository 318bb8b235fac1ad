import { randomBytes } from 'node:crypto';
import { unknown, type Measured } from '../../common/measured.ts';
import type { DecodedPayload, SessionDecoder } from '../sample/sessionSample.ts';
import type { SaveEvidence } from '../table/saveEvidence.ts';
import { changedEntries, hashEntries, hashOf, type EntryHashes } from './entryHashes.ts';
import { shortName } from './entryNames.ts';
import { changesOf, newcomersOf, type SeenNewcomer, type SeenSave } from './groupSaves.ts';
import { SaveTimes } from './saveTimes.ts';
import type { SavedQuery, SavedSession, SavedSessions } from './savedSessions.ts';

/** A session as it was seen last. */
interface Known {
  /** Of session_data. */
  readonly data: string;
  readonly entries: EntryHashes;
  readonly newcomer?: Newcomer;
}

type Save = SeenSave & { readonly at: number };

interface Newcomer {
  readonly at: number;
  readonly held: readonly string[];
  savedAgain: boolean;
}

/** Sessions, and entries of all of them together, that are remembered: those that were saved last. */
const MOST_SESSIONS = 10_000;
const MOST_ENTRIES = 100_000;
/** Saves and new sessions that are told of, and for how long, ms. */
const MOST_TOLD = 2_000;
const TOLD_MS = 30 * 60_000;
const NEWCOMERS_MS = 60 * 60_000;
/** Names that are remembered of one save. */
const MOST_NAMES = 12;
/** Lifetimes by which saves are looked for. */
const MOST_LIFETIMES = 3;
/** Lifetimes are counted in steps of so many seconds. */
const ROUND_LIFETIME = 5;
/** Lifetimes of which there was less than this lately are forgotten. */
const FORGOTTEN = 0.05;
/** Saves are asked for that were made since the last look and a little before; at most so long ago, seconds. */
const OVERLAP = 30;
const LONGEST = 900;

export interface SaveMemoryOptions {
  /** Seconds after which a new session could have been saved again. Default 600. */
  readonly settledAfterSeconds?: number;
}

/**
 * Sessions from look to look: what changed in those that were saved in between. Of a session there are hashes here and the names
 * of its entries; neither its key nor a value.
 */
export class SaveMemory {
  readonly #seed = (randomBytes(8).readBigUInt64BE() >> 1n).toString();
  readonly #settledMs: number;
  readonly #known = new Map<string, Known>();
  #entries = 0;
  #saves: readonly Save[] = [];
  #newcomers: readonly Newcomer[] = [];
  #inserts: readonly { readonly at: number; readonly inserted: number }[] = [];
  /** Seconds between a save and the expiry, and how frequent they were lately. */
  readonly #lifetimes = new Map<number, number>();
  readonly #times = new SaveTimes();
  #lookedAt: number | undefined;
  #firstLook: number | undefined;

  constructor({ settledAfterSeconds = 600 }: SaveMemoryOptions = {}) {
    this.#settledMs = settledAfterSeconds * 1000;
  }

  /** What the next look is to ask for. @param now by the server's clock, ms */
  query(now: number): SavedQuery {
    const since = this.#lookedAt === undefined ? LONGEST : (now - this.#lookedAt) / 1000 + OVERLAP;
    const lifetimes = [...this.#lifetimes].sort(([, a], [, b]) => b - a).slice(0, MOST_LIFETIMES);
    return {
      lifetimes: lifetimes.map(([seconds]) => seconds),
      withinSeconds: Math.min(LONGEST, Math.max(OVERLAP, since)),
      seed: this.#seed,
    };
  }

  /** Compares with what was seen before. */
  look({ rows, at, inserted }: SavedSessions, decode: SessionDecoder): Measured<SaveEvidence> {
    const since = this.#lookedAt;
    const firstLook = (this.#firstLook ??= at);
    const unreadable = new Map<string, number>();
    const [saves, newcomers]: [Save[], Newcomer[]] = [[], []];
    // Counters of the statistics come late, and are compared over the same time as the sessions.
    this.#inserts = [...this.#inserts.filter((one) => one.at > at - NEWCOMERS_MS), { at, inserted }];
    for (const [seconds, weight] of this.#lifetimes) {
      if (weight < FORGOTTEN) this.#lifetimes.delete(seconds);
      else this.#lifetimes.set(seconds, weight / 2);
    }
    for (const row of rows) {
      if (row.data === null) continue;
      const data = hashOf(row.data);
      const known = this.#known.get(row.session);
      if (known?.data === data) continue;
      const decoded = decode(row.data);
      const savedAt = this.#learnLifetime(row, decoded, at);
      // Of what was saved before the first look only the last save is known, and not whether there were others.
      if (savedAt !== undefined && savedAt >= firstLook) this.#times.seen(row.session, savedAt);
      if (decoded.data === undefined) {
        const why = decoded.unreadable ?? 'unknown';
        unreadable.set(why, (unreadable.get(why) ?? 0) + 1);
        continue;
      }
      const entries = hashEntries(decoded.data);
      const held = namesOf([...entries.keys()]);
      let newcomer = known?.newcomer;
      if (known !== undefined) {
        saves.push({ at, changed: namesOf(changedEntries(known.entries, entries)), held });
        if (newcomer !== undefined) newcomer.savedAgain = true;
      } else if (since !== undefined && savedAt !== undefined && savedAt >= since - 1_000) {
        newcomer = { at, held, savedAgain: false };
        newcomers.push(newcomer);
      }
      this.#remember(row.session, { data, entries, ...(newcomer === undefined ? {} : { newcomer }) });
    }
    this.#lookedAt = at;
    this.#saves = recent([...this.#saves, ...saves], at - TOLD_MS);
    this.#newcomers = recent([...this.#newcomers, ...newcomers], at - NEWCOMERS_MS);
    return this.#evidence(at, since, unreadable);
  }

  #evidence(at: number, since: number | undefined, unreadable: ReadonlyMap<string, number>): Measured<SaveEvidence> {
    const [[why] = []] = [...unreadable].sort(([, a], [, b]) => b - a);
    if (this.#known.size === 0) {
      return unknown(
        why === undefined ? 'No unexpired session was found.' : `The sessions can’t be read: ${why}.`,
        'It is known once sessions are saved that can be read.',
      );
    }
    if (since === undefined) {
      return unknown('Sessions were looked at once only.', 'It comes with the next detail reading, a minute apart.');
    }
    const first = Math.min(at, since, ...this.#saves.map((save) => save.at));
    const [oldest] = this.#inserts;
    const newcomers = this.#newcomers.map((one): SeenNewcomer => ({ ...one, settled: at - one.at >= this.#settledMs }));
    const value: SaveEvidence = {
      seconds: Math.round((at - first) / 1000),
      ...changesOf(this.#saves),
      times: this.#times.observed(at),
      newcomers: newcomersOf(newcomers, (this.#inserts.at(-1)?.inserted ?? 0) - (oldest?.inserted ?? 0)),
    };
    return { how: 'estimated', value, at: new Date(), note: noteOf(value, unreadable) };
  }

  /** When it was saved, ms. */
  #learnLifetime({ expires }: SavedSession, { savedAt }: DecodedPayload, now: number): number | undefined {
    const saved = savedAt?.getTime();
    if (saved === undefined) return undefined;
    const seconds = Math.round((expires - saved) / 1000 / ROUND_LIFETIME) * ROUND_LIFETIME;
    // What was saved long ago says little of what is saved now.
    const weight = now - saved < TOLD_MS ? 1 : 0.1;
    this.#lifetimes.set(seconds, (this.#lifetimes.get(seconds) ?? 0) + weight);
    return saved;
  }

  /** Forgets those that were saved longest ago where there are too many. */
  #remember(session: string, known: Known): void {
    this.#entries += known.entries.size - (this.#known.get(session)?.entries.size ?? 0);
    this.#known.delete(session);
    this.#known.set(session, known);
    for (const [oldest, { entries }] of this.#known) {
      if (this.#known.size <= MOST_SESSIONS && this.#entries <= MOST_ENTRIES) return;
      this.#known.delete(oldest);
      this.#entries -= entries.size;
    }
  }
}

function namesOf(names: readonly string[]): string[] {
  return names.slice(0, MOST_NAMES).map(shortName);
}

function recent<T extends { readonly at: number }>(all: readonly T[], from: number): readonly T[] {
  return all.filter(({ at }) => at >= from).slice(-MOST_TOLD);
}

function noteOf({ saves }: SaveEvidence, unreadable: ReadonlyMap<string, number>): string {
  const lost = [...unreadable.values()].reduce((sum, count) => sum + count, 0);
  const of = `From ${saves} saves of sessions that were seen before and after`;
  return lost === 0 ? of : `${of}; ${lost} sessions could not be read`;
}
