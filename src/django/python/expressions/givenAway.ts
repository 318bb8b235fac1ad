import type { Evaluation } from '../evaluation/evaluation.ts';
import { lineAt } from '../syntax/lines.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { unresolved, type Frame } from '../values/values.ts';

/** Calls of what is not followed that get hold of all names of the module: they may set any of them. */

/** The hook of Dynaconf, which lays files and variables of its own over the settings of the module whose name it is given. */
const OVERLAYS = /(?:^|\.)DjangoDynaconf$/;

/** What is given the name of the module to set its settings: `Base.load_settings(__name__)`. */
const LOADERS = /(?:settings|config|load)\w*$/i;
/** Ways to write the module that is running. */
const MODULE = /^(?:sys\.modules|importlib\.import_module)[[(]__name__[\])]$/;

export function giveAway(it: Evaluation, node: PythonNode, frame: Frame): void {
  const [callee, argList] = children(node);
  if (callee === undefined || argList === undefined) return;
  const called = it.text(callee, frame);
  const given = children(argList).some(
    (argument) => isNamespace(it, argument, frame) || (it.text(argument, frame) === '__name__' && LOADERS.test(called)),
  );
  if (!given && !OVERLAYS.test(called)) return;
  let root = frame;
  while (root.parent !== undefined) root = root.parent;
  const line = lineAt(frame.source, node.from);
  const why = `line ${line} gives all settings to ${it.describe(callee, frame)}(), which may change them`;
  it.report('settings-dynamic', `${why.charAt(0).toUpperCase()}${why.slice(1)}.`, frame, node.from);
  for (const name of root.names.keys()) if (/^[A-Z]/.test(name)) root.names.set(name, unresolved(why));
}

/** Whether an argument is the names of the module, or the module itself. */
function isNamespace(it: Evaluation, argument: PythonNode, frame: Frame): boolean {
  if (MODULE.test(it.text(argument, frame).replace(/\s/g, ''))) return true;
  if (argument.name === 'VariableName') {
    const value = it.lookUp(it.text(argument, frame), frame);
    return value.t === 'object' && /^(?:globals|locals|vars)\(\)$/.test(value.name);
  }
  const callee = argument.name === 'CallExpression' ? argument.firstChild : null;
  const name = callee?.name === 'VariableName' ? it.text(callee, frame) : '';
  // In a function locals() and vars() are its own.
  return name === 'globals' || (frame.parent === undefined && /^(?:locals|vars)$/.test(name));
}
