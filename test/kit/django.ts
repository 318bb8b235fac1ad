import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTool, MissingTool } from './apt.ts';
import { cacheDir, withLock } from './cache.ts';
import { run } from './process.ts';

/** Real Django at both ends of the range of versions: 5.2 from PyPI in a cached venv, 3.2 as Debian packages it. */
export type DjangoVersion = '5.2' | '3.2';

export interface DjangoInstallation {
  /** Path of the Python interpreter that has it. */
  readonly python: string;
  /** As Django says it: '5.2.17'. */
  readonly version: string;
}

export interface DjangoMissing {
  /** For a test's `skip` option. */
  readonly skip: string;
}

const PACKAGES = ['django~=5.2.0', 'psycopg[binary]', 'dj-database-url', 'python-dotenv'];

/** Settings tools that are compared where they can be had; a mirror of PyPI may lack them, and then those comparisons are skipped. */
const OPTIONAL_PACKAGES = ['django-environ', 'python-decouple', 'django-split-settings'];

const inCI = (): boolean => !['', 'false'].includes(process.env.CI ?? '');

/** The first call makes the venv (some 30 s, network); later ones, in other processes too, find it. In CI a missing tool throws. */
export async function ensureDjango(version: DjangoVersion): Promise<DjangoInstallation | DjangoMissing> {
  try {
    const python = version === '5.2' ? await ensureVenv() : await ensureTool('debianDjango');
    return { python, version: await djangoVersion(python) };
  } catch (error) {
    if (inCI() || !(error instanceof MissingTool)) throw error;
    return { skip: `Django ${version}: ${error.message}` };
  }
}

/** Which of these modules the interpreter can import. */
export async function importable(python: string, modules: readonly string[]): Promise<string[]> {
  const code = 'import importlib.util, sys; print(*[m for m in sys.argv[1:] if importlib.util.find_spec(m)])';
  return (await run(python, ['-c', code, ...modules])).trim().split(/\s+/).filter(Boolean);
}

async function djangoVersion(python: string): Promise<string> {
  return (await run(python, ['-c', 'import django; print(django.__version__)'])).trim();
}

async function ensureVenv(): Promise<string> {
  const folder = join(cacheDir(), 'django-5.2');
  const python = join(folder, 'bin', 'python');
  const modules = ['django', 'psycopg', 'dj_database_url', 'dotenv'];
  const usable = async (): Promise<boolean> =>
    await importable(python, modules).then(
      (found) => found.length === modules.length,
      () => false,
    );
  if (await usable()) return python;
  return await withLock('django-5.2', async () => {
    if (await usable()) return python;
    const base = await ensureTool('venv');
    // Made in place, because scripts of a venv hold its path; what a run that died left behind is put aside first.
    const aside = `${folder}.old-${process.pid}`;
    await rename(folder, aside).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
    await rm(aside, { recursive: true, force: true });
    try {
      await run(base, ['-m', 'venv', folder]);
      await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    } catch (error) {
      throw new MissingTool('pip could not install Django 5.2 into a venv; it needs PyPI or a mirror of it.', {
        cause: error,
      });
    }
    const quick = ['--quiet', '--disable-pip-version-check', '--retries', '0'];
    for (const name of OPTIONAL_PACKAGES) {
      await run(python, ['-m', 'pip', 'install', ...quick, name]).catch(() => undefined);
    }
    return python;
  });
}
