import { markedPython } from '../middleware/middlewareComments.ts';
import { holdsEntry, type MiddlewareName } from '../middleware/middlewareName.ts';
import { commentsWithMark } from '../text/rollbackMarkers.ts';
import type { SettingsModel } from './settingsModel.ts';

/** Comments that stand for an entry which a full rollback has removed. */
export function removedEntries(
  { source, marked: paths }: Pick<SettingsModel, 'source' | 'marked'>,
  middleware: MiddlewareName,
): { from: number; to: number; path?: string }[] {
  return commentsWithMark(source).flatMap(({ from, to }) => {
    const marked = markedPython(source, { from, to }, 'removed');
    const path = paths.get(from);
    if (marked === undefined || !holdsEntry(marked.python, middleware, path)) return [];
    return [{ from, to, ...(path === undefined ? {} : { path }) }];
  });
}
