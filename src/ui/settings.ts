import * as vscode from 'vscode';
import { SETTINGS_SECTION, type SettingTypes } from '../contributions.ts';

/** Reads one setting; its default stands in package.json, so VS Code always has a value of the right type or the person's own. */
export function getSetting<K extends keyof SettingTypes>(key: K, scope?: vscode.Uri): SettingTypes[K] {
  const value = vscode.workspace.getConfiguration(SETTINGS_SECTION, scope).get<SettingTypes[K]>(key);
  if (value === undefined) throw new Error(`The setting ${SETTINGS_SECTION}.${key} is not declared in package.json`);
  return value;
}

/** A number from settings.json may be anything: what is not a number in the range falls back to the default. */
export function getNumber(key: NumericSetting, minimum: number): number {
  const settings = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const value: unknown = settings.get(key);
  if (typeof value === 'number' && Number.isFinite(value)) return Math.max(minimum, value);
  return settings.inspect<number>(key)?.defaultValue ?? minimum;
}

type NumericSetting = {
  [K in keyof SettingTypes]: SettingTypes[K] extends number ? K : never;
}[keyof SettingTypes];

export async function updateSetting<K extends keyof SettingTypes>(
  key: K,
  value: SettingTypes[K] | undefined,
  target: vscode.ConfigurationTarget,
): Promise<void> {
  await vscode.workspace.getConfiguration(SETTINGS_SECTION).update(key, value, target);
}

/** A number of an alert rule by its full id, as it stands in the settings: the rule table judges whether it is usable. */
export function getAlertSetting(fullId: string): unknown {
  return vscode.workspace.getConfiguration().get<unknown>(fullId);
}

/** Whether a person has set it anywhere, be it to its default. */
export function isSet(key: keyof SettingTypes): boolean {
  const found = vscode.workspace.getConfiguration(SETTINGS_SECTION).inspect(key);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some((value) => value !== undefined);
}
