import type { SettingsFileOptions } from '../../django/settingsFile.ts';
import { filled } from '../savedConnections.ts';
import { getNumber, getSetting, isSet } from '../settings.ts';

/**
 * What the checks and rollbacks are told by the extension's settings. The interval that a person has set wins over the one
 * that was read from the source of the middleware.
 */
export function settingsFileOptions(readSeconds: number | undefined): SettingsFileOptions {
  const middleware = filled(getSetting('throttleMiddleware'));
  const disabled: unknown = getSetting('disabledChecks');
  const codes = Array.isArray(disabled) ? disabled.filter((code) => typeof code === 'string') : [];
  return {
    ...(middleware === undefined ? {} : { middleware }),
    intervalSeconds: throttleSeconds(readSeconds),
    without: new Set(codes),
  };
}

/** Throttle interval in seconds: the setting where it is set, else what was read from the source, else the setting's default. */
export function throttleSeconds(readSeconds: number | undefined): number {
  return isSet('throttleIntervalMinutes') ? minutes() : (readSeconds ?? minutes());
}

function minutes(): number {
  return getNumber('throttleIntervalMinutes', 0.1) * 60;
}
