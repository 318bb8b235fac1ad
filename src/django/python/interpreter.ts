import { describeNode, isBroken, lineAt, nodeText, type PythonNode, type PythonSource } from './syntax/python.ts';
import { builtins } from './expressions/builtins.ts';
import type { Environment } from './evaluation/environment.ts';
import { EXPRESSIONS } from './expressions/expressions.ts';
import type { LoadedFiles } from './evaluation/files.ts';
import { STATEMENTS } from './statements/statements.ts';
import {
  list,
  str,
  unresolved,
  type ObjectValue,
  type Place,
  type SequenceValue,
  type Value,
} from './values/values.ts';

/** Names of one module or one function call. */
export interface Frame {
  readonly source: PythonSource;
  readonly names: Map<string, Value>;
  /** Dotted package that relative imports start from; '' for a module at the top. */
  readonly package: string;
  /** Of modules: the statement that set each name last, in whatever file; of names that were set otherwise there is none. */
  readonly places?: Map<string, Place>;
  /** Where names that are not here are looked up next. */
  readonly parent?: Frame;
}

/** How a statement ended, when not by reaching its end. */
export type Flow = undefined | 'break' | 'continue' | { readonly returned: Value };

/** An exception of the Python program, thrown only where a `try` around it catches its type. */
export class PythonError extends Error {
  readonly type: string;

  constructor(type: string, why: string) {
    super(why);
    this.type = type;
  }
}

/** How the body of a `try` ended; `doubt`: whether it raised is not known, for this reason. */
export interface Attempt {
  readonly flow: Flow;
  readonly error?: PythonError;
  readonly doubt?: string;
}

export interface SettingsProblem {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly offset: number;
}

export interface InterpreterOptions {
  readonly files: LoadedFiles;
  readonly environment: Environment;
  /** Folder that relative paths are relative to: where manage.py is run. */
  readonly root: string;
}

/** Bounds: settings files take some thousand steps. Generous, and still done in 200 ms. */
const MAX_STEPS = 150_000;
const MAX_DEPTH = 120;
const MAX_TEXT = 100_000;
/** What is copied by an operation that gives a container or a text, in parts that take about as long as a step. */
const ITEMS_A_STEP = 32;
const CHARACTERS_A_STEP = 256;
export const TOO_LARGE = unresolved('the settings are too large to follow');

/**
 * Evaluates the part of Python that settings are written in, over syntax trees. It has no effects: nothing is run, imported or
 * opened but files through `files`. What it can't know becomes `unresolved` with the reason and never a guess.
 */
export class Interpreter {
  readonly files: LoadedFiles;
  readonly environment: Environment;
  readonly root: string;
  readonly problems: SettingsProblem[] = [];
  /** Modules by file; also while they are being evaluated, so that a cycle of imports ends as it does in Python. */
  readonly modules = new Map<string, Frame>();
  /** Files of environment variables that the settings read themselves. */
  readonly environmentFiles = new Set<string>();
  /** Files that split-settings' include() has run. */
  readonly included = new Set<string>();
  /** Modules that are not read and that a caller stands in for, by dotted name. */
  readonly standIns = new Map<string, ObjectValue>();
  /** sys.path, which manage.py may change. */
  readonly searchPath: SequenceValue;
  /** Set while in a branch of which nobody knows whether it is taken: all that is assigned there becomes unresolved. */
  doubt: string | undefined;
  /** Set by an import of which nobody knows whether it succeeds, for the `try` around it. */
  importDoubt: string | undefined;
  /** Why the exception was raised that the present `except` handles, for a `raise` in it. */
  handling: string | undefined;
  /** Exception types that the `try` statements around the present statement catch. */
  readonly catching: string[][] = [];
  #builtins: Readonly<Record<string, Value>> | undefined;
  #steps = 0;
  #depth = 0;
  /** Modules of which the rest is not followed. */
  readonly #left = new Set<Frame>();

  constructor(options: InterpreterOptions) {
    this.files = options.files;
    this.environment = options.environment;
    this.root = options.root;
    this.searchPath = list([str(options.root)]);
  }

  evaluate(node: PythonNode, frame: Frame): Value {
    if (isBroken(frame.source, node)) return unresolved(`a syntax error in line ${lineAt(frame.source, node.from)}`);
    const value = this.bounded<Value>(
      () => TOO_LARGE,
      () => {
        const rule = EXPRESSIONS[node.name];
        return rule === undefined ? unresolved(`${this.describe(node, frame)} is computed`) : rule(this, node, frame);
      },
    );
    this.#steps += sizeInSteps(value);
    return value.t === 'str' && value.v.length > MAX_TEXT ? TOO_LARGE : value;
  }

  execute(node: PythonNode, frame: Frame): Flow {
    return this.bounded<Flow>(
      () => this.#leaveOff(node, frame),
      () => STATEMENTS[node.name]?.(this, node, frame),
    );
  }

