import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ROOT } from './node24.ts';

/** What the sources of src/ say of their own structure. Paths are relative to src/. */
export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Files of src/ that it imports: statically, by `import()`, or only their types. */
  readonly imports: readonly string[];
  /** Modules of other packages, as they are named. */
  readonly packages: readonly string[];
  /** Names that it declares and exports; what it only hands on is left out. */
  readonly exports: readonly string[];
}

export function readSourceTree(): readonly SourceFile[] {
  const root = join(ROOT, 'src');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const names = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
      return {
        path,
        lines: text.split('\n').length - 1,
        imports: names.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name)),
        packages: names.filter((name) => !name.startsWith('.')),
        exports: exportedNames(ts.createSourceFile(path, text, ts.ScriptTarget.Latest)),
      };
    });
}

function exportedNames(file: ts.SourceFile): string[] {
  return file.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
    if (!isExported) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
    const { name } = statement as ts.DeclarationStatement;
    return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
  });
}

/** A folder; a file at the root of src/ stands for itself. */
export function folderOf(path: string): string {
  return path.includes('/') ? dirname(path) : path;
}

/** Which folder imports which; a folder that assembles what lies below it imports it in the direction of the tree. */
export function folderImports(files: readonly SourceFile[]): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const from = folderOf(path);
    const to = folders.get(from) ?? new Set<string>();
    folders.set(from, to);
    for (const folder of imports.map(folderOf)) if (!`${folder}/`.startsWith(`${from}/`)) to.add(folder);
  }
  return folders;
}

/**
 * Sets of nodes that lead to each other: the strongly connected components of more than one node.
 * @see Tarjan, Depth-first search and linear graph algorithms (1972)
 */
export function circles(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const low = (node: string): number => lowest.get(node) ?? Infinity;
  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(node, Math.min(low(node), low(next)));
    }
    if (low(node) !== order.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return found;
}
