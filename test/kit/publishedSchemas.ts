import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cacheDir, withLock } from './cache.ts';
import { run } from './process.ts';

/** Packages that say what others take, and the parts of them that say it: the rest is many thousand files. */
const PACKAGES = [
  {
    name: '@grafana/grafana-foundation-sdk',
    version: '0.0.21',
    parts: ['package/package.json', 'package/dist/*/*.d.ts'],
  },
  {
    name: '@datadog/datadog-api-client',
    version: '1.64.0',
    parts: [
      'package/package.json',
      'package/dist/*.js',
      'package/dist/packages/datadog-api-client-common/*.js',
      'package/dist/packages/datadog-api-client-v1/models/*.js',
    ],
  },
  // What Datadog's needs, and what judges GraphQL.
  { name: 'loglevel', version: '1.9.2', parts: ['package'] },
  { name: 'graphql', version: '16.15.0', parts: ['package'] },
] as const;

/** Counts up when what is installed changes. */
const LAYOUT = 1;

/**
 * A folder with these packages in its node_modules, installed once into the cache folder: all of them by npm install would take
 * longer than the tests that they are for.
 */
export async function ensurePublishedSchemas(): Promise<string> {
  const home = join(cacheDir(), `published-schemas.${LAYOUT}`);
  if (existsSync(home)) return home;
  await mkdir(cacheDir(), { recursive: true });
  await withLock('published-schemas', async () => {
    if (existsSync(home)) return;
    for (const name of await readdir(dirname(home))) {
      if (name.startsWith(`${basename(home)}-`)) await rm(join(dirname(home), name), { recursive: true, force: true });
    }
    // Beside its final place, so that the rename at the end is one step: what is there is always complete.
    const temporary = await mkdtemp(`${home}-`);
    try {
      const wanted = PACKAGES.map(({ name, version }) => `${name}@${version}`);
      await run('npm', ['pack', '--silent', '--pack-destination', temporary, ...wanted], { cwd: temporary });
      for (const { name, version, parts } of PACKAGES) {
        const archive = join(temporary, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
        const folder = join(temporary, 'node_modules', name);
        await mkdir(folder, { recursive: true });
        await run('tar', [
          '-xzf',
          archive,
          '-C',
          folder,
          '--strip-components=1',
          '--wildcards',
          '--no-wildcards-match-slash',
          ...parts,
        ]);
        await rm(archive);
      }
      await rename(temporary, home);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
  return home;
}
