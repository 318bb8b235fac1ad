import { formatNumber } from '../../../common/format.ts';
import { COMMANDS } from '../../../contributions.ts';
import { cause, type Cause } from '../../cause.ts';
import type { LogEvidence, SignLines } from '../../evidence/logSigns.ts';
import { fraction, logExhibits, openingCode, ruledOut } from '../judgements.ts';

/**
 * What the application's logs say. Share: of the lines of the logs that tell of a session that was lost (lost while a page was made, not to
 * be opened, or an error of the throttle), those that tell of this.
 */

function lostLines({ signs: { race, corrupted }, throttleErrors }: LogEvidence): number {
  return race.count + corrupted.count + throttleErrors.count;
}

function readFrom({ logs, lines }: LogEvidence): string {
  const unread = logs.filter(({ problem }) => problem !== undefined).length;
  const rest = unread === 0 ? '' : `; ${formatNumber(unread)} of the logs could not be read`;
  return `in the last ${formatNumber(lines)} lines of ${formatNumber(logs.length - unread)} logs${rest}`;
}

interface LogRow {
  readonly id: string;
  readonly title: string;
  readonly lines: (logs: LogEvidence) => SignLines;
  readonly said: string;
  readonly remedy: string;
  readonly text: string;
  /** It is the throttle that is to be looked at. */
  readonly ofThrottle: boolean;
}

const ROWS: readonly LogRow[] = [
  {
    id: 'session-races',
    title: 'Sessions are deleted while pages are being made',
    lines: ({ signs }) => signs.race,
    said: 'requests found their session deleted when it was to be saved',
    remedy: 'Look for what deletes sessions during requests',
    text: 'A sign-out in another tab is harmless. Many come from code that calls flush(), cycle_key() or login() in requests that a page makes at the same time, or from a cleanup that deletes more than what has expired.',
    ofThrottle: false,
  },
  {
    id: 'throttle-errors',
    title: 'The throttle raises errors',
    lines: ({ throttleErrors }) => throttleErrors,
    said: 'errors were raised in the throttle or name it',
    remedy: 'Mend the throttle',
    text: 'Until then, disable it; mind that sessions then end SESSION_COOKIE_AGE after the sign-in unless SESSION_SAVE_EVERY_REQUEST is True.',
    ofThrottle: true,
  },
];

function ofRow({ id, title, lines, said, remedy, text, ofThrottle }: LogRow): Cause {
  return cause({
    id,
    title,
    symptoms: ['loggedOut'],
    needs: ['logs', 'throttle'],
    judge: ({ logs: { value: logs }, throttle: { value: state } }) => {
      const found = lines(logs);
      if (found.count === 0) return ruledOut(`No such line ${readFrom(logs)}.`);
      return {
        verdict: 'found',
        share: fraction(found.count, lostLines(logs)),
        confidence: found.count > 1 ? 'certain' : 'possible',
        sentence: `${formatNumber(found.count)} ${said}, ${readFrom(logs)}.`,
        exhibits: logExhibits(found),
        remedies: [
          { title: remedy, text, ...(ofThrottle ? openingCode(state.source) : {}) },
          ...(ofThrottle ? [{ title: 'Disable the throttle', command: COMMANDS.disableThrottle }] : []),
        ],
      };
    },
  });
}

export const LOG_CAUSES: readonly Cause[] = ROWS.map(ofRow);
