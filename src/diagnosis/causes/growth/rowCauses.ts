import { COMMANDS } from '../../../contributions.ts';
import { formatDuration, formatNumber, formatPercent } from '../../../common/format.ts';
import { isKnown } from '../../../common/measured.ts';
import { entriesText } from '../../../monitoring/metrics/saves.ts';
import { fromDetail } from '../../../monitoring/metrics/read.ts';
import { likeliestWriter } from '../../../monitoring/saves/suspects.ts';
import { cause, type Cause, type Remedy } from '../../cause.ts';
import type { Exhibit } from '../../exhibit.ts';
import { figure, openingCode, outOf, ruledOut, settingExhibit, fraction, unseen } from '../judgements.ts';
import { whoComesBack } from './whoComesBack.ts';

/** Rows that need not be there. */

/** Fewer new sessions say nothing. */
const FEW = 20;
/** Of the new sessions, those of nobody who comes back. */
const MANY = 0.5;

/**
 * Sessions for clients that keep no cookie. Share: of the sessions that were new in the last hour and could have been saved again
 * since, those without a user that were not.
 */
const robots = cause({
  id: 'robot-rows',
  title: 'Robots and health checks get rows of their own',
  symptoms: ['growth', 'load'],
  needs: ['snapshot', 'writers'],
  judge: ({ snapshot: { value: snapshot }, writers: { value: code } }) => {
    const saves = fromDetail(snapshot, 'saves');
    if (!isKnown(saves)) return unseen(saves.reason, saves.next);
    const { newcomers } = saves.value;
    const { sessions, anonymous, inserted, settled, savedAgain, contents } = newcomers;
    if (Math.min(settled, inserted) < FEW) {
      return sessions < FEW && inserted < FEW
        ? ruledOut(`Only ${formatNumber(Math.max(sessions, inserted))} new sessions were seen.`)
        : unseen(
            'Too few of the new sessions are old enough to have been saved again.',
            'It is known ten minutes later.',
          );
    }
    const returns = outOf(savedAgain, settled, 'new sessions were saved again');
    // Each of those that are anonymous is as likely to be among those that were not saved again.
    const notAgain = fraction(settled - savedAgain, settled);
    const share = notAgain * fraction(anonymous, sessions);
    if (share < MANY) return ruledOut(`${returns}, and ${outOf(anonymous, sessions, 'have no user')}.`);
    const suspect = likeliestWriter(saves.value, code);
    const [place] = suspect?.places ?? [];
    const [most] = contents;
    const remedies: Remedy[] = [
      {
        title: 'Make no session for who needs none',
        text: 'Let the code that sets the entry ask first: "if not request.session.is_empty()", or "if request.user.is_authenticated". Leave health checks out.',
        ...openingCode(place),
      },
      { title: 'Clear expired sessions', command: COMMANDS.clearExpired },
    ];
    return {
      verdict: 'found',
      share,
      confidence: place === undefined && suspect?.setting === undefined ? 'likely' : 'certain',
      sentence:
        `${formatNumber(inserted)} rows were inserted, and only ${returns}: ` +
        `${formatPercent(share)} of the new sessions are of clients that keep no cookie.`,
      exhibits: [
        figure(`${formatNumber(inserted)} rows were inserted in ${formatDuration(saves.value.seconds)}.`),
        ...(most === undefined
          ? []
          : [figure(`${outOf(most.sessions, sessions, 'of them hold')} ${entriesText(most.entries)}.`)]),
        ...(suspect?.places ?? []).slice(0, 3).map(({ file, from, to, write }): Exhibit => ({
          kind: 'code',
          text:
            write === undefined ? (suspect?.setting ?? 'The setting') : `${suspect?.entry ?? 'An entry'} is set here.`,
          place: { file, from, to },
        })),
      ],
      remedies,
    };
  },
});

/** A smaller part is no reason to make sessions shorter. */
const MOST_IDLE = 0.3;

/**
 * Sessions that are kept far longer than anybody stays away. Share: of all rows, those that were saved longer ago than after which
 * visitors still come back, by the sample of random pages. See whoComesBack for how that is told.
 */
const longAge = cause({
  id: 'cookie-age-long',
  title: 'Sessions are kept far longer than visitors come back',
  symptoms: ['growth'],
  needs: ['visits', 'visitSettings'],
  judge: ({ visits: { value: visits }, visitSettings: { value: settings } }) => {
    const { lifetime, idle } = visits;
    if (lifetime === undefined) return unseen('No session tells when it was saved: Django has written that since 3.1.');
    const found = whoComesBack(idle, lifetime);
    if ('unseen' in found) return unseen(found.unseen, 'Look again when there are more of them.');
    if ('throughout' in found) return ruledOut(found.throughout);
    const { after, rows, come } = found;
    const share = fraction(rows, idle.length);
    const said = `${outOf(rows, idle.length, 'sessions')} were last saved more than ${formatDuration(after)} ago`;
    if (share < MOST_IDLE) return ruledOut(`Only ${said}.`);
    return {
      verdict: 'found',
      share,
      confidence: 'likely',
      sentence: `Sessions live ${formatDuration(lifetime)}, and who has been away for ${formatDuration(after)} hardly comes back (${formatPercent(come)}). ${said}.`,
      exhibits: [
        figure(`${said}, of ${formatDuration(lifetime)} that they live.`),
        settingExhibit('SESSION_COOKIE_AGE', settings.SESSION_COOKIE_AGE),
      ],
      remedies: [
        {
          title: 'Shorten SESSION_COOKIE_AGE',
          text: `Twice ${formatDuration(after)} would keep everybody who comes back. Sessions that are there keep their date until they are saved.`,
          ...openingCode(settings.SESSION_COOKIE_AGE.place),
        },
      ],
    };
  },
});

export const ROW_CAUSES: readonly Cause[] = [robots, longAge];
