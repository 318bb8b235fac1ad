import { clamped, rangeText } from '../../common/numberRange.ts';
import { Problem } from '../../common/problem.ts';
import { NUMBER_RANGES, SETTINGS_SECTION, type SettingTypes } from '../../contributions.ts';
import type { CleanupServiceSettings } from '../../services/cleanupService/createCleanupService.ts';

type Prefixed = Extract<keyof SettingTypes, `cleanupService.${string}`>;
export type ServiceSettingKey = Prefixed extends `cleanupService.${infer Key}` ? Key : never;

/** Settings as they are used: what can't be used is at its default, and told in `problems`. */
export interface CheckedSettings {
  readonly service: CleanupServiceSettings;
  /** undefined: what the log says, else a day. */
  readonly intervalSeconds?: number;
  readonly pollSeconds: number;
  readonly problems: readonly Problem[];
}

interface Kind<T> {
  readonly fits: (value: unknown) => value is T;
  readonly shape: string;
}

const TEXT: Kind<string> = { fits: (value) => typeof value === 'string', shape: 'a text' };
const WORDS: Kind<readonly string[]> = {
  fits: (value): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  shape: 'a list of texts: a program and its arguments',
};

export const DEFAULT_POLL_SECONDS = 60;

/** Checks what settings.json has, which may be anything; `read` gives one setting of the section. */
export function checkSettings(read: (key: ServiceSettingKey) => unknown): CheckedSettings {
  const problems: Problem[] = [];
  const take = <T>(key: ServiceSettingKey, { fits, shape }: Kind<T>, fallback: T): T => {
    const value = read(key);
    if (value === undefined) return fallback;
    if (fits(value)) return value;
    problems.push(unusable(key, shape, value, fallback));
    return fallback;
  };
  const text = (key: ServiceSettingKey, fallback = ''): string => take(key, TEXT, fallback).trim();
  /** Null where the fallback is: nothing is set. */
  const number = <T>(key: 'intervalHours' | 'pollSeconds', fallback: T): number | T => {
    const value = read(key);
    if (value === undefined || value === fallback) return fallback;
    const range = NUMBER_RANGES[`cleanupService.${key}`];
    const used = clamped(value, range) ?? fallback;
    if (used !== value) problems.push(unusable(key, rangeText(range), value, used));
    return used;
  };
  const hours = number('intervalHours', null);
  return {
    service: {
      engine: text('engine', 'auto'),
      container: text('container'),
      composeFile: text('composeFile'),
      composeService: text('composeService'),
      logPattern: take('logPattern', TEXT, ''),
      statusCommand: take('statusCommand', WORDS, []),
      logsCommand: take('logsCommand', WORDS, []),
      restartCommand: take('restartCommand', WORDS, []),
    },
    ...(hours === null ? {} : { intervalSeconds: hours * 3600 }),
    pollSeconds: number('pollSeconds', DEFAULT_POLL_SECONDS),
    problems,
  };
}

function unusable(key: ServiceSettingKey, shape: string, value: unknown, fallback: unknown): Problem {
  return new Problem({
    code: 'setting-invalid',
    what: `The setting ${SETTINGS_SECTION}.cleanupService.${key} can’t be used`,
    why: `It has to be ${shape}, not ${JSON.stringify(value)}.`,
    next: `Correct it; until then ${JSON.stringify(fallback)} is used.`,
    transient: false,
  });
}
