import { formatDuration } from '../../common/format.ts';
import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import { signatureTime, timeOfSignature } from '../sample/signatureTime.ts';

/**
 * The clock of the application's servers, by what they wrote: Django signs each session with the time of its save in whole seconds
 * (since 3.1). What has expired goes by the database's clock. Where the application's is behind it, sessions are deleted
 * that the application still takes for valid.
 */

/** Column of a subselect over the session table: the time of the save of a session that has not expired, as its signature has it. */
export const STAMP = `CASE WHEN expire_date >= now() AND pg_column_size(session_data) <= 2048 THEN split_part(session_data, ':', 2) COLLATE "C" END AS stamp`;

/** The newest of those that are not in the far future: column over a subselect with STAMP. Such texts compare like their times. */
export const newestStamp = (beforeParameter: string): string =>
  `max(stamp) FILTER (WHERE length(stamp) = 6 AND stamp < ${beforeParameter}::text COLLATE "C")`;

/** For `beforeParameter`: clocks that are further apart are not what this is about. @param serverMs the server's clock */
export function farFuture(serverMs: number): string {
  return signatureTime(serverMs + 86_400_000);
}

/** Clocks that differ by so many seconds are worth a word. */
export const WORTH_SECONDS = 5;
/** Between two saves there is hardly ever ten times their mean distance (e^-10, where they are independent). */
const TIMES_MEAN = 10;

/**
 * Seconds by which the application's clock is behind the database's; negative: ahead by at least that. A newest save that is old says
 * nothing by itself: perhaps nobody has saved since. Only where saves are known to come is the clock behind.
 *
 * @param newest what newestStamp gave @param serverMs the server's clock, just then @param savesPerMinute as the monitor measured them
 */
export function clockBehind(newest: string | null, serverMs: number, savesPerMinute: number | undefined): Measured {
  if (newest === null)
    return unknown('No session tells when it was saved, so that the application’s clock is not known.');
  const at = new Date();
  // The signature leaves out the fraction of the second.
  const age = (serverMs - timeOfSignature(newest)) / 1000;
  if (age < 0) return { how: 'atLeast', value: age, at, note: 'the newest save lies in the future' };
  if (age <= WORTH_SECONDS) return { how: 'estimated', value: 0, plusMinus: age, at, note: 'by the newest save' };
  const apart = savesPerMinute === undefined || savesPerMinute <= 0 ? Infinity : (TIMES_MEAN * 60) / savesPerMinute;
  if (age <= WORTH_SECONDS + apart) {
    return unknown(
      `The newest save is ${formatDuration(age)} old by the application’s clock, and perhaps nobody has saved since.`,
      'Look again while people use the site.',
    );
  }
  return { how: 'estimated', value: age, plusMinus: apart, at, note: 'by the newest save, while sessions are saved' };
}

/** Seconds for which expired sessions have to stay so that none goes that the application takes for valid; 0: none is needed. */
export function graceFor(behind: Measured): number {
  if (!isKnown(behind) || behind.value <= WORTH_SECONDS) return 0;
  return Math.ceil(behind.value) + WORTH_SECONDS;
}
