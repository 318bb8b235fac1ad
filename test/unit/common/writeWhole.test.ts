import assert from 'node:assert/strict';
import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { writeWhole } from '../../../src/common/writeWhole.ts';

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dsm-write-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a file is written as a whole', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a.csv');
  await writeFile(path, 'what was there before');
  const bytes: number[] = [];
  await writeWhole(path, ['one,', 'zwö'], { onBytes: (n) => bytes.push(n) });
  assert.equal(await readFile(path, 'utf8'), 'one,zwö');
  assert.deepEqual(bytes, [4, 8]);
  assert.deepEqual(await readdir(folder), ['a.csv']);
});

test('cancelled or failed it leaves what was there before, and nothing else', async (t) => {
  const folder = await folderFor(t);
  const path = join(folder, 'a.csv');
  await writeFile(path, 'before');
  const abort = new AbortController();
  function* cancelled(): Generator<string> {
    yield 'one';
    abort.abort();
    yield 'two';
  }
  await assert.rejects(writeWhole(path, cancelled(), { signal: abort.signal }), { name: 'AbortError' });
  function* failing(): Generator<string> {
    yield 'one';
    throw new RangeError('No more.');
  }
  await assert.rejects(writeWhole(path, failing()), RangeError);
  assert.equal(await readFile(path, 'utf8'), 'before');
  assert.deepEqual(await readdir(folder), ['a.csv']);
});

test('a link in the place of the file is replaced, and what it leads to is not touched', async (t) => {
  const folder = await folderFor(t);
  const [path, elsewhere] = [join(folder, 'report.md'), join(folder, 'elsewhere')];
  await writeFile(elsewhere, 'of somebody else');
  await symlink(elsewhere, path);
  await writeWhole(path, ['ours']);
  assert.deepEqual([await readFile(path, 'utf8'), await readFile(elsewhere, 'utf8')], ['ours', 'of somebody else']);
});

test('what the file system refuses is told with what to do next', async (t) => {
  const folder = await folderFor(t);
  const missing = join(folder, 'none', 'a.csv');
  await assert.rejects(writeWhole(missing, ['x']), (error: unknown) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.code, 'not-written');
    assert.match(error.message, /none.*could not be written.*ENOENT.*Choose a folder that is there\./s);
    return true;
  });
  const taken = join(folder, 'folder');
  await mkdir(taken);
  await assert.rejects(writeWhole(taken, ['x']), Problem);
  assert.deepEqual(await readdir(folder), ['folder']);
});
