import { formatDuration } from '../../common/format.ts';

const MINUTE = 60;

/**
 * How long ago, in whole minutes at the finest: "< 1 min", "4 min", "3 h". For rows with buttons: VS Code draws a row anew when
 * its text changes, and drops the press on a button that is under way just then, so their text has to rest.
 */
export function rowAge(since: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - since.getTime()) / 1000 / MINUTE);
  if (minutes < 1) return '< 1 min';
  return minutes === 1 ? '1 min' : formatDuration(minutes * MINUTE);
}
