import type { PythonNode, PythonSource } from '../../python/syntax/nodes.ts';

/**
 * The comments by which a rollback can be undone from the text alone. Each holds the bytes that it stands for, on the line
 * where they stood, so that it can be undone whatever happens to other lines:
 *
 *     # [session-monitor: off] 'a.ThrottledSessionMiddleware',  # as before
 *
 * - `off`: an entry that was commented out, `removed`: one that was removed; the rest of the line is what stood there.
 * - `and`: the next line of the same.
 * - `fill`: what stands before the comment (`pass`, or `*(),` in a tuple) was put there to keep the Python valid.
 * - `join`: the line break behind the comment was added; what follows it was on the same line.
 * - `was "False"`: the True before it stands for this expression, written as a JSON string.
 * - `added`: the whole line was added.
 */

export type MarkerKind = 'off' | 'removed' | 'and' | 'was' | 'added';

export interface Marker {
  readonly kind: MarkerKind;
  readonly fill: boolean;
  readonly join: boolean;
  /** Length of the mark in the comment: what `content` does not hold, the blank between them included. */
  readonly length: number;
  /** What stood there before; of `was` the expression. */
  readonly content: string;
}

const LINE = /^# \[session-monitor: (off|removed|and)(, fill)?(, join)?\](?: ([^]*))?$/;
const WAS = /^# \[session-monitor: was ("(?:[^"\\]|\\.)*")\]/;
const ADDED = /^# \[session-monitor: added\]/;

/** Whether a text holds any of our marks, whole or damaged: a comment with one and without a marker can't be undone. */
export const hasMark = (text: string): boolean => text.includes('# [session-monitor: ');

export function writeMarker(
  kind: 'off' | 'removed' | 'and',
  flags: { fill?: boolean; join?: boolean },
  hasContent: boolean,
): string {
  const mark = `# [session-monitor: ${kind}${flags.fill === true ? ', fill' : ''}${flags.join === true ? ', join' : ''}]`;
  return hasContent ? `${mark} ` : mark;
}

export function writeWas(expression: string): string {
  return `# [session-monitor: was ${JSON.stringify(expression)}]`;
}

export const ADDED_MARKER = '# [session-monitor: added]';

/** The marker that a comment is; undefined: it is none of ours. */
export function readMarker(comment: string): Marker | undefined {
  const line = LINE.exec(comment);
  if (line !== null) {
    const [, kind, fill, join, content = ''] = line;
    const length = comment.length - content.length;
    return { kind: kind as MarkerKind, fill: fill !== undefined, join: join !== undefined, length, content };
  }
  const was = WAS.exec(comment);
  const expression = was?.[1] === undefined ? undefined : fromJson(was[1]);
  if (was !== null && expression !== undefined) {
    return { kind: 'was', fill: false, join: false, length: was[0].length, content: expression };
  }
  const added = ADDED.exec(comment);
  return added === null ? undefined : { kind: 'added', fill: false, join: false, length: added[0].length, content: '' };
}

/** undefined: a person has changed the marker so that it is no JSON any more. */
function fromJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Comments with any of our marks, whole or damaged. */
export function commentsWithMark(source: PythonSource): PythonNode[] {
  const found: PythonNode[] = [];
  source.tree.iterate({
    enter: (reference) => {
      if (reference.name !== 'Comment') return;
      if (hasMark(source.text.slice(reference.from, reference.to))) found.push(reference.node);
    },
  });
  return found;
}
