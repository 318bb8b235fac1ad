import { formatDuration } from '../../../common/format.ts';
import type { Known } from '../../../common/measured.ts';
import { COMMANDS } from '../../../contributions.ts';
import type { ThrottleState } from '../../../django/throttle/throttleState.ts';
import type { Visits } from '../../../postgres/visits/visits.ts';
import { cause, type Cause, type CauseJudgement } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { figure, fraction, isJudgement, openingCode, outOf, ruledOut, settingExhibit, unseen } from '../judgements.ts';

/**
 * Sessions that expire while they are in use. Share: of the sessions with a user that expired last and are still there, those whose
 * user signed in again soon after: within an hour, or half of the session's lifetime.
 */

const FEW = 3;
const MANY = 0.3;

interface Ended {
  readonly share: number;
  readonly said: string;
  readonly exhibit: Exhibit;
}

function endedOf({ value: { ended, lifetime } }: Known<Visits>): Ended | CauseJudgement {
  const { signedIn, cameBack } = ended;
  if (signedIn < FEW) {
    return unseen(
      'Too few expired sessions of users are in the table to tell whether they came back.',
      'Look again shortly before the next cleanup.',
    );
  }
  const said = `${outOf(cameBack, signedIn, 'expired sessions')} are of users who signed in again soon after`;
  const share = fraction(cameBack, signedIn);
  if (share < MANY || cameBack < FEW) return ruledOut(`Only ${said}.`);
  const live = lifetime === undefined ? '' : `; sessions live ${formatDuration(lifetime)}`;
  return { share, said, exhibit: figure(`${said}${live}.`) };
}

/** Whether visits make sessions last longer. 'off': a throttle did that, and is off. */
function sliding({ throttle, savers = [], likely = [] }: ThrottleState): 'yes' | 'off' | 'no' | 'unknown' {
  if (throttle.state === 'on' || throttle.saveEveryRequest?.value === true) return 'yes';
  if (throttle.state === 'unknown' || throttle.saveEveryRequest?.why !== undefined) return 'unknown';
  if (savers.length > 0 || likely.length > 0) return 'yes';
  return throttle.state === 'off' ? 'off' : 'no';
}

const rolledBack = cause({
  id: 'sliding-ended',
  title: 'Visits no longer make sessions last longer since the throttle is off',
  symptoms: ['loggedOut'],
  needs: ['throttle', 'visits'],
  judge: ({ throttle: { value: state }, visits }) => {
    const how = sliding(state);
    if (how === 'unknown') return unseen(state.throttle.why ?? 'Whether visits save sessions is not known.');
    if (how === 'yes') return ruledOut('Sessions are saved as they are used.');
    if (how === 'no') return ruledOut('There is no throttle that was switched off.');
    const ended = endedOf(visits);
    if (isJudgement(ended)) return ended;
    const { share, said, exhibit } = ended;
    const { place, path } = state.throttle;
    return {
      verdict: 'found',
      share,
      confidence: 'certain',
      sentence: `The throttle is off and SESSION_SAVE_EVERY_REQUEST is not True, so that sessions end SESSION_COOKIE_AGE after they were last changed, which is mostly the sign-in: ${said}.`,
      exhibits: [
        ...(place === undefined
          ? []
          : [{ kind: 'code', text: `${path ?? 'The throttle'} is off here.`, place } as const]),
        exhibit,
      ],
      remedies: [
        { title: 'Restore the throttle', command: COMMANDS.restoreThrottle },
        { title: 'Save at every request', command: COMMANDS.fullRollback },
      ],
    };
  },
});

const shortAge = cause({
  id: 'cookie-age-short',
  title: 'SESSION_COOKIE_AGE is shorter than visits are apart',
  symptoms: ['loggedOut'],
  needs: ['throttle', 'visits', 'visitSettings'],
  judge: ({ throttle: { value: state }, visits, visitSettings: { value: settings } }) => {
    const how = sliding(state);
    if (how === 'off') return ruledOut('Visits make sessions last no longer: it is not the age.');
    const ended = endedOf(visits);
    if (isJudgement(ended)) return ended;
    const { share, said, exhibit } = ended;
    const { SESSION_COOKIE_AGE: age } = settings;
    const { lifetime } = visits.value;
    const since = how === 'yes' ? 'the last visit' : 'they were last changed, which is mostly the sign-in';
    return {
      verdict: 'found',
      share,
      confidence: typeof age.value === 'number' && isAbout(age.value, lifetime) ? 'certain' : 'likely',
      sentence: `Sessions end ${lifetime === undefined ? 'SESSION_COOKIE_AGE' : formatDuration(lifetime)} after ${since}: ${said}.`,
      exhibits: [settingExhibit('SESSION_COOKIE_AGE', age), exhibit],
      remedies: [
        { title: 'Lengthen SESSION_COOKIE_AGE', ...openingCode(age.place) },
        ...(how === 'yes' ? [] : [SLIDE]),
      ],
    };
  },
});

const SLIDE = {
  title: 'Let visits make sessions last longer',
  text: 'By a throttle that saves them now and then, or by SESSION_SAVE_EVERY_REQUEST = True.',
};

function isAbout(seconds: number, other: number | undefined): boolean {
  return other !== undefined && Math.abs(seconds - other) <= 0.05 * seconds;
}

export const EXPIRY_CAUSES: readonly Cause[] = [rolledBack, shortAge];
