import { readFile, writeFile } from 'node:fs/promises';
import { withContributions, type Manifest } from './manifest.ts';
import { localized } from './nls.ts';
import { readManifest } from './readManifest.ts';
import { readmeTables, referenceTables, securityTables, withTables } from './tables.ts';

/**
 * `npm run docs`: makes package.json's contributions, package.nls.json and the tables of README.md, REFERENCE.md and SECURITY.md from the tables of
 * the code.
 */
const root = new URL('../../', import.meta.url);
const manifest = withContributions(await readManifest<Manifest>());
const { manifest: keyed, texts } = localized(manifest);
await writeFile(new URL('package.json', root), `${JSON.stringify(keyed, null, 2)}\n`);
await writeFile(new URL('package.nls.json', root), `${JSON.stringify(texts, null, 2)}\n`);
for (const [name, tables] of [
  ['README.md', readmeTables()],
  ['REFERENCE.md', referenceTables(manifest)],
  ['SECURITY.md', securityTables()],
] as const) {
  const page = new URL(name, root);
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables));
}
// What takes a minute, a server and a browser is done on demand: `npm run docs -- --pictures`.
if (process.argv.includes('--pictures')) {
  const { takePictures } = await import('./pictures.ts');
  await takePictures();
}
