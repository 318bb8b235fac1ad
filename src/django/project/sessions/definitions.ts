import type { Evaluation } from '../../python/evaluation/evaluation.ts';
import { moduleFile } from '../../python/statements/imports.ts';
import { importedName } from '../../python/syntax/importedName.ts';
import { children, nodeText, type PythonNode, type PythonSource } from '../../python/syntax/nodes.ts';

/**
 * Where the class stands that a name means, by imports and assignments alone: nothing of the modules is evaluated, so that a file of
 * models may import half of the project at no cost.
 */

/** Where names are looked up: the blocks, innermost first, and the module around them. */
export interface Scope {
  readonly source: PythonSource;
  readonly module: string;
  /** Dotted package that relative imports start from. */
  readonly package: string;
  readonly blocks: readonly PythonNode[];
}

export type FoundClass =
  | { readonly kind: 'class'; readonly node: PythonNode; readonly scope: Scope; readonly path: string }
  /** It is not in the project: its path as it is imported. */
  | { readonly kind: 'foreign'; readonly path: string };

const MAX_STEPS = 12;

/** undefined: what the path leads to is in the project, and no class that could be found. */
export function findClass(it: Evaluation, path: string, steps = MAX_STEPS): FoundClass | undefined {
  const segments = path.split('.');
  for (let end = segments.length - 1; end > 0; end--) {
    const module = segments.slice(0, end).join('.');
    const file = moduleFile(it, module);
    const source = file === undefined ? undefined : it.files.python(file);
    if (file === undefined || source === undefined) continue;
    const parents = segments.slice(0, file.endsWith('__init__.py') ? end : end - 1);
    const scope = { source, module, package: parents.join('.'), blocks: [source.tree.topNode] };
    return steps === 0 ? undefined : findIn(it, segments.slice(end), scope, steps - 1);
  }
  return { kind: 'foreign', path };
}

/** The class that an expression means: `Session`, `models.Session`. */
export function classMeant(it: Evaluation, node: PythonNode, scope: Scope): FoundClass | undefined {
  const written = nodeText(scope.source, node);
  return /^[\w.]+$/.test(written) ? findIn(it, written.split('.'), scope, MAX_STEPS) : undefined;
}

/** The last that gives a name wins, as in Python; what stands in branches is seen too. */
function findIn(it: Evaluation, segments: readonly string[], scope: Scope, steps: number): FoundClass | undefined {
  const [name = '', ...rest] = segments;
  let foreign: FoundClass | undefined;
  for (const given of scope.blocks.flatMap((block) => givenIn(scope, block, name).toReversed())) {
    if ('node' in given) {
      return rest.length > 0 ? undefined : { kind: 'class', node: given.node, scope, path: `${scope.module}.${name}` };
    }
    if ('same' in given) return steps === 0 ? undefined : findIn(it, [...given.same, ...rest], scope, steps - 1);
    const found = findClass(it, [given.imported, ...rest].join('.'), steps);
    // Of a star nobody knows whether it has the name, unless it is in the project.
    if (!given.star || found?.kind === 'class') return found;
    foreign ??= found;
  }
  return foreign;
}

type Given =
  { readonly node: PythonNode } | { readonly same: string[] } | { readonly imported: string; readonly star: boolean };

function givenIn(scope: Scope, block: PythonNode, name: string): Given[] {
  return children(block).flatMap((node): Given[] => {
    if (node.name === 'ClassDefinition') return named(scope.source, node) === name ? [{ node }] : [];
    if (node.name === 'ImportStatement') return imported(scope, node, name);
    if (node.name === 'AssignStatement') return assigned(scope.source, node, name);
    return node.name === 'FunctionDefinition' ? [] : givenIn(scope, node, name);
  });
}

/** What stands in a class or function. */
export const bodyOf = (node: PythonNode): PythonNode | undefined => children(node).find((n) => n.name === 'Body');

/** Name of a class or function. */
export function named(source: PythonSource, node: PythonNode): string {
  const name = children(node).find((n) => n.name === 'VariableName');
  return name === undefined ? '' : nodeText(source, name);
}

function assigned(source: PythonSource, node: PythonNode, name: string): Given[] {
  const [target, operator, value, ...more] = children(node);
  if (operator?.name !== 'AssignOp' || target === undefined || value === undefined || more.length > 0) return [];
  const written = nodeText(source, value);
  const same = nodeText(source, target) === name && /^[A-Za-z_][\w.]*$/.test(written) && written !== name;
  return same ? [{ same: written.split('.') }] : [];
}

/** from ..a import b as name, also by a star; import a.b as name; import name.b */
function imported({ source, package: from }: Scope, node: PythonNode, name: string): Given[] {
  const origin = importedName(source, node, name, from);
  const statement = nodeText(source, node);
  if (origin !== undefined) {
    return [{ imported: `${origin.module}.${origin.name}`, star: /\bimport\s*\*/.test(statement) }];
  }
  const [, names = ''] = /^import\s+([^#]+)/.exec(statement) ?? [];
  return names.split(',').flatMap((part): Given[] => {
    const [path = '', alias] = part.trim().split(/\s+as\s+/);
    if (alias === name) return [{ imported: path, star: false }];
    return alias === undefined && path.split('.')[0] === name ? [{ imported: name, star: false }] : [];
  });
}
