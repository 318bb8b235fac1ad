import type { DirectoryEntry, FileSystem } from '../fileSystem.ts';
import { parsePython, type PythonSource } from '../python.ts';

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
const MAX_TEXT = 1_000_000;

export class LoadedFiles {
  readonly #fileSystem: FileSystem;
  readonly #texts = new Map<string, string | undefined>();
  readonly #lists = new Map<string, readonly DirectoryEntry[]>();
  readonly #sources = new Map<string, PythonSource>();

  readonly #none: boolean;

  /** 'none': there are no files at all, which is known without asking for them. */
  constructor(fileSystem: FileSystem | 'none') {
    this.#none = fileSystem === 'none';
    this.#fileSystem =
      fileSystem === 'none'
        ? { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) }
        : fileSystem;
  }

  /** Runs `evaluate` until it needs no more files. */
  async settle<T>(evaluate: () => T): Promise<T> {
    for (;;) {
      try {
        return evaluate();
      } catch (error) {
        if (!(error instanceof NeedsFiles)) throw error;
        await this.#load(error);
      }
    }
  }

  /** Text of a file, undefined when there is none (or it is too large, or there were too many files). */
  text(file: string): string | undefined {
    if (!this.#none && !this.#texts.has(file)) throw new NeedsFiles([file]);
    return this.#texts.get(file);
  }

  /** The first of these files that exists. */
  firstOf(files: readonly string[]): string | undefined {
    const missing = files.filter((file) => !this.#texts.has(file));
    if (!this.#none && missing.length > 0) throw new NeedsFiles(missing);
    return files.find((file) => this.#texts.get(file) !== undefined);
  }

  list(directory: string): readonly DirectoryEntry[] {
    const entries = this.#none ? [] : this.#lists.get(directory);
    if (entries === undefined) throw new NeedsFiles([], [directory]);
    return entries;
  }

  python(file: string): PythonSource | undefined {
    const text = this.text(file);
    if (text === undefined) return undefined;
    const source = this.#sources.get(file) ?? parsePython(text, file);
    this.#sources.set(file, source);
    return source;
  }

  async #load(need: NeedsFiles): Promise<void> {
    await Promise.all([
      ...need.paths.map(async (file) => {
        const text = this.#texts.size < MAX_FILES ? await this.#fileSystem.readText(file) : undefined;
        this.#texts.set(file, text !== undefined && text.length <= MAX_TEXT ? text : undefined);
      }),
      ...need.directories.map(async (directory) => {
        this.#lists.set(directory, await this.#fileSystem.list(directory));
      }),
    ]);
  }
}
