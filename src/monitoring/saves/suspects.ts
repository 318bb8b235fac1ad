import type { FoundWrite } from '../../django/sessionWrites/findSessionWrites.ts';
import { EXPIRY_ENTRY } from '../../django/sessionWrites/sessionWrite.ts';
import type { SiteSettings } from '../../django/sessionWrites/siteSettings.ts';
import type { SaveEvidence } from '../../postgres/table/saveEvidence.ts';

/** What is known of the code and of the settings. */
export interface WritingCode {
  readonly writes: readonly FoundWrite[];
  readonly settings: Pick<SiteSettings, 'flags' | 'texts' | 'places'>;
}

/** The same, and what was looked through for it. */
export interface SearchedCode extends WritingCode {
  /** Folder of the project. */
  readonly root: string;
  /** Files that were read. */
  readonly files: number;
  /** false: there are more. */
  readonly complete: boolean;
}

/** What probably makes most of the saves. */
export interface Suspect {
  /** Most of what was saved: new sessions, or sessions that were there. */
  readonly of: 'saves' | 'newSessions';
  /** So many of so many. */
  readonly count: number;
  readonly all: number;
  /** What they change, or hold; undefined: nothing. */
  readonly entry?: string;
  /** The setting that makes it so. */
  readonly setting?: string;
  /** Where it is made, the likeliest first. */
  readonly places: readonly SuspectPlace[];
}

export interface SuspectPlace {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** 0-based; of a setting it is not known. */
  readonly line?: number;
  /** Of code: what is done there, and in which class or function. */
  readonly write?: FoundWrite;
}

/** Places that are told. */
const MOST = 5;

/** undefined: too little was seen. */
export function likeliestWriter(evidence: SaveEvidence, code: WritingCode): Suspect | undefined {
  const { saves, newcomers } = evidence;
  // Sessions that were not seen before may have been there all the same: not more of them are new than were inserted.
  const fresh = Math.min(newcomers.sessions, newcomers.inserted);
  if (Math.max(saves, fresh) < FEW) return undefined;
  return fresh > saves ? ofNewSessions(evidence, code) : ofSaves(evidence, code);
}

/** Fewer saves than these say nothing. */
const FEW = 5;

function ofSaves({ saves, changes }: SaveEvidence, code: WritingCode): Suspect {
  const totals = new Map<string | undefined, number>();
  for (const { entries, saves: count } of changes) {
    for (const entry of entries.length === 0 ? [undefined] : entries)
      totals.set(entry, (totals.get(entry) ?? 0) + count);
  }
  // Of two that always change together the one whose code runs at each request.
  const [[entry, count] = [undefined, 0]] = [...totals].sort(
    ([a, many], [b, more]) => more - many || bestScore(b, code) - bestScore(a, code),
  );
  const of = { of: 'saves' as const, count, all: saves };
  if (entry !== undefined) return { ...of, entry, ...placesOf(entry, code) };
  const held = changes.find(({ entries }) => entries.length === 0)?.held ?? [];
  return { ...of, ...ofNothing(held, code) };
}

function ofNewSessions({ newcomers: { sessions, contents } }: SaveEvidence, code: WritingCode): Suspect {
  const [most] = contents;
  const of = { of: 'newSessions' as const, count: most?.sessions ?? 0, all: sessions };
  const entries = most?.entries ?? [];
  const user = entries.find((entry) => entry.startsWith(USER));
  const entry = user ?? [...entries].sort((a, b) => bestScore(b, code) - bestScore(a, code))[0];
  if (entry !== undefined) return { ...of, entry, ...placesOf(entry, code) };
  return { ...of, places: ranked(code.writes.filter(({ how }) => how === 'saves')) };
}

const USER = '_auth_user_';
const EVERY_REQUEST = 'SESSION_SAVE_EVERY_REQUEST';

/** Settings by which Django keeps an entry of its own in sessions, and what they have to be. */
const DJANGOS: Readonly<Record<string, (settings: WritingCode['settings']) => string | undefined>> = {
  _csrftoken: ({ flags }) => (flags.get('CSRF_USE_SESSIONS') === true ? 'CSRF_USE_SESSIONS' : undefined),
};

