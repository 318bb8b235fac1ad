import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { findInterpreter } from '../../../src/django/project/findInterpreter.ts';

test('the interpreter by precedence', { skip: process.platform === 'win32' }, async (t) => {
  const workspaceFolder = await mkdtemp(path.join(tmpdir(), 'dsm-interpreter-'));
  t.after(() => rm(workspaceFolder, { recursive: true, force: true }));
  const root = path.join(workspaceFolder, 'backend');
  const make = async (file: string, mode = 0o755): Promise<string> => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '', { mode });
    return file;
  };
  await mkdir(root);
  const searchPath = path.join(workspaceFolder, 'bin');
  const find = async (fromPythonExtension?: string): Promise<string | undefined> => {
    const given = fromPythonExtension === undefined ? {} : { fromPythonExtension };
    return (await findInterpreter(root, { workspaceFolder, searchPath, ...given }))?.from;
  };
  assert.equal(await find(), undefined);
  await make(path.join(searchPath, 'python3'));
  assert.equal(await find(), 'PATH');
  await make(path.join(workspaceFolder, '.venv', 'bin', 'python'));
  assert.equal(
    (await findInterpreter(root, { workspaceFolder }))?.path,
    path.join(workspaceFolder, '.venv/bin/python'),
  );
  await make(path.join(root, 'env', 'bin', 'python'));
  assert.equal(await find(), 'env');
  await make(path.join(root, 'venv', 'bin', 'python'), 0o644);
  assert.equal(await find(), 'env', 'one that is not executable is not one');
  assert.equal(await find('/nowhere/python'), 'env');
  assert.equal(await find(await make(path.join(root, 'selected'))), 'the Python extension');
});
