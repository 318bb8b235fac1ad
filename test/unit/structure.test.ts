import assert from 'node:assert/strict';
import { test } from 'node:test';
import { circles, folderImports, folderOf, readSourceTree } from '../kit/sourceTree.ts';

/** What the linter can't see of the structure, counted and bounded. */

/** More than this, and a folder is no story any more. */
const MOST_FILES = 15;
/** Files want to stay under 200 lines; one that grows beyond this holds more than one idea. */
const MOST_LINES = 300;

const files = readSourceTree();
const imports = new Map(files.map(({ path, imports: all }) => [path, all]));

test('a folder holds few files, a file few lines', (t) => {
  const folders = Map.groupBy(files, ({ path }) => folderOf(path));
  const counted = [...folders].map(([folder, { length }]) => ({ folder, length }));
  for (const { folder, length } of counted) if (length > 1) t.diagnostic(`${length} files in src/${folder}`);
  const long = files.filter(({ lines }) => lines > 200).length;
  t.diagnostic(`${files.length} files, ${long} of more than 200 lines`);
  assert.ok(files.length > 300, 'src is read');
  assert.deepEqual(
    counted.filter(({ length }) => length > MOST_FILES),
    [],
  );
  assert.deepEqual(
    files.filter(({ lines }) => lines > MOST_LINES).map(({ path, lines }) => `${path}: ${lines}`),
    [],
  );
});

test('imports make no circles, neither of files nor of folders', () => {
  const nowhere = files.flatMap(({ path, imports: all }) =>
    all.filter((to) => !imports.has(to)).map((to) => [path, to]),
  );
  assert.deepEqual(nowhere, [], 'every import leads to a file of src');
  assert.deepEqual(circles(imports), []);
  assert.deepEqual(circles(folderImports(files)), []);
});

test('a circle is found, and a folder may assemble what lies below it', () => {
  const graph = { a: ['b'], b: ['c', 'd'], c: ['a'], d: [], e: ['a'] };
  assert.deepEqual(circles(new Map(Object.entries(graph))), [['a', 'b', 'c']]);
  const file = { lines: 1, packages: [], exports: [] };
  const below = folderImports([
    { ...file, path: 'x/table.ts', imports: ['x/rows/one.ts', 'y/z.ts'] },
    { ...file, path: 'x/rows/one.ts', imports: ['x/row.ts'] },
  ]);
  assert.deepEqual(Object.fromEntries([...below].map(([from, to]) => [from, [...to]])), { x: ['y'], 'x/rows': ['x'] });
});

test('no two files export the same name', () => {
  const names = Map.groupBy(
    files.flatMap(({ path, exports }) => exports.map((name) => ({ name, path }))),
    ({ name }) => name,
  );
  assert.ok(names.size > 1_000, 'exports are seen');
  const twice = [...names]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => [name, ...all.map((one) => one.path)]);
  assert.deepEqual(twice, []);
});

test('what needs no editor does not reach it: all of src but its screens, and in src/ui nothing that would not have to be there', () => {
  const reaches = new Map<string, boolean>();
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reachesEditor = (path: string): boolean => {
    const known = reaches.get(path);
    if (known !== undefined) return known;
    const file = byPath.get(path);
    reaches.set(path, false);
    const found = file !== undefined && (file.packages.includes('vscode') || file.imports.some(reachesEditor));
    reaches.set(path, found);
    return found;
  };
  const isScreen = (path: string): boolean => path.startsWith('ui/') || path === 'extension.ts';
  const wrong = files.map(({ path }) => path).filter((path) => reachesEditor(path) !== isScreen(path));
  assert.deepEqual(wrong, []);
});
