import { readFile, writeFile } from 'node:fs/promises';
import { withContributions, type Manifest } from './manifest.ts';
import { readmeTables, securityTables, withTables } from './tables.ts';

/** `npm run docs`: makes package.json's contributions and the tables of README.md and SECURITY.md from the tables of the code. */
const root = new URL('../../', import.meta.url);
const manifest = withContributions(JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as Manifest);
await writeFile(new URL('package.json', root), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [name, tables] of [
  ['README.md', readmeTables(manifest)],
  ['SECURITY.md', securityTables()],
] as const) {
  const page = new URL(name, root);
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables));
}
