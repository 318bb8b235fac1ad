import { Problem } from '../../common/problem.ts';
import { applyChanges } from './applyChanges.ts';
import type { FileChange } from './changePreview.ts';

/** Takes a change back by putting the text before it in place, if nothing else was changed since. */
export async function undoChanges(changes: readonly FileChange[]): Promise<void> {
  const back = changes.map(({ file, before, after }) => ({ file, before: after, after: before }));
  if ((await applyChanges(back)) === 'outdated') throw CHANGED;
}

const CHANGED = new Problem({
  code: 'changed-meanwhile',
  what: 'The change was not undone',
  why: 'The file has been changed since.',
  next: 'Use Undo in the editor, or "Django Sessions: Restore Session Throttle…".',
  transient: false,
});
