import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { writeFolder } from '../../../src/export/writeFolder.ts';

const FILES = [
  { path: 'prometheus/README.md', text: 'one' },
  { path: 'prometheus/sql_exporter/a.yml', text: 'two' },
];

async function emptyFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dsm-export-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

it('writes what it is given, and over what is there', async (t) => {
  const root = join(await emptyFolder(t), 'new');
  const told: string[] = [];
  for (const text of ['old', 'two']) {
    const files = FILES.map((file) => ({ ...file, text }));
    assert.equal(await writeFolder(root, files, new AbortController().signal, (path) => told.push(path)), 2);
  }
  assert.equal(await readFile(join(root, 'prometheus/sql_exporter/a.yml'), 'utf8'), 'two');
  assert.deepEqual(told.slice(0, 2), ['prometheus/README.md', 'prometheus/sql_exporter/a.yml']);
});

it('stops between two files when it is cancelled', async (t) => {
  const abort = new AbortController();
  const written = await writeFolder(await emptyFolder(t), FILES, abort.signal, () => abort.abort());
  assert.equal(written, 1);
});

it('follows no link out of the folder', async (t) => {
  const [root, outside] = [await emptyFolder(t), await emptyFolder(t)];
  await symlink(outside, join(root, 'prometheus'));
  await assert.rejects(
    writeFolder(root, FILES, new AbortController().signal, () => undefined),
    (error) => error instanceof Problem && error.code === 'link-outside',
  );
  await assert.rejects(readFile(join(outside, 'README.md')));
});