  /** A statement is not followed any more: what was set before it is not known either, and the result says so. */
  #leaveOff(node: PythonNode, frame: Frame): undefined {
    let root = frame;
    while (root.parent !== undefined) root = root.parent;
    for (const name of root.names.keys()) if (/^[A-Z]/.test(name)) root.names.set(name, TOO_LARGE);
    if (this.#left.has(root)) return;
    this.#left.add(root);
    const line = lineAt(frame.source, node.from);
    this.report(
      'settings-too-large',
      `The settings are too large to be followed behind line ${line}.`,
      root,
      node.from,
    );
  }

  executeAll(nodes: readonly PythonNode[], frame: Frame): Flow {
    for (const node of nodes) {
      const flow = this.execute(node, frame);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  lookUp(name: string, frame: Frame): Value {
    for (let f: Frame | undefined = frame; f; f = f.parent) {
      const value = f.names.get(name);
      if (value !== undefined) return value;
    }
    this.#builtins ??= builtins(this);
    const builtin = Object.hasOwn(this.#builtins, name) ? this.#builtins[name] : undefined;
    return builtin ?? unresolved(`${name} is not defined where it can be read`);
  }

  /** Runs `body` as one of which nobody knows whether it runs. */
  inDoubt<T>(why: string, body: () => T): T {
    const before = this.doubt;
    this.doubt = before ?? why;
    try {
      return body();
    } finally {
      this.doubt = before;
    }
  }

  /** A value as it may be stored at this point: unresolved in a branch that may not be taken. */
  stored(value: Value): Value {
    return this.doubt === undefined ? value : unresolved(this.doubt);
  }

  /** What raises in Python: thrown where a `try` catches it, otherwise a value that isn't known, for this reason. */
  raise(type: string, why: string): Value {
    if (this.doubt === undefined && this.catching.some((types) => catches(types, type)))
      throw new PythonError(type, why);
    return unresolved(why);
  }

  #takeImportDoubt(): string | undefined {
    return this.importDoubt;
  }

  /** Runs what stands in a `try` whose handlers catch these types. */
  attempt(body: readonly PythonNode[], types: readonly string[], frame: Frame): Attempt {
    const outer = this.importDoubt;
    const depth = this.catching.length;
    this.importDoubt = undefined;
    this.catching.push([...types]);
    try {
      for (const [i, node] of body.entries()) {
        const flow = this.execute(node, frame);
        if (flow !== undefined) return { flow };
        const doubt = this.#takeImportDoubt();
        if (doubt !== undefined) {
          this.inDoubt(doubt, () => this.executeAll(body.slice(i + 1), frame));
          return { flow: undefined, doubt };
        }
      }
      return { flow: undefined };
    } catch (error) {
      if (!(error instanceof PythonError) || !catches(types, error.type)) throw error;
      return { flow: undefined, error };
    } finally {
      this.catching.length = depth;
      this.importDoubt = outer;
    }
  }

  report(code: string, message: string, frame: Frame, offset: number): void {
    const known = this.problems.some((p) => p.code === code && p.file === frame.source.file && p.offset === offset);
    if (!known) this.problems.push({ code, message, file: frame.source.file, offset });
  }

  place(node: PythonNode, frame: Frame): Place {
    return { file: frame.source.file, from: node.from, to: node.to };
  }

  text(node: PythonNode, frame: Frame): string {
    return nodeText(frame.source, node);
  }

  /** The expression without its literals, for a reason. */
  describe(node: PythonNode, frame: Frame): string {
    return describeNode(frame.source, node);
  }

  /** One step: as many as there may be altogether, and not too many within each other. */
  bounded<T>(otherwise: () => T, body: () => T): T {
    if (++this.#steps > MAX_STEPS || this.#depth > MAX_DEPTH) return otherwise();
    this.#depth++;
    try {
      return body();
    } finally {
      this.#depth--;
    }
  }
}

function sizeInSteps(value: Value): number {
  if (value.t === 'str') return Math.floor(value.v.length / CHARACTERS_A_STEP);
  if (value.t === 'dict') return Math.floor(value.entries.size / ITEMS_A_STEP);
  return value.t === 'list' || value.t === 'tuple' ? Math.floor(value.items.length / ITEMS_A_STEP) : 0;
}

const PARENTS: Readonly<Record<string, readonly string[]>> = {
  ModuleNotFoundError: ['ImportError'],
  KeyError: ['LookupError'],
  IndexError: ['LookupError'],
  FileNotFoundError: ['OSError', 'IOError'],
  // decouple.UndefinedValueError and ImproperlyConfigured derive from Exception alone.
};

export function catches(types: readonly string[], raised: string): boolean {
  const names = [raised, ...(PARENTS[raised] ?? []), 'Exception', 'BaseException', '*'];
  return types.some((type) => names.includes(type));
}
