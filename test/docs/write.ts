import { readFile, writeFile } from 'node:fs/promises';
import { readmeTables, withTableSettings, withTables, type Manifest } from './tables.ts';

/** `npm run docs`: brings package.json's settings of alerts and checks and README.md's tables up to date with the code. */
const root = new URL('../../', import.meta.url);
const manifest = withTableSettings(JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as Manifest);
await writeFile(new URL('package.json', root), `${JSON.stringify(manifest, null, 2)}\n`);
const readme = await readFile(new URL('README.md', root), 'utf8');
await writeFile(new URL('README.md', root), withTables(readme, readmeTables(manifest)));
