import type { Frame } from '../../python/values/values.ts';
import type { EntryItem, Item } from '../middleware/items.ts';
import type { MiddlewareName } from '../middleware/middlewareName.ts';
import type { TextRange } from '../text/edits.ts';

/** What the checks look at: one settings file as far as it is known. */
export interface CheckContext {
  /** Entries of MIDDLEWARE in order. */
  readonly items: readonly Item[];
  /** Of those, the throttling middleware that is on. */
  readonly throttles: readonly EntryItem[];
  /** Where the throttling middleware stands in a comment, or stood before a rollback; undefined: nowhere, or it is on. */
  readonly throttleOff: TextRange | undefined;
  /** Whether all entries are known. */
  readonly complete: boolean;
  readonly middleware: MiddlewareName;
  /** Seconds. */
  readonly interval: { readonly seconds: number; readonly place: TextRange | undefined };
  /** Settings that may be set in another file, of which all names are taken over. */
  readonly open: boolean;
  readonly frame: Frame;
  /** Where a setting is set last in this file. */
  readonly placeOf: (setting: string) => TextRange | undefined;
}

/** Django's default: two weeks, in seconds. */
export const DEFAULT_COOKIE_AGE = 1_209_600;

/** Seconds; undefined: not known. */
export function cookieAge(context: CheckContext): number | undefined {
  const value = context.frame.names.get('SESSION_COOKIE_AGE');
  if (value === undefined) return context.open ? undefined : DEFAULT_COOKIE_AGE;
  return value.t === 'number' ? value.v : undefined;
}

/** Django's default is False. */
export function savesEveryRequest(context: CheckContext): boolean | undefined {
  const value = context.frame.names.get('SESSION_SAVE_EVERY_REQUEST');
  if (value === undefined) return context.open ? undefined : false;
  return value.t === 'bool' || value.t === 'number' ? Boolean(value.v) : undefined;
}

export function textOf(context: CheckContext, setting: string): string | undefined {
  const value = context.frame.names.get(setting);
  return value?.t === 'str' ? value.v : undefined;
}

export const SESSION_MIDDLEWARE = 'SessionMiddleware';

/** Where SessionMiddleware stands among the items; -1: nowhere. */
export function sessionIndex({ items, throttles }: CheckContext): number {
  return items.findIndex(
    (item) => item.kind === 'entry' && !throttles.includes(item) && item.path.split('.').at(-1) === SESSION_MIDDLEWARE,
  );
}
