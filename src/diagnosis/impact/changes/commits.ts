import type { Annotation } from '../../../history/ranges/annotations.ts';

/** A commit that touched what sessions hang on. */
export interface SessionCommit {
  readonly hash: string;
  /** When it was committed; it may have been deployed later. */
  readonly at: Date;
  /** First line of its message, as others wrote it. */
  readonly subject: string;
  /** Names of the files that it touched, of those that count. */
  readonly files: readonly string[];
}

const HASH_LENGTH = 7;
const MOST_SUBJECT = 100;
const MOST_FILES = 3;

export function shortHash(hash: string): string {
  return hash.slice(0, HASH_LENGTH);
}

/** The first line of a message without what can't be seen or turns the text around, and no longer than a line. */
export function subjectOf(message: string): string {
  const [first = ''] = message.trimStart().split(/[\r\n]/, 1);
  const seen = first
    .slice(0, 4 * MOST_SUBJECT)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return seen.length > MOST_SUBJECT ? `${seen.slice(0, MOST_SUBJECT - 1)}…` : seen;
}

/** As a mark of the dashboard. `data` names it, whatever becomes of the list of files. */
export function commitAnnotation({ hash, at, subject, files }: SessionCommit): Annotation {
  const named = files.slice(0, MOST_FILES).join(', ');
  const others = files.length > MOST_FILES ? ` and ${files.length - MOST_FILES} more` : '';
  return { kind: 'commit', at, text: `Commit ${shortHash(hash)} of ${named}${others}: “${subject}”`, data: { hash } };
}

/** The hash that each line of `git blame` begins with, cut off or marked as it may be; all zeros: not committed yet. */
const BLAMED = /^\^?([0-9a-f]{7,64})\b/;
const NONE = /^0+$/;

/** By which commit each line of a file was changed last, by their order. undefined: not committed yet, or not known. */
export function blamedCommits(blame: string): readonly (string | undefined)[] {
  return blame.split('\n').map((line) => {
    const hash = BLAMED.exec(line)?.[1];
    return hash === undefined || NONE.test(hash) ? undefined : hash;
  });
}

/** Files beside the settings whose commits count: what is installed, and how it is run. */
export const NAMES_DEPLOYMENT =
  /^(?:[\w.-]*requirements[\w.-]*\.(?:txt|in)|pyproject\.toml|Pipfile(?:\.lock)?|poetry\.lock|uv\.lock|setup\.(?:cfg|py)|environment\.ya?ml|[\w.-]*compose[\w.-]*\.ya?ml)$/;
