import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VSCode } from '../vscode.ts';

/** Theme ids, newest first: VS Code has renamed them, so the first that this version has is taken. */
export const THEMES = {
  light: { ids: ['Light 2026', 'Light Modern', 'Default Light Modern'], className: 'vs' },
  dark: { ids: ['Dark 2026', 'Dark Modern', 'Default Dark Modern'], className: 'vs-dark' },
  'hc-dark': { ids: ['Default High Contrast'], className: 'hc-black' },
  'hc-light': { ids: ['Default High Contrast Light'], className: 'hc-light' },
} as const;

export type Theme = keyof typeof THEMES;

/** The newest id of a theme that this VS Code has. */
export async function installedTheme(vscode: VSCode, ids: readonly string[]): Promise<string> {
  const path = join(vscode.serverFolder, 'lib', 'vscode', 'extensions', 'theme-defaults', 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { contributes: { themes: { id: string }[] } };
  const found = ids.find((id) => manifest.contributes.themes.some((theme) => theme.id === id));
  if (found === undefined) throw new Error(`This VS Code has none of the themes ${ids.join(', ')}.`);
  return found;
}
