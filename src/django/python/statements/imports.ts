import path from 'node:path';

import type { Evaluation } from '../evaluation/evaluation.ts';
import { statementsOf } from '../syntax/blocks.ts';
import { lineAt } from '../syntax/lines.ts';
import { MAX_PYTHON } from '../syntax/maxText.ts';
import { children, type PythonNode } from '../syntax/nodes.ts';
import { stopProblem } from '../syntax/problems.ts';
import { str, unresolved, type Frame, type ObjectValue, type Value } from '../values/values.ts';

/**
 * Imports: modules of the project are evaluated, the few of the standard library and of settings tools that are known are
 * stood in for (knownModules.ts), everything else is foreign: its names are unresolved.
 */

const TOO_MANY_CHARACTERS = `The file has more than ${MAX_PYTHON.toLocaleString('en')} characters, and is not read.`;

type Found =
  | { readonly kind: 'known'; readonly module: ObjectValue }
  | { readonly kind: 'local'; readonly frame: Frame }
  /** A folder of the project, or a module of it that surely isn't there. */
  | { readonly kind: 'package' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'foreign' };

export function findModule(it: Evaluation, dotted: string): Found {
  const known = it.knownModule(dotted);
  if (known !== undefined) return { kind: 'known', module: known };
  const segments = dotted.split('.');
  const file = moduleFile(it, dotted);
  if (file !== undefined) return { kind: 'local', frame: runModule(it, file, dotted) };
  const [top = ''] = segments;
  for (const base of foldersWith(it, top)) {
    if (it.files.firstOf([path.join(base, `${top}.py`)]) !== undefined) return { kind: 'missing' };
    if (!it.files.list(base).some((e) => e.name === top && e.kind === 'directory')) continue;
    const parent = path.join(base, ...segments.slice(0, -1));
    const folder = it.files.list(parent).some((e) => e.name === segments.at(-1) && e.kind === 'directory');
    return { kind: folder ? 'package' : 'missing' };
  }
  return { kind: 'foreign' };
}

const searchFolders = (it: Evaluation): string[] =>
  it.searchPath.items.flatMap((item) => (item.t === 'str' || item.t === 'path' ? [path.resolve(it.root, item.v)] : []));

/** Those with a module of this name: most imports are of packages that are in none, and then no file is asked for. */
const foldersWith = (it: Evaluation, top: string): string[] =>
  searchFolders(it).filter((base) => it.files.list(base).some(({ name }) => name === top || name === `${top}.py`));

/** The file of a module of the project. */
export function moduleFile(it: Evaluation, dotted: string): string | undefined {
  const segments = dotted.split('.');
  return it.files.firstOf(foldersWith(it, segments[0] ?? '').flatMap((base) => moduleFiles(base, segments)));
}

export function moduleFiles(base: string, segments: readonly string[]): string[] {
  const stem = path.join(base, ...segments);
  return [`${stem}.py`, path.join(stem, '__init__.py')];
}

/** Evaluates a module once. A module that is being evaluated is handed out as far as it is, as in Python. */
export function runModule(it: Evaluation, file: string, dotted: string): Frame {
  const present = it.modules.get(file);
  if (present !== undefined) return present;
  const source = it.files.python(file);
  if (source === undefined) throw new Error(`${file} was found and can't be read`);
  const isPackage = path.basename(file) === '__init__.py';
  const parent = dotted.split('.').slice(0, -1).join('.');
  const frame: Frame = {
    source,
    package: isPackage ? dotted : parent,
    names: new Map([
      ['__file__', str(file)],
      ['__name__', str(dotted)],
    ]),
    places: new Map(),
  };
  it.modules.set(file, frame);
  const unread = it.files.isTooLarge(file) ? TOO_MANY_CHARACTERS : stopProblem(source)?.message;
  if (unread !== undefined) it.report('settings-too-large', unread, frame, 0);
  // What is caught around the import is caught for this module too; doubt about the import is not doubt about its values.
  try {
    it.withoutDoubt(() => it.executeAll(statementsOf(source.tree.topNode), frame));
  } catch (error) {
    // A module that raised is not imported; the next import runs it again.
    it.modules.delete(file);
    throw error;
  }
  return frame;
}

export function importStatement(it: Evaluation, node: PythonNode, frame: Frame): undefined {
  const nodes = children(node);
  it.files.orLater(() => {
    if (nodes[0]?.name === 'from') fromImport(it, nodes, frame);
    else plainImport(it, nodes.slice(1), frame);
  });
}

/** import a.b.c as d, e */
function plainImport(it: Evaluation, nodes: readonly PythonNode[], frame: Frame): void {
  let dotted = '';
  for (let i = 0; i <= nodes.length; i++) {
    const current = nodes[i];
    if (current === undefined || current.name === ',') {
      if (dotted !== '') bindModule(it, dotted, undefined, frame);
      dotted = '';
    } else if (current.name === 'as') {
      const alias = nodes[++i];
      if (alias !== undefined) bindModule(it, dotted, it.text(alias, frame), frame);
      dotted = '';
    } else dotted += it.text(current, frame);
  }
}

function bindModule(it: Evaluation, dotted: string, alias: string | undefined, frame: Frame): void {
  const [top = dotted] = dotted.split('.');
  const module = moduleValue(it, dotted, frame);
  // `import a.b` binds a; b is found below it when it is asked for.
  const bound = alias !== undefined || top === dotted ? module : moduleValue(it, top, frame);
  frame.names.set(alias ?? top, it.stored(bound));
}

