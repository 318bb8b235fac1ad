import type { Frame, Value } from '../python/values/values.ts';
import type { DjangoProject } from './project.ts';

/** The SESSION_* settings that the monitor needs. Absent is Django's default; a value that isn't known is left out and told. */

type Draft = { -readonly [K in 'sessionEngine' | 'sessionCookieAge' | 'sessionSaveEveryRequest']?: DjangoProject[K] };

const READERS: Readonly<Record<string, (draft: Draft, value: Value) => boolean>> = {
  SESSION_ENGINE: (draft, value) => {
    if (value.t !== 'str') return false;
    draft.sessionEngine = value.v;
    return true;
  },
  SESSION_COOKIE_AGE: (draft, value) => {
    if (value.t !== 'number') return false;
    draft.sessionCookieAge = value.v;
    return true;
  },
  SESSION_SAVE_EVERY_REQUEST: (draft, value) => {
    if (value.t !== 'bool' && value.t !== 'number') return false;
    draft.sessionSaveEveryRequest = Boolean(value.v);
    return true;
  },
};

export function sessionSettingsOf(frame: Frame): {
  readonly settings: Draft;
  readonly problems: DjangoProject['problems'];
} {
  const settings: Draft = {};
  const problems: DjangoProject['problems'][number][] = [];
  for (const [name, read] of Object.entries(READERS)) {
    const value = frame.names.get(name);
    if (value === undefined || read(settings, value)) continue;
    const why = value.t === 'unresolved' || value.t === 'none' ? (value.why ?? 'it is None') : 'it is of another type';
    problems.push({
      code: 'session-setting-unresolved',
      message: `${name} is not known: ${why}.`,
      file: frame.source.file,
    });
  }
  return { settings, problems };
}
