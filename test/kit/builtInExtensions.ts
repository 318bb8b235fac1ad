import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeServer } from './codeServer.ts';

/**
 * Those of VS Code's own extensions that tests meet: themes, the languages of the files that are opened, and what shows Markdown.
 * The hundred others (Git, TypeScript, GitHub, …) have nothing to do with ours, and take a quarter of each start.
 */
const MET = new Set([
  'configuration-editing',
  'diff',
  'docker',
  'ini',
  'json',
  'log',
  'markdown-basics',
  'markdown-language-features',
  'python',
  'search-result',
  'theme-defaults',
  'theme-seti',
  'yaml',
]);

/** Links to them in this folder, for `--builtin-extensions-dir`. */
export async function linkBuiltIns(server: CodeServer, folder: string, others: readonly string[] = []): Promise<void> {
  const met = new Set([...MET, ...others]);
  const from = join(server.folder, 'lib', 'vscode', 'extensions');
  await mkdir(folder);
  const names = (await readdir(from)).filter((name) => met.has(name));
  if (names.length !== met.size) throw new Error(`VS Code ${server.version} has only ${names.join(', ')} of its own.`);
  for (const name of names) await symlink(join(from, name), join(folder, name));
}
