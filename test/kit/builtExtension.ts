import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addExtension } from './addExtension.ts';
import { withLock } from './cache.ts';
import { NODE_24, ROOT } from './node24.ts';
import { run } from './process.ts';
import { inputsDigest, rootDigest } from './vsix.ts';

const BUILT = join(ROOT, 'dist', 'built');
/** What of the package is not made by the build. */
const FILES = [
  'package.json',
  'package.nls.json',
  'package.nls.de.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'media',
];

/**
 * The extension as the sources are, neither made small nor packed, which takes six times as long as to build it. Built only
 * when they have changed.
 */
export async function ensureBuiltExtension(onProgress: (message: string) => void = () => undefined): Promise<string> {
  const stamp = `${BUILT}.inputs`;
  return withLock(`built-${rootDigest()}`, async () => {
    const inputs = await inputsDigest();
    if ((await readFile(stamp, 'utf8').catch(() => '')) === inputs) return BUILT;
    onProgress('Building the extension');
    await rm(stamp, { force: true });
    const made = `${BUILT}.making`;
    await rm(made, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    await run(NODE_24, ['esbuild.mjs', '--outdir', join(made, 'dist')], { cwd: ROOT, timeoutMs: 120_000 });
    for (const file of FILES) await cp(join(ROOT, file), join(made, file), { recursive: true });
    await rm(BUILT, { recursive: true, force: true });
    await rename(made, BUILT);
    await writeFile(stamp, inputs);
    return BUILT;
  });
}

/** Puts what `ensureBuiltExtension` has made among the extensions of an editor. */
export async function addBuiltExtension(built: string, extensionsDir: string): Promise<void> {
  const { publisher, name, version } = JSON.parse(await readFile(join(built, 'package.json'), 'utf8')) as Manifest;
  await cp(built, await addExtension(extensionsDir, `${publisher}.${name}`, version), { recursive: true });
}

interface Manifest {
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}
