import type { PythonNode } from '../syntax/nodes.ts';
import {
  unresolved,
  type Args,
  type Frame,
  type ObjectValue,
  type Place,
  type SequenceValue,
  type Value,
} from '../values/values.ts';
import type { Environment } from './environment.ts';
import type { PythonError } from './exceptions.ts';
import type { LoadedFiles } from './files.ts';

/**
 * The seam between the interpreter and what it knows of Python: rules are functions that are handed an `Evaluation`, and are
 * registered in rules.ts. No rule imports the interpreter.
 */

/** What an expression is, by the name that the grammar gives its node. */
export type ExpressionRule = (it: Evaluation, node: PythonNode, frame: Frame) => Value;
export type ExpressionRules = Readonly<Record<string, ExpressionRule>>;

/** What a statement does, by the name that the grammar gives its node. A statement without a rule does nothing. */
export type StatementRule = (it: Evaluation, node: PythonNode, frame: Frame) => Flow;
export type StatementRules = Readonly<Record<string, StatementRule>>;

/** What a method gives, by its name; undefined: the result is not known. */
export type Method<T> = (it: Evaluation, self: T, args: Args) => Value | undefined;
export type Methods<T> = Readonly<Record<string, Method<T>>>;

/** Modules that are stood in for, by dotted name: each is made once for an evaluation, because it holds its environment. */
export type ModuleRules = Readonly<Record<string, (it: Evaluation) => ObjectValue>>;

/** How a statement ended, when not by reaching its end. */
export type Flow = undefined | 'break' | 'continue' | { readonly returned: Value };

/** How the body of a `try` ended; `doubt`: whether it raised is not known, for this reason. */
export interface TryOutcome {
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

export const TOO_LARGE = unresolved('the settings are too large to follow');

/** One run over the modules of a project, as its rules see it. */
export interface Evaluation {
  readonly files: LoadedFiles;
  readonly environment: Environment;
  /** Folder that relative paths are relative to: where manage.py is run. */
  readonly root: string;
  readonly problems: SettingsProblem[];
  /** Modules by file; also while they are being evaluated, so that a cycle of imports ends as it does in Python. */
  readonly modules: Map<string, Frame>;
  /** Files of environment variables that the settings read themselves. */
  readonly environmentFiles: Set<string>;
  /** Files that split-settings' include() has run. */
  readonly included: Set<string>;
  /** Modules that are not read and that a caller stands in for, by dotted name. */
  readonly standIns: Map<string, ObjectValue>;
  /** sys.path, which manage.py may change. */
  readonly searchPath: SequenceValue;

  evaluate(node: PythonNode, frame: Frame): Value;
  execute(node: PythonNode, frame: Frame): Flow;
  executeAll(nodes: readonly PythonNode[], frame: Frame): Flow;
  lookUp(name: string, frame: Frame): Value;
  /** The module that is stood in for; undefined: it is none of those. */
  knownModule(dotted: string): ObjectValue | undefined;
  /** One step: as many as there may be altogether, and not too many within each other. */
  bounded<T>(otherwise: () => T, body: () => T): T;

  /** Set while in a branch of which nobody knows whether it is taken: all that is assigned there becomes unresolved. */
  readonly doubt: string | undefined;
  /** Runs `body` as one of which nobody knows whether it runs. */
  inDoubt<T>(why: string, body: () => T): T;
  /** Runs `body` as one that surely runs, whatever the branch around it. */
  withoutDoubt<T>(body: () => T): T;
  /** A value as it may be stored at this point: unresolved in a branch that may not be taken. */
  stored(value: Value): Value;

  /** What raises in Python: thrown where a `try` catches it, otherwise a value that isn't known, for this reason. */
  raise(type: string, why: string): Value;
  /** An import of which nobody knows whether it succeeds, which matters where a `try` around it catches that it does not. */
  doubtImport(why: string): void;
  /** A call of something unknown, which may raise: it matters where a `try` around it catches more than failed imports. */
  doubtCall(why: string): void;
  /** Runs what stands in a `try` whose handlers catch these types. */
  attempt(body: readonly PythonNode[], types: readonly string[], frame: Frame): TryOutcome;
  /** Why the exception was raised that the present `except` handles, for a `raise` in it. */
  readonly handling: string | undefined;
  /** Runs the body of an `except`. */
  handle<T>(error: PythonError, body: () => T): T;

  report(code: string, message: string, frame: Frame, offset: number): void;
  place(node: PythonNode, frame: Frame): Place;
  text(node: PythonNode, frame: Frame): string;
  /** The expression without its literals, for a reason. */
  describe(node: PythonNode, frame: Frame): string;
}
