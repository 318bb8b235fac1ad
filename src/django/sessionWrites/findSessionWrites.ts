import { createHash } from 'node:crypto';
import type { FileSystem } from '../../common/fileSystem.ts';
import { parsePython } from '../python/syntax/parse.ts';
import { constantsIn, type EntryKey } from './entryKeys.ts';
import type { SessionWrite, WrittenEntry } from './sessionWrite.ts';
import type { SiteSettings } from './siteSettings.ts';
import { pythonFiles, type SourceRoot } from './sourceFiles.ts';
import { MAY_WRITE, writesIn, type RawWrite } from './writesIn.ts';

/** When the code that writes runs. */
export type WriterRole = 'middleware' | 'contextProcessor' | 'other';

export interface FoundWrite extends SessionWrite {
  readonly role: WriterRole;
  readonly isInstalled: boolean;
}

export interface FoundWrites {
  readonly writes: readonly FoundWrite[];
  /** Files that were read. */
  readonly files: number;
  /** false: there are more files than are read. */
  readonly complete: boolean;
}

export interface WriteSearch {
  /** Those of the project first. */
  readonly roots: readonly SourceRoot[];
  readonly settings: Pick<SiteSettings, 'middleware' | 'contextProcessors' | 'texts'>;
  readonly signal?: AbortSignal;
}

interface ReadFile {
  readonly hash: string;
  readonly writes: readonly RawWrite[];
  readonly constants: ReadonlyMap<string, string>;
}

/** Bounds of one search: files, characters and ms. */
const MAX_FILES = 6_000;
const MAX_TEXT = 60_000_000;
const MAX_MS = 5_000;

/** Finds the places that write to sessions. What was read is remembered by its text, so that a file is parsed again only when it changed. */
export class SessionWriteFinder {
  readonly #fileSystem: FileSystem;
  #read = new Map<string, ReadFile>();

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  async find({ roots, settings, signal }: WriteSearch): Promise<FoundWrites> {
    const read = new Map<string, ReadFile & { readonly root: SourceRoot }>();
    const end = performance.now() + MAX_MS;
    let [text, complete] = [0, true];
    for (const root of roots) {
      for await (const file of pythonFiles(this.#fileSystem, root.folder)) {
        signal?.throwIfAborted();
        if (read.has(file)) continue;
        complete = read.size < MAX_FILES && text < MAX_TEXT && performance.now() < end;
        if (!complete) break;
        const content = (await this.#fileSystem.readText(file)) ?? '';
        text += content.length;
        read.set(file, { ...this.#look(file, content, root), root });
      }
      if (!complete) break;
    }
    this.#read = read;
    return { writes: resolved(read, settings), files: read.size, complete };
  }

  #look(file: string, text: string, root: SourceRoot): ReadFile {
    const hash = createHash('sha256').update(text).digest('base64');
    const known = this.#read.get(file);
    if (known?.hash === hash) return known;
    const mayWrite = MAY_WRITE.test(text);
    const constants = mayWrite || !root.isInstalled ? constantsIn(text) : NO_CONSTANTS;
    return { hash, constants, writes: mayWrite ? writesIn(parsePython(text, file)) : [] };
  }
}

const NO_CONSTANTS: ReadonlyMap<string, string> = new Map();

type Files = ReadonlyMap<string, ReadFile & { readonly root: SourceRoot }>;

function resolved(files: Files, settings: WriteSearch['settings']): FoundWrite[] {
  // A constant of another file goes by its name alone, where all files agree on it.
  const constants = new Map<string, Set<string>>();
  for (const file of files.values()) {
    for (const [name, value] of file.constants) constants.set(name, (constants.get(name) ?? new Set()).add(value));
  }
  return [...files.values()].flatMap((file) =>
    file.writes.map(({ key, ...write }): FoundWrite => {
      const entry = key === undefined ? undefined : entryOf(key, file, settings, constants);
      const role = roleOf(write, settings);
      return { ...write, role, isInstalled: file.root.isInstalled, ...(entry === undefined ? {} : { entry }) };
    }),
  );
}

function entryOf(
  key: EntryKey,
  file: ReadFile,
  { texts }: WriteSearch['settings'],
  constants: ReadonlyMap<string, ReadonlySet<string>>,
): WrittenEntry | undefined {
  if ('name' in key) return key;
  const { constant, ofSettings, otherwise } = key;
  const [only, ...more] = constants.get(constant) ?? [];
  const known = more.length > 0 ? undefined : only;
  const name = ofSettings ? (texts.get(constant) ?? otherwise ?? known) : (file.constants.get(constant) ?? known);
  return name === undefined ? undefined : { name, isPrefix: false };
}

/** Whether the class or function that it stands in is one of those that run at each request. */
function roleOf({ file, owner }: RawWrite, { middleware, contextProcessors }: WriteSearch['settings']): WriterRole {
  const module = file.replace(/\.py$/, '').split(/[\\/]/);
  const isIt = (dotted: string): boolean => {
    const segments = dotted.split('.');
    // A package may give out under its own name what it takes from one of its modules.
    return segments.at(-1) === owner && module.includes(segments[0] ?? '');
  };
  if (owner === '') return 'other';
  return middleware.some(isIt) ? 'middleware' : contextProcessors.some(isIt) ? 'contextProcessor' : 'other';
}
