import type { Evaluation } from '../python/evaluation/evaluation.ts';
import type { Frame, Place } from '../python/values/values.ts';

/** The setting, and what it was called before Django 1.10. */
export const MIDDLEWARE_NAMES = ['MIDDLEWARE', 'MIDDLEWARE_CLASSES'];

/** MIDDLEWARE as all settings files together make it. */
export interface MiddlewareValue {
  /** MIDDLEWARE, or MIDDLEWARE_CLASSES where there is no MIDDLEWARE; undefined: neither is set. */
  readonly name?: string;
  /** Those that are known, in order, with the place of each element or argument where it is in one. */
  readonly entries: readonly { readonly path: string; readonly at?: Place }[];
  /** Why there may be more entries, or others, than these; half a sentence. undefined: these are all. */
  readonly why?: string;
}

/** Problems after which any setting may be set by something that was not read. */
const OPEN = new Set(['import-not-followed', 'settings-dynamic', 'settings-too-large']);

export function middlewareOf(it: Evaluation, frame: Frame): MiddlewareValue {
  const name = MIDDLEWARE_NAMES.find((candidate) => frame.names.has(candidate));
  const value = name === undefined ? undefined : frame.names.get(name);
  if (name === undefined || value === undefined) {
    const problem = it.problems.find(({ code }) => OPEN.has(code));
    return problem === undefined ? { entries: [] } : { entries: [], why: lowerFirst(problem.message) };
  }
  if (value.t === 'unresolved') return { name, entries: [], why: value.why };
  if (value.t !== 'list' && value.t !== 'tuple') return { name, entries: [], why: `${name} is not a list` };
  const entries: { path: string; at?: Place }[] = [];
  let why = value.open;
  for (const item of value.items) {
    if (item.t === 'str') entries.push({ path: item.v, ...(item.at === undefined ? {} : { at: item.at }) });
    else why ??= item.t === 'unresolved' ? item.why : `an entry of ${name} is no text`;
  }
  return why === undefined ? { name, entries } : { name, entries, why };
}

const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`;
