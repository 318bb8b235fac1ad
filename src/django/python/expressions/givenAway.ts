import type { Evaluation } from '../evaluation/evaluation.ts';
import { lineAt } from '../syntax/lines.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { unresolved, type Frame } from '../values/values.ts';

/** Calls of what is not followed that get hold of all names of the module: they may set any of them. */

const NAMESPACES = /^(?:globals|locals|vars)$/;
/** The hook of Dynaconf, which lays files and variables of its own over the settings of the module whose name it is given. */
const OVERLAYS = /(?:^|\.)DjangoDynaconf$/;

export function giveAway(it: Evaluation, node: PythonNode, frame: Frame): void {
  const [callee, argList] = children(node);
  if (callee === undefined || argList === undefined || frame.parent !== undefined) return;
  const given = children(argList).some((argument) => {
    const inner = argument.name === 'CallExpression' ? argument.firstChild : null;
    return inner?.name === 'VariableName' && NAMESPACES.test(it.text(inner, frame));
  });
  if (!given && !OVERLAYS.test(it.text(callee, frame))) return;
  const line = lineAt(frame.source, node.from);
  const why = `line ${line} gives all settings to ${it.describe(callee, frame)}(), which may change them`;
  it.report('settings-dynamic', `${why.charAt(0).toUpperCase()}${why.slice(1)}.`, frame, node.from);
  for (const name of frame.names.keys()) if (/^[A-Z]/.test(name)) frame.names.set(name, unresolved(why));
}
