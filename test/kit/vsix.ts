import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './cache.ts';
import { NODE_24, ROOT } from './node24.ts';
import { run } from './process.ts';

export const VSIX = join(ROOT, 'dist', 'django-session-monitor.vsix');

/** What the VSIX is made from. */
const INPUTS = [
  'src',
  'media',
  'package.json',
  'package.nls.json',
  'package.nls.de.json',
  'package-lock.json',
  'esbuild.mjs',
  'esbuild.chunks.mjs',
  'esbuild.deferred.mjs',
  'esbuild.notices.mjs',
  'esbuild.terse.mjs',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'SUPPORT.md',
  'LICENSE',
];

/** Builds and packs the extension as `npm run package` does, unless the VSIX that is there was made from these very files. */
export async function ensureVsix(onProgress: (message: string) => void = () => undefined): Promise<string> {
  const stamp = `${VSIX}.inputs`;
  return withLock(`vsix-${rootDigest()}`, async () => {
    const inputs = await inputsDigest();
    if (existsSync(VSIX) && (await readFile(stamp, 'utf8').catch(() => '')) === inputs) return VSIX;
    onProgress('Building and packing the extension');
    await mkdir(join(ROOT, 'dist'), { recursive: true });
    await run(NODE_24, ['esbuild.mjs', '--production'], { cwd: ROOT, timeoutMs: 120_000 });
    const vsce = join(ROOT, 'node_modules', '@vscode', 'vsce', 'vsce');
    const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '-o', VSIX];
    await run(NODE_24, [vsce, 'package', ...flags], { cwd: ROOT, timeoutMs: 120_000 });
    await writeFile(stamp, inputs);
    return VSIX;
  });
}

/** Of all that the extension is made from. */
export async function inputsDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    const path = join(ROOT, input);
    const files = existsSync(path) ? await filesBelow(path) : [];
    for (const file of files)
      hash
        .update(file)
        .update('\0')
        .update(await readFile(file));
  }
  return hash.digest('hex');
}

/** A file itself, or all files of a folder in a fixed order. */
async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Tells this clone from others on the machine. */
export function rootDigest(): string {
  return createHash('sha256').update(ROOT).digest('hex').slice(0, 16);
}
