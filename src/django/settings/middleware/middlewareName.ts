import { stringsOf } from './middlewareComments.ts';

/** Which middleware is meant: a dotted path, or the name of a class wherever it stands. */
export interface MiddlewareName {
  /** As it was given. */
  readonly name: string;
  readonly matches: (path: string) => boolean;
}

export interface MiddlewareOption {
  /** The throttling middleware: a dotted path, or the name of a class (default: ThrottledSessionMiddleware). */
  readonly middleware?: string;
}

export const DEFAULT_CLASS = 'ThrottledSessionMiddleware';

/** Without a name: any class that is named ThrottledSessionMiddleware. */
export function middlewareName(given: string = DEFAULT_CLASS): MiddlewareName {
  const name = given.trim() === '' ? DEFAULT_CLASS : given.trim();
  if (name.includes('.')) return { name, matches: (path) => path === name };
  return { name, matches: (path) => path.slice(path.lastIndexOf('.') + 1) === name };
}

/** An expression of which the strings in it do not tell what it gives. */
const COMPUTED = /\\|%|\+\s*\w|\.\s*\w+\s*\(|\bf['"]/i;

/**
 * Whether a piece of Python that was commented out holds the entry. `path`: what it gives where that is known; otherwise what
 * names no class in so many letters may be any.
 */
export function holdsEntry(python: string, middleware: MiddlewareName, path: string | undefined): boolean {
  if (path !== undefined) return middleware.matches(path);
  const strings = stringsOf(python);
  return strings.some(middleware.matches) || COMPUTED.test(python) || !strings.some((text) => text.includes('.'));
}
