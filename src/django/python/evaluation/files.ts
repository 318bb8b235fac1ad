import type { DirectoryEntry, FileSystem } from '../../../common/fileSystem.ts';
import { MAX_PYTHON } from '../syntax/maxText.ts';
import type { PythonSource } from '../syntax/nodes.ts';
import { parsePython } from '../syntax/parse.ts';

/**
 * Lets the evaluator, which is synchronous, read files, which are not: what has not been loaded yet is thrown as
 * `NeedsFiles`, loaded, and the evaluation starts over. Settings evaluate in milliseconds, so that starting over is
 * cheaper than an evaluator that awaits at every step.
 */
export class NeedsFiles extends Error {
  readonly paths: readonly string[];
  readonly directories: readonly string[];

  constructor(paths: readonly string[], directories: readonly string[] = []) {
    super('files have to be loaded first');
    this.paths = paths;
    this.directories = directories;
  }
}

/** Bounds on what one project may make us read. */
const MAX_FILES = 400;

export class LoadedFiles {
  readonly #fileSystem: FileSystem;
  readonly #texts = new Map<string, string | undefined>();
  readonly #lists = new Map<string, readonly DirectoryEntry[]>();
  readonly #tooLarge = new Set<string>();
  /** What the present evaluation went on without. */
  readonly #deferred: NeedsFiles[] = [];
  /** The last text of each file that was parsed, and its tree; shared by all copies, so that what stays the same is parsed once. */
  #sources = new Map<string, { readonly text: string; readonly source: PythonSource }>();

  readonly #none: boolean;

  /** 'none': there are no files at all, which is known without asking for them. */
  constructor(fileSystem: FileSystem | 'none') {
    this.#none = fileSystem === 'none';
    this.#fileSystem =
      fileSystem === 'none'
        ? { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) }
        : fileSystem;
  }

  /**
   * The same files, some of them with another text: for looking at what is not saved, or only planned. It loads nothing:
   * what has not been loaded counts as absent.
   */
  with(texts: ReadonlyMap<string, string>): LoadedFiles {
    const copy = new LoadedFiles('none');
    for (const file of this.#tooLarge) copy.#tooLarge.add(file);
    for (const [file, text] of this.#texts) copy.#texts.set(file, text);
    for (const [file, text] of texts) {
      copy.#tooLarge.delete(file);
      copy.#keep(file, text);
    }
    for (const [directory, entries] of this.#lists) copy.#lists.set(directory, entries);
    copy.#sources = this.#sources;
    return copy;
  }

  /** Runs `evaluate` until it needs no more files. What it gives back or throws while some are missing counts for nothing. */
  async settle<T>(evaluate: () => T): Promise<T> {
    for (;;) {
      let outcome: { readonly value: T } | { readonly error: unknown };
      try {
        outcome = { value: evaluate() };
      } catch (error) {
        outcome = { error };
        if (error instanceof NeedsFiles) this.#deferred.push(error);
      }
      const needs = this.#deferred.splice(0);
      if (needs.length > 0) await this.#load(needs);
      else if ('value' in outcome) return outcome.value;
      else throw outcome.error;
    }
  }

  /**
   * Goes on without what `part` needs: of a project's modules, all that the loaded ones import are loaded together, instead of one
   * after the other with an evaluation from the start for each.
   */
  orLater(part: () => void): void {
    try {
      part();
    } catch (error) {
      if (!(error instanceof NeedsFiles)) throw error;
      this.#deferred.push(error);
    }
  }

  /** A file that is too large is there, and taken for empty. */
  #keep(file: string, text: string | undefined): void {
    const large = text !== undefined && text.length > MAX_PYTHON;
    if (large) this.#tooLarge.add(file);
    this.#texts.set(file, large ? '' : text);
  }

  isTooLarge(file: string): boolean {
    return this.#tooLarge.has(file);
  }

  /** Text of a file, undefined when there is none (or there were too many files); empty when it is too large. */
  text(file: string): string | undefined {
    if (!this.#none && !this.#texts.has(file)) throw new NeedsFiles([file]);
    return this.#texts.get(file);
  }

  /** Has these files loaded at once, whether they are there or not. */
  together(files: readonly string[]): void {
    const missing = files.filter((file) => !this.#texts.has(file));
    if (!this.#none && missing.length > 0) throw new NeedsFiles(missing);
  }

  /** The first of these files that exists. */
  firstOf(files: readonly string[]): string | undefined {
    this.together(files);
    return files.find((file) => this.#texts.get(file) !== undefined);
  }

  list(directory: string): readonly DirectoryEntry[] {
    const entries = this.#lists.get(directory) ?? (this.#none ? [] : undefined);
    if (entries === undefined) throw new NeedsFiles([], [directory]);
    return entries;
  }

  python(file: string): PythonSource | undefined {
    const text = this.text(file);
    if (text === undefined) return undefined;
    const last = this.#sources.get(file);
    if (last?.text === text) return last.source;
    const source = parsePython(text, file, last?.source);
    this.#sources.set(file, { text, source });
    return source;
  }

  async #load(needs: readonly NeedsFiles[]): Promise<void> {
    const files = new Set(needs.flatMap(({ paths }) => paths));
    const directories = new Set(needs.flatMap((need) => need.directories));
    const room = MAX_FILES - this.#texts.size;
    await Promise.all([
      ...[...files].map(async (file, i) => {
        this.#keep(file, i < room ? await this.#fileSystem.readText(file) : undefined);
      }),
      ...[...directories].map(async (directory) => {
        this.#lists.set(directory, await this.#fileSystem.list(directory));
      }),
    ]);
  }
}
