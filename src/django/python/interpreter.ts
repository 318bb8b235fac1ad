import type { Environment } from './evaluation/environment.ts';
import {
  TOO_LARGE,
  type Evaluation,
  type Flow,
  type SettingsProblem,
  type TryOutcome,
} from './evaluation/evaluation.ts';
import { catches, PythonError } from './evaluation/exceptions.ts';
import type { LoadedFiles } from './evaluation/files.ts';
import { RULES } from './rules.ts';
import { describeNode } from './syntax/describe.ts';
import { lineAt } from './syntax/lines.ts';
import { nodeText, type PythonNode } from './syntax/nodes.ts';
import { isBroken } from './syntax/problems.ts';
import {
  listValue,
  str,
  unresolved,
  type Frame,
  type ObjectValue,
  type Place,
  type SequenceValue,
  type Value,
} from './values/values.ts';

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
/** What handlers of a failed import name, and those of them that a failed call is no reason for. */
const IMPORT_ERRORS = /^(?:ImportError|ModuleNotFoundError|Exception|\*)$/;
const ONLY_IMPORTS = /^(?:ImportError|ModuleNotFoundError)$/;

/**
 * Evaluates the part of Python that settings are written in, over syntax trees. It has no effects: nothing is run, imported or
 * opened but files through `files`. What it can't know becomes `unresolved` with the reason and never a guess.
 */
export class Interpreter implements Evaluation {
  readonly files: LoadedFiles;
  readonly environment: Environment;
  readonly root: string;
  readonly problems: SettingsProblem[] = [];
  readonly modules = new Map<string, Frame>();
  readonly environmentFiles = new Set<string>();
  readonly included = new Set<string>();
  readonly standIns = new Map<string, ObjectValue>();
  readonly searchPath: SequenceValue;
  doubt: string | undefined;
  handling: string | undefined;
  /** Set by an import or a call of which nobody knows whether it succeeds, for the `try` around it. */
  #doubtOfSuccess: string | undefined;
  /** Exception types that the `try` statements around the present statement catch. */
  readonly #catching: (readonly string[])[] = [];
  readonly #knownModules = new Map<string, ObjectValue>();
  #builtins: Readonly<Record<string, Value>> | undefined;
  #steps = 0;
  #depth = 0;
  /** Modules of which the rest is not followed. */
  readonly #left = new Set<Frame>();

  constructor(options: InterpreterOptions) {
    this.files = options.files;
    this.environment = options.environment;
    this.root = options.root;
    this.searchPath = listValue([str(options.root)]);
  }

  evaluate(node: PythonNode, frame: Frame): Value {
    if (isBroken(frame.source, node)) return unresolved(`a syntax error in line ${lineAt(frame.source, node.from)}`);
    const value = this.bounded<Value>(
      () => TOO_LARGE,
      () => {
        const rule = RULES.expressions[node.name];
        return rule === undefined ? unresolved(`${this.describe(node, frame)} is computed`) : rule(this, node, frame);
      },
    );
    this.#steps += sizeInSteps(value);
    return value.t === 'str' && value.v.length > MAX_TEXT ? TOO_LARGE : value;
  }

  execute(node: PythonNode, frame: Frame): Flow {
    return this.bounded<Flow>(
      () => this.#leaveOff(node, frame),
      () => RULES.statements[node.name]?.(this, node, frame),
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
    this.#builtins ??= RULES.builtins(this);
    const builtin = Object.hasOwn(this.#builtins, name) ? this.#builtins[name] : undefined;
    return builtin ?? unresolved(`${name} is not defined where it can be read`);
  }

  knownModule(dotted: string): ObjectValue | undefined {
    const known = this.#knownModules.get(dotted) ?? this.standIns.get(dotted);
    if (known !== undefined) return known;
    const made = Object.hasOwn(RULES.modules, dotted) ? RULES.modules[dotted]?.(this) : undefined;
    if (made !== undefined) this.#knownModules.set(dotted, made);
    return made;
  }

  inDoubt<T>(why: string, body: () => T): T {
    const before = this.doubt;
    this.doubt = before ?? why;
    try {
      return body();
    } finally {
      this.doubt = before;
    }
  }

  withoutDoubt<T>(body: () => T): T {
    const before = this.doubt;
    this.doubt = undefined;
    try {
      return body();
    } finally {
      this.doubt = before;
    }
  }

  stored(value: Value): Value {
    return this.doubt === undefined ? value : unresolved(this.doubt);
  }

  raise(type: string, why: string): Value {
    if (this.doubt === undefined && this.#catching.some((types) => catches(types, type)))
      throw new PythonError(type, why);
    return unresolved(why);
  }

  doubtImport(why: string): void {
    if (this.#catching.some((types) => types.some((type) => IMPORT_ERRORS.test(type)))) this.#doubtOfSuccess ??= why;
  }

  doubtCall(why: string): void {
    if (this.#catching.some((types) => types.some((type) => !ONLY_IMPORTS.test(type)))) this.#doubtOfSuccess ??= why;
  }

  #takeDoubt(): string | undefined {
    return this.#doubtOfSuccess;
  }

  attempt(body: readonly PythonNode[], types: readonly string[], frame: Frame): TryOutcome {
    const outer = this.#doubtOfSuccess;
    const depth = this.#catching.length;
    this.#doubtOfSuccess = undefined;
    this.#catching.push(types);
    try {
      for (const [i, node] of body.entries()) {
        const flow = this.execute(node, frame);
        const doubt = this.#takeDoubt();
        if (doubt !== undefined) {
          const rest = flow ?? this.inDoubt(doubt, () => this.executeAll(body.slice(i + 1), frame));
          return { flow: typeof rest === 'object' ? { returned: unresolved(doubt) } : undefined, doubt };
        }
        if (flow !== undefined) return { flow };
      }
      return { flow: undefined };
    } catch (error) {
      if (!(error instanceof PythonError) || !catches(types, error.type)) throw error;
      return { flow: undefined, error };
    } finally {
      this.#catching.length = depth;
      this.#doubtOfSuccess = outer;
    }
  }

  handle<T>(error: PythonError, body: () => T): T {
    const before = this.handling;
    this.handling = error.message;
    try {
      return body();
    } finally {
      this.handling = before;
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

  describe(node: PythonNode, frame: Frame): string {
    return describeNode(frame.source, node);
  }

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
