import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import { ASKED_SETTINGS, SETTINGS_SECTION, type SettingKey } from '../../contributions.ts';
import type { Wish } from '../../presentation/rows/wish.ts';

/** A wish of a setting, and what counts while it is not allowed. */
export interface SettingWish extends Wish {
  readonly otherwise: unknown;
}

/** Hashes of the wishes that were allowed. */
export interface Allowed {
  has(hash: string): boolean;
}

export function wishOf(what: string, line: string): Wish {
  return {
    what,
    line,
    hash: createHash('sha256')
      .update(JSON.stringify([what, line]))
      .digest('base64url'),
  };
}

interface Levels {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** What the workspace wants by this setting, where that has to be asked about; undefined: nothing. */
export function settingWish(
  key: SettingKey,
  resource: vscode.Uri | undefined,
  levels: Levels | undefined,
): SettingWish | undefined {
  const harmless = ASKED_SETTINGS[key];
  const value = levels?.workspaceFolderValue ?? levels?.workspaceValue;
  if (harmless === undefined || value === undefined) return undefined;
  const otherwise = levels?.globalValue ?? levels?.defaultValue;
  if ([otherwise, ...harmless].some((one) => isDeepStrictEqual(one, value))) return undefined;
  return { ...wishOf(`${SETTINGS_SECTION}.${key}${placeOf(resource, levels)}`, JSON.stringify(value)), otherwise };
}

/** What is allowed in one of several folders is not in another. */
function placeOf(resource: vscode.Uri | undefined, levels: Levels | undefined): string {
  if (resource === undefined || levels?.workspaceFolderValue === undefined) return '';
  const { workspaceFolders = [] } = vscode.workspace;
  return workspaceFolders.length < 2 ? '' : ` in ${vscode.workspace.getWorkspaceFolder(resource)?.uri.fsPath ?? ''}`;
}

const ASKED = Object.keys(ASKED_SETTINGS) as readonly SettingKey[];

/** All that the settings of the workspace want now, be it allowed or not. */
export function settingWishes(): readonly Wish[] {
  const folders = [undefined, ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
  const wishes = folders.flatMap((folder) => {
    const settings = vscode.workspace.getConfiguration(SETTINGS_SECTION, folder);
    return ASKED.map((key) => settingWish(key, folder, settings.inspect(key)));
  });
  return wishes.filter((wish) => wish !== undefined);
}
