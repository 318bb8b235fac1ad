import { formatNumber } from '../../../common/format.ts';
import type { Known } from '../../../common/measured.ts';
import type { Visits } from '../../../postgres/visits/visits.ts';
import { cause, type Cause, type CauseJudgement } from '../../cause.ts';
import type { EvidenceName } from '../../evidence/evidence.ts';
import { figure, fraction, isJudgement, openingCode, outOf, ruledOut, settingExhibit, unseen } from '../judgements.ts';
import { COOKIE_ROWS, type CookieRow, type Fault } from './cookieFaults.ts';

/**
 * Cookies that don't come back. Who loses the cookie and signs in again leaves the row of the session before behind, so that users
 * have several. Share: of the sessions with a user among those that expire last, those whose user has a later one. What loses the
 * cookie is read from the settings: a finding is likely at most, and there is none where users keep their sessions.
 */

/** Fewer sessions say nothing. */
const FEW = 6;
/** Two devices make half of them; three are rare. */
const MANY = 0.6;

function ofRow({ id, title, settings: names, needs = [], fault, remedy, text }: CookieRow): Cause {
  return cause<EvidenceName>({
    id,
    title,
    symptoms: ['loggedOut'],
    needs: ['visits', 'visitSettings', ...needs],
    judge: ({ visits, visitSettings, ...evidence }) => {
      const settings = visitSettings.value;
      const unclear = names.find((name) => settings[name].why !== undefined);
      if (unclear !== undefined) return unseen(`${unclear} is not known: ${settings[unclear].why ?? ''}.`);
      const found = fault({
        settings,
        logs: needs.includes('logs') ? evidence.logs.value : undefined,
        neighbours: needs.includes('neighbours') ? evidence.neighbours.value : [],
      });
      if (found === undefined)
        return ruledOut(`${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} no reason.`);
      if (isJudgement(found)) return found;
      return withLosses(found, visits, {
        exhibits: names.map((name) => settingExhibit(name, settings[name])),
        remedies: [{ title: remedy, text, ...openingCode(settings[names[0]].place) }],
      });
    },
  });
}

type Rest = Pick<Extract<CauseJudgement, { verdict: 'found' }>, 'exhibits' | 'remedies'>;

/** The settings are no reason as long as users keep their sessions. */
function withLosses(
  { sentence, confidence, exhibits = [] }: Fault,
  { value: { current } }: Known<Visits>,
  rest: Rest,
): CauseJudgement {
  const { signedIn, users, replaced } = current;
  if (signedIn < FEW) {
    return unseen(
      `${sentence} Whether sessions are lost by it, only ${formatNumber(signedIn)} with a user can’t tell.`,
    );
  }
  const share = fraction(replaced, signedIn);
  const said = `${formatNumber(users)} users have ${formatNumber(signedIn)} sessions`;
  if (share < MANY) return ruledOut(`${sentence} But ${said}: they keep them.`);
  return {
    verdict: 'found',
    share,
    confidence,
    sentence: `${sentence} ${said}: ${outOf(replaced, signedIn, 'were left behind')}.`,
    exhibits: [...rest.exhibits, ...exhibits, figure(`${said}, of those that expire last.`)],
    remedies: rest.remedies,
  };
}

export const COOKIE_CAUSES: readonly Cause[] = COOKIE_ROWS.map(ofRow);
