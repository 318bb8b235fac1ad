import { readFile, writeFile } from 'node:fs/promises';
import {
  readmeTables,
  securityTables,
  withSettingRules,
  withTableSettings,
  withTables,
  type Manifest,
} from './tables.ts';

/** `npm run docs`: brings package.json's settings and the tables of README.md and SECURITY.md up to date with the code. */
const root = new URL('../../', import.meta.url);
const manifest = withSettingRules(
  withTableSettings(JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as Manifest),
);
await writeFile(new URL('package.json', root), `${JSON.stringify(manifest, null, 2)}\n`);
for (const [name, tables] of [
  ['README.md', readmeTables(manifest)],
  ['SECURITY.md', securityTables()],
] as const) {
  const page = new URL(name, root);
  await writeFile(page, withTables(await readFile(page, 'utf8'), tables));
}
