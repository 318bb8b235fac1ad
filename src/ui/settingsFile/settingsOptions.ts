import type * as vscode from 'vscode';
import { filled } from '../../common/filled.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import { getNumber, getSetting, isSet } from '../settings/settings.ts';

/**
 * What the checks and rollbacks are told by the extension's settings. The interval that a person has set wins over the one
 * that was read from the source of the middleware.
 */
export function settingsFileOptions(readSeconds: number | undefined, resource: vscode.Uri): SettingsFileOptions {
  const middleware = filled(getSetting('throttleMiddleware', resource));
  const disabled: unknown = getSetting('disabledChecks', resource);
  const codes = Array.isArray(disabled) ? disabled.filter((code) => typeof code === 'string') : [];
  return {
    ...(middleware === undefined ? {} : { middleware }),
    intervalSeconds: throttleSeconds(readSeconds, resource),
    without: new Set(codes),
  };
}

/** Throttle interval in seconds: the setting where it is set, else what was read from the source, else the setting's default. */
export function throttleSeconds(readSeconds: number | undefined, resource: vscode.Uri | undefined): number {
  const set = getNumber('throttleIntervalMinutes', resource) * 60;
  return isSet('throttleIntervalMinutes', resource) ? set : (readSeconds ?? set);
}