function moduleValue(it: Evaluation, dotted: string, frame: Frame): Value {
  const found = findModule(it, dotted);
  if (found.kind === 'known') return found.module;
  if (found.kind === 'missing') return it.raise('ModuleNotFoundError', `there is no module ${dotted} in the project`);
  if (found.kind === 'foreign') return foreign(it, dotted, dotted);
  const own = found.kind === 'local' ? found.frame : undefined;
  const attribute = (name: string): Value | undefined => {
    const value = own?.names.get(name);
    if (value !== undefined) return value;
    const inner = findModule(it, `${dotted}.${name}`);
    return inner.kind === 'local' || inner.kind === 'package' ? moduleValue(it, `${dotted}.${name}`, frame) : undefined;
  };
  return { t: 'object', name: dotted, attribute };
}

/** A name of a package that isn't read. Django itself is surely installed; of others a `try` around the import can't know. */
function foreign(it: Evaluation, dotted: string, name: string): Value {
  const [top = dotted] = dotted.split('.');
  if (top !== 'django') it.doubtImport(`it depends on whether ${top} is installed`);
  return unresolved(name === dotted ? `${dotted} is not a file of this project` : `${name} comes from ${dotted}`);
}

/** from ..a.b import c as d, e   or   from a import * */
function fromImport(it: Evaluation, nodes: readonly PythonNode[], frame: Frame): void {
  const at = nodes.findIndex((n) => n.name === 'import');
  if (at === -1) return;
  const written = nodes
    .slice(1, at)
    .map((n) => it.text(n, frame))
    .join('');
  const dotted = absoluteName(written, frame.package);
  const names = nodes.slice(at + 1).filter((n) => n.name !== '(' && n.name !== ')' && n.name !== ',');
  const star = names[0]?.name === '*';
  const found = dotted === undefined ? ({ kind: 'missing' } as const) : findModule(it, dotted);
  if (found.kind === 'missing' || dotted === undefined) return missing(it, written, star ? [] : names, frame, nodes[0]);
  if (star) return starImport(it, dotted, found, frame, nodes[0]);
  for (let i = 0; i < names.length; i++) {
    const node = names[i];
    if (node === undefined) break;
    const name = it.text(node, frame);
    const aliased = names[i + 1]?.name === 'as' ? names[i + 2] : undefined;
    if (aliased !== undefined) i += 2;
    const bound = aliased === undefined ? name : it.text(aliased, frame);
    frame.names.set(bound, it.stored(importedName(it, dotted, found, name, frame)));
    copyPlace(found.kind === 'local' ? found.frame : undefined, name, frame, bound);
  }
}

function absoluteName(written: string, from: string): string | undefined {
  const [, dots = '', rest = ''] = /^(\.*)(.*)$/.exec(written) ?? [];
  if (dots === '') return rest;
  const segments = from === '' ? [] : from.split('.');
  if (dots.length - 1 > segments.length || segments.length === 0) return undefined;
  return [...segments.slice(0, segments.length - (dots.length - 1)), ...(rest === '' ? [] : [rest])].join('.');
}

function importedName(it: Evaluation, dotted: string, found: Found, name: string, frame: Frame): Value {
  if (found.kind === 'known') return found.module.attribute?.(name) ?? unresolved(`${name} comes from ${dotted}`);
  if (found.kind === 'foreign') return foreign(it, dotted, name);
  const value = found.kind === 'local' ? found.frame.names.get(name) : undefined;
  if (value !== undefined) return value;
  const inner = findModule(it, `${dotted}.${name}`);
  if (inner.kind === 'local' || inner.kind === 'package') return moduleValue(it, `${dotted}.${name}`, frame);
  return it.raise('ImportError', `${dotted} has no ${name}`);
}

function missing(
  it: Evaluation,
  written: string,
  names: readonly PythonNode[],
  frame: Frame,
  at: PythonNode | undefined,
): void {
  const why = `there is no module ${written} in the project`;
  const value = it.raise('ModuleNotFoundError', why);
  if (it.doubt === undefined && at !== undefined) {
    it.report('import-missing', `Line ${lineAt(frame.source, at.from)} imports ${written}: ${why}.`, frame, at.from);
  }
  for (const node of names) if (node.name === 'VariableName') frame.names.set(it.text(node, frame), value);
}

function starImport(it: Evaluation, dotted: string, found: Found, frame: Frame, at: PythonNode | undefined): void {
  if (found.kind === 'foreign') {
    foreign(it, dotted, dotted);
    if (at !== undefined) {
      const line = lineAt(frame.source, at.from);
      const message = `Line ${line} takes all settings of ${dotted}, which is not a file of this project: they are not known.`;
      it.report('import-not-followed', message, frame, at.from);
    }
  }
  if (found.kind !== 'local') return;
  const all = found.frame.names.get('__all__');
  const listed =
    all?.t === 'list' || all?.t === 'tuple' ? all.items.flatMap((v) => (v.t === 'str' ? [v.v] : [])) : undefined;
  for (const [name, value] of found.frame.names) {
    if (listed === undefined ? name.startsWith('_') : !listed.includes(name)) continue;
    frame.names.set(name, it.stored(value));
    copyPlace(found.frame, name, frame, name);
  }
}

/** What is imported stays where it was set. */
function copyPlace(from: Frame | undefined, name: string, into: Frame, as: string): void {
  const place = from?.places?.get(name);
  if (place === undefined) into.places?.delete(as);
  else into.places?.set(as, place);
}
