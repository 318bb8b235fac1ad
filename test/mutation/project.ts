import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { NODE_24, ROOT } from '../kit/node24.ts';
import { spawnGuarded } from '../kit/process.ts';
import type { Mutation, NoticedBy } from './mutations.ts';
import type { TestResult } from './runTests.ts';

const RUN_TESTS = fileURLToPath(new URL('runTests.ts', import.meta.url));
const LIMIT_MS = 15 * 60_000;
/** What a test does not need of a checkout; node_modules is linked. */
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'test-output']);

/** The source with the mutation in it. @throws Error where it does not fit the source as it is, or the result is no TypeScript */
export function mutated(source: string, { file, find, replace }: Mutation): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`${file} has ${times} times, and should have once: ${find}`);
  const result = source.replace(find, () => replace);
  const { diagnostics = [] } = ts.transpileModule(result, { reportDiagnostics: true, fileName: file });
  const [first] = diagnostics;
  if (first !== undefined)
    throw new Error(`${file} would not be TypeScript: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`);
  return result;
}

/**
 * Runs a test file in a copy of the project that has the mutation. A copy for each run: nothing has to be put back, and the guard of the
 * run removes it, whatever ends this process.
 */
export async function runInCopy({ file, named }: NoticedBy, mutation?: Mutation): Promise<TestResult> {
  const folder = await copyOfProject(mutation);
  const child = spawnGuarded(
    NODE_24,
    ['--disable-warning=ExperimentalWarning', RUN_TESTS, folder, file, ...(named === undefined ? [] : [named])],
    { cwd: folder, remove: [folder] },
  );
  // What a mutation has made hang is ended; and while this runs, so does this process.
  const limit = setTimeout(() => void child.stop(), LIMIT_MS);
  const code = await child.exited;
  clearTimeout(limit);
  const output = child.output();
  if (code !== 0) throw new Error(`${file} could not be run (exit code ${code}):\n${output.slice(-3000)}`);
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as TestResult;
}

async function copyOfProject(mutation: Mutation | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dsm-mutation-'));
  try {
    await cp(ROOT, folder, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(ROOT, path)) });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
    if (mutation !== undefined) {
      const path = join(folder, mutation.file);
      await writeFile(path, mutated(await readFile(path, 'utf8'), mutation));
    }
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
