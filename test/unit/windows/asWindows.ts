import { registerHooks } from 'node:module';
import type * as core from '../../../src/core.ts';

/** Modules of the product that were loaded once more carry this behind their address. */
const MARK = '?windows';

registerHooks({
  resolve: (specifier, context, next) => {
    const isWindows = specifier.endsWith(MARK) || context.parentURL?.endsWith(MARK) === true;
    if (!isWindows) return next(specifier, context);
    if (specifier === 'node:path') return next('node:path/win32', context);
    const found = next(specifier.replace(MARK, ''), context);
    return found.url.includes('/src/') ? { ...found, url: found.url + MARK } : found;
  },
});

/** What works without an editor, once more, with `node:path` as it is on Windows. */
export async function coreAsWindows(): Promise<typeof core> {
  const address = `../../../src/core.ts${MARK}`;
  return (await import(address)) as typeof core;
}

/** What `use` gives when the process says that it runs on Windows. */
export async function onWindows<T>(use: () => Promise<T>): Promise<T> {
  const platform = process.platform;
  Object.defineProperty(process, 'platform', { value: 'win32' });
  try {
    return await use();
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
}
