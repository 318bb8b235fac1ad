import { formatAge } from '../../common/format.ts';

/** How long ago figures were read, behind the word "read": "12 s ago", "just now". */
export function readAge(at: Date, now: Date): string {
  const age = formatAge(at, now);
  return age === 'now' ? 'just now' : age;
}