/** Where an entry is set, the likeliest first. */
export function placesOfEntry(entry: string, code: WritingCode): readonly SuspectPlace[] {
  return placesOf(entry, code).places;
}

function placesOf(entry: string, code: WritingCode): Pick<Suspect, 'setting' | 'places'> {
  const setting = Object.hasOwn(DJANGOS, entry) ? DJANGOS[entry]?.(code.settings) : undefined;
  if (setting !== undefined) return ofSetting(setting, code);
  return { places: ranked(writesOf(entry, code)) };
}

/** All writes that can set the entry. */
function writesOf(entry: string, { writes }: Pick<WritingCode, 'writes'>): FoundWrite[] {
  return writes.filter((write) => {
    if (entry === EXPIRY_ENTRY && write.how === 'expiry') return true;
    if (entry.startsWith(USER) && write.how === 'key') return true;
    if (entry === '_messages' && write.how === 'message') return true;
    return write.entry !== undefined && isEntry(write.entry, entry);
  });
}

/** `entry` may be a pattern: 'seen_…'. */
function isEntry({ name, isPrefix }: NonNullable<FoundWrite['entry']>, entry: string): boolean {
  if (name === entry) return !isPrefix;
  if (isPrefix) return entry.startsWith(name);
  const [beginning = '', ...more] = entry.split('…');
  return more.length > 0 && beginning.length > 2 && name.startsWith(beginning);
}

/** A save that changes nothing: all sessions are saved at each request, or something says that they have changed. */
function ofNothing(held: readonly string[], code: WritingCode): Pick<Suspect, 'setting' | 'places'> {
  if (code.settings.flags.get(EVERY_REQUEST) === true) return ofSetting(EVERY_REQUEST, code);
  const isHeld = ({ entry }: FoundWrite): boolean => entry !== undefined && held.some((one) => isEntry(entry, one));
  const messages = code.settings.texts.get('MESSAGE_STORAGE')?.endsWith('.SessionStorage') === true;
  const writes = code.writes.filter((write) => {
    switch (write.how) {
      case 'modified':
      case 'saves': {
        // What works on an entry that these sessions do not hold did not run for them.
        const beside = code.writes.filter(
          (one) => one.how === 'sets' && one.file === write.file && one.owner === write.owner,
        );
        return beside.length === 0 || beside.some(isHeld);
      }
      case 'expiry':
        return held.includes(EXPIRY_ENTRY);
      case 'message':
        return messages;
      default:
        return write.how === 'sets' && isHeld(write);
    }
  });
  return { places: ranked(writes) };
}

function ofSetting(setting: string, { settings }: WritingCode): Pick<Suspect, 'setting' | 'places'> {
  const place = settings.places.get(setting);
  return { setting, places: place === undefined ? [] : [place] };
}

function bestScore(entry: string | undefined, code: WritingCode): number {
  if (entry === undefined) return 0;
  return placesOf(entry, code).setting === undefined ? Math.max(-1, ...writesOf(entry, code).map(score)) : MOST_LIKELY;
}

const MOST_LIKELY = 100;

function ranked(writes: readonly FoundWrite[]): SuspectPlace[] {
  // Those of the same score stay in the order of the files.
  const sorted = writes.toSorted((a, b) => score(b) - score(a));
  return sorted.slice(0, MOST).map((write) => {
    const { file, from, to, line } = write;
    return { file, from, to, line, write };
  });
}

/** What runs at each request comes first, then what this project has written itself and what asks for nothing before. */
function score({ role, isInstalled, guards, how, owner }: FoundWrite): number {
  // A middleware that is in no list does not run, unless another is made of it.
  const runs = { middleware: 40, contextProcessor: 35, other: /middleware$/i.test(owner) ? -10 : 0 }[role];
  return runs + (isInstalled ? 0 : 10) + (guards.length === 0 ? 8 : 0) + (KIND_SCORES[how] ?? 3);
}

/** Where several kinds are possible, those that are there for nothing else. */
const KIND_SCORES: Readonly<Partial<Record<FoundWrite['how'], number>>> = {
  expiry: 7,
  modified: 5,
  message: 6,
  removes: -20,
};
