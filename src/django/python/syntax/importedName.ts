import { children, nodeText, type PythonNode, type PythonSource } from './nodes.ts';

export interface ImportedName {
  /** With its package where it is written with dots. */
  readonly module: string;
  /** What it is called there. */
  readonly name: string;
}

/**
 * Where `from ..a import b as c` (or a star) takes a name from; undefined: another name, or a plain import.
 * @param from dotted package that relative imports start from
 */
export function importedName(
  source: PythonSource,
  node: PythonNode,
  name: string,
  from: string,
): ImportedName | undefined {
  const [first, ...rest] = children(node);
  const at = rest.findIndex((n) => n.name === 'import');
  if (first?.name !== 'from' || at === -1) return undefined;
  const text = (n: PythonNode): string => nodeText(source, n);
  const names = rest.slice(at + 1);
  const bound = names.findLastIndex((n) => n.name === '*' || (n.name === 'VariableName' && text(n) === name));
  const entry = names[bound];
  if (entry === undefined || names[bound + 1]?.name === 'as') return undefined;
  const origin = names[bound - 1]?.name === 'as' ? names[bound - 2] : undefined;
  const [, dots = '', dotted = ''] = /^(\.*)(.*)$/.exec(rest.slice(0, at).map(text).join('')) ?? [];
  const parents = from === '' ? [] : from.split('.');
  const above = dots === '' ? [] : parents.slice(0, parents.length - (dots.length - 1));
  return {
    module: [...above, ...(dotted === '' ? [] : [dotted])].join('.'),
    name: entry.name === '*' || origin === undefined ? name : text(origin),
  };
}
