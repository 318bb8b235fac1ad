import * as vscode from 'vscode';
import { clamped } from '../../common/numberRange.ts';
import {
  NUMBER_RANGES,
  SETTINGS_SECTION,
  type FolderKey,
  type SettingKey,
  type SettingTypes,
} from '../../contributions.ts';
import { settingWish, type Allowed } from './wishes.ts';

/**
 * The one way to a setting: with the folder whose value counts, or 'window' where folders have none of their own. undefined:
 * no folder is known, so that the window's value counts.
 */
export type Resource<K extends SettingKey> = K extends FolderKey ? vscode.Uri | undefined : 'window';

/** What the person has allowed a workspace; nothing before the extension is activated. */
let allowed: Allowed = { has: () => false };

export function useAllowed(now: Allowed): void {
  allowed = now;
}

/** Reads one setting; its default stands in package.json, so VS Code always has a value of the right type or the person's own. */
export function getSetting<K extends SettingKey>(key: K, resource: Resource<K>): SettingTypes[K] {
  const value = readSetting(key, resource);
  if (value === undefined) throw new Error(`The setting ${SETTINGS_SECTION}.${key} is not declared in package.json`);
  return value as SettingTypes[K];
}

/** The same as it stands there, which may be anything; a workspace's value only where it counts. */
export function readSetting<K extends SettingKey>(key: K, resource: Resource<K>): unknown {
  const settings = vscode.workspace.getConfiguration(SETTINGS_SECTION, scopeOf(resource));
  const wish = settingWish(key, scopeOf(resource), settings.inspect(key));
  if (wish === undefined || allowed.has(wish.hash)) return settings.get<unknown>(key);
  return wish.otherwise;
}

/** A number from settings.json may be anything: it is held to its range, and what is no number is the default. */
export function getNumber<K extends NumericSetting>(key: K, resource: Resource<K>): number {
  const range = NUMBER_RANGES[key];
  const value = clamped(readSetting(key, resource), range);
  return (
    value ?? vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect<number>(key)?.defaultValue ?? range.minimum
  );
}

type NumericSetting = {
  [K in SettingKey]: SettingTypes[K] extends number ? K : never;
}[SettingKey];

export async function updateSetting<K extends SettingKey>(
  key: K,
  value: SettingTypes[K] | undefined,
  target: vscode.ConfigurationTarget,
  resource?: vscode.Uri,
): Promise<void> {
  await vscode.workspace.getConfiguration(SETTINGS_SECTION, resource).update(key, value, target);
}

/** What one level alone says of a setting of the window. */
export function settingAt(key: Exclude<SettingKey, FolderKey>, level: 'globalValue' | 'workspaceValue'): unknown {
  return vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect(key)?.[level];
}

/** A number of an alert rule by its full id, as it stands in the settings: the rule table judges whether it is usable. */
export function getAlertSetting(fullId: string): unknown {
  return vscode.workspace.getConfiguration().get<unknown>(fullId);
}

/** Whether a person has set it anywhere, be it to its default. */
export function isSet<K extends SettingKey>(key: K, resource: Resource<K>): boolean {
  const found = vscode.workspace.getConfiguration(SETTINGS_SECTION, scopeOf(resource)).inspect(key);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some((value) => value !== undefined);
}

/** The folder whose settings count for a connection; undefined: it was made by hand and belongs to none. */
export function folderOf({ projectRoot }: { readonly projectRoot?: string }): vscode.Uri | undefined {
  return projectRoot === undefined ? undefined : vscode.Uri.file(projectRoot);
}

function scopeOf(resource: vscode.Uri | 'window' | undefined): vscode.Uri | undefined {
  return resource === 'window' ? undefined : resource;
}
