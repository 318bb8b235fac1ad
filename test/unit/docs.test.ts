import assert from 'node:assert/strict';
import { access, readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { withContributions, type Manifest } from '../docs/manifest.ts';
import { localized } from '../docs/nls.ts';
import { readManifest, readTexts } from '../docs/readManifest.ts';
import { readmeTables, referenceTables, securityTables, withTables } from '../docs/tables.ts';

const root = new URL('../../', import.meta.url);
const manifest = await readManifest<Manifest>();

void test('package.json contributes what the tables of commands, settings, views, alert rules and checks have', async () => {
  const made = localized(withContributions(manifest));
  const raw = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as unknown;
  // As JSON, in which what is undefined is not there.
  assert.deepEqual(raw, JSON.parse(JSON.stringify(made.manifest)), 'run: npm run docs');
  assert.deepEqual(await readTexts(), made.texts, 'run: npm run docs');
});

const PAGES = {
  'README.md': readmeTables(),
  'REFERENCE.md': referenceTables(manifest),
  'SECURITY.md': securityTables(),
} as const;

for (const [name, tables] of Object.entries(PAGES))
  void test(`the tables of ${name} are those of the code`, async () => {
    const page = await readFile(new URL(name, root), 'utf8');
    assert.equal(page, withTables(page, tables), 'run: npm run docs');
  });

void test('each line of the threat model has a test, and each test that it names is there', async () => {
  const page = await readFile(new URL('SECURITY.md', root), 'utf8');
  const [, model = ''] = /^## Threat model$([^]*?)^## /mu.exec(page) ?? [];
  const lines = model.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| -'));
  assert.ok(lines.length > 10, 'the table is there');
  for (const line of lines.slice(1)) {
    const tests = [...line.matchAll(/`(test\/[\w/]+\.test\.ts)`: (.+?)(?=<br>| \|$)/gu)];
    assert.ok(tests.length > 0, line);
    for (const [, file = '', name = ''] of tests) {
      const text = await readFile(new URL(file, root), 'utf8');
      // Some names are made of a table in the test.
      const fits = [...text.matchAll(/(?:test|it)\(\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`)/gu)].some(
        ([, plain, made = '']) => plain === name || (made !== '' && patternOf(made).test(name)),
      );
      assert.ok(fits, `${file} has no test "${name}"`);
    }
  }
});

function patternOf(template: string): RegExp {
  const parts = template.split(/\$\{[^}]*\}/u).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`, 'u');
}

void test('a README without its markers is refused', () => {
  assert.throws(() => withTables('no markers', readmeTables()), /no markers/);
});

void test('every path that the pages for developers name is there, and every folder of test/ is named', async () => {
  const pages = ['ARCHITECTURE.md', 'CONTRIBUTING.md'];
  for (const page of pages) {
    const text = await readFile(new URL(page, root), 'utf8');
    const paths = [...text.matchAll(/`((?:src|test)\/[\w./]+|[\w.]+\.mjs)`/g)].map(([, path]) => path ?? '');
    assert.ok(paths.length > 5, page);
    for (const path of paths) await access(new URL(path, root)).catch(() => assert.fail(`${page} names ${path}`));
  }
  const folders = (await readdir(new URL('test/', root), { withFileTypes: true })).filter((one) => one.isDirectory());
  const named = await readFile(new URL('test/README.md', root), 'utf8');
  assert.deepEqual(
    folders.map(({ name }) => name).filter((name) => !named.includes(`| \`${name}\``)),
    [],
  );
});
