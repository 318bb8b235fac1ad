import { readFile } from 'node:fs/promises';
import { resolved, type Texts } from './nls.ts';

const root = new URL('../../', import.meta.url);

/** package.json with its texts in English, as VS Code shows it. */
export async function readManifest<M>(): Promise<M> {
  return resolved(JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as M, await readTexts());
}

/** The texts of package.json in English, or in another language. */
export async function readTexts(language?: string): Promise<Texts> {
  const name = language === undefined ? 'package.nls.json' : `package.nls.${language}.json`;
  return JSON.parse(await readFile(new URL(name, root), 'utf8')) as Texts;
}
