import { formatDuration, formatNumber, formatPercent } from '../../common/format.ts';
import { isKnown } from '../../common/measured.ts';
import { knownFigures, thresholdOf, watched } from './checkParts.ts';
import { fails, look, succeeds, told, type CheckPart } from './checkVerdict.ts';
import type { CheckEvidence, RoutineCheck } from './routineCheck.ts';
import { signInTrend } from './signInTrend.ts';

export const MONTHLY_CHECKS: readonly RoutineCheck[] = [
  {
    id: 'update-patterns',
    period: 'monthly',
    title: 'Analyze session update patterns',
    short: 'Update patterns',
    what:
      'How often sessions were saved in the last month, how many of the saves are new sessions, and what the saves of the last half hour ' +
      'changed. It fails where half of them changed nothing, and where new sessions are hardly ever saved again.',
    needs: ['writes.saves', 'writes.inserts', 'writes.updates', 'writes.notSavedAgain'],
    judge: (evidence) => [watched(evidence), ...saves(evidence), ...changes(evidence), ...newcomers(evidence)],
  },
  {
    id: 'sign-ins',
    period: 'monthly',
    title: 'Review user login/logout trends',
    short: 'Sign-ins and sign-outs',
    what:
      'Sign-ins and sign-outs of each day, estimated from inserts, deletes and what new sessions hold, without what cleanups delete. It ' +
      'needs a look where a week has half as many again, or half as many, as the week before.',
    needs: ['writes.inserts'],
    days: true,
    judge: (evidence) => signInTrend(evidence.days, evidence.now),
  },
  {
    id: 'throttle-interval',
    period: 'monthly',
    title: 'Assess if throttle interval needs adjustment',
    short: 'Throttle interval',
    what:
      'Saves a minute against the threshold of the alert, saves in an interval for each active session, and the interval against ' +
      'SESSION_COOKIE_AGE. It passes where the throttle is on, holds, and lets few saves through.',
    needs: ['writes.perSession', 'writes.saves', 'writes.throttleInterval'],
    judge: (evidence) => [watched(evidence), throttleOn(evidence), ...interval(evidence)],
  },
];

function saves({ figures }: CheckEvidence): CheckPart[] {
  const all = knownFigures(figures, 'writes.saves');
  const inserts = knownFigures(figures, 'writes.inserts');
  if (all === undefined || inserts === undefined) return [look('How often sessions were saved is not known.')];
  return [
    told(
      `${formatNumber(all.median)} saves a minute in the median, ${formatNumber(all.max)} at most; ` +
        `${formatNumber(inserts.median)} a minute were new sessions in the median.`,
    ),
  ];
}

/** Of the saves, those that changed nothing: some are normal (set_expiry, modified = True), half of them are waste. */
const WASTE = 0.5;
const SOME_WASTE = 0.2;
/** Fewer say nothing. */
const LEAST_SAVES = 20;

function changes({ snapshot, writer }: CheckEvidence): CheckPart[] {
  if (!isKnown(snapshot)) return [look(snapshot.reason)];
  const saved = snapshot.value.detail?.saves;
  if (saved === undefined) return [look('What the saves change has not been read yet.')];
  if (!isKnown(saved)) return [look(`What the saves change is not known. ${saved.reason}`)];
  const { value } = saved;
  if (value.saves < LEAST_SAVES)
    return [
      look(
        `Only ${formatNumber(value.saves)} saves were seen in the last ${formatDuration(value.seconds)}, too few to tell what they change.`,
      ),
    ];
  const nothing = value.changes.find(({ entries }) => entries.length === 0)?.saves ?? 0;
  const share = nothing / value.saves;
  const text = `${formatNumber(nothing)} of the last ${formatNumber(value.saves)} saves that were seen (${formatPercent(share)}) changed nothing.`;
  const [most] = value.changes;
  const outcome = share >= WASTE ? fails : share >= SOME_WASTE ? look : succeeds;
  return [
    outcome(text),
    ...(most === undefined || most.entries.length === 0
      ? []
      : [told(`Most of them, ${formatNumber(most.saves)}, changed ${most.entries.join(' and ')}.`)]),
    ...(writer === undefined ? [] : [told(`The likeliest cause: ${writer}.`)]),
  ];
}

/** Hardly anyone comes back: rows for robots and health checks. */
const LOST = 0.9;
/** A minute in the median; of fewer new sessions nothing follows. */
const MANY_INSERTS = 1;

function newcomers({ figures }: CheckEvidence): CheckPart[] {
  const lost = knownFigures(figures, 'writes.notSavedAgain');
  const inserts = knownFigures(figures, 'writes.inserts');
  const updates = knownFigures(figures, 'writes.updates');
  if (lost === undefined || inserts === undefined || updates === undefined) return [];
  const text = `${formatPercent(lost.median)} of the new sessions were not saved again in their first ten minutes and more.`;
  const areRobots = lost.median >= LOST && inserts.median >= MANY_INSERTS && inserts.median > updates.median;
  return [areRobots ? fails(`${text} Rows are made for robots or health checks.`) : told(text)];
}

function throttleOn({ throttle }: CheckEvidence): CheckPart {
  if (throttle === undefined) return look('Whether the throttle is on is not known: no Django project is open.');
  const { state, why, path } = throttle.throttle;
  const name = path === undefined ? 'The throttle' : `The throttle ${path.split('.').at(-1) ?? path}`;
  if (state === 'on') return succeeds(`${name} is on.`);
  if (state === 'off') return fails(`${name} is off, so that its interval does nothing.`);
  return look(
    state === 'absent'
      ? 'There is no throttling middleware in the settings.'
      : `Whether the throttle is on is not known. ${why ?? ''}`.trim(),
  );
}

function interval(evidence: CheckEvidence): CheckPart[] {
  const { figures, snapshot } = evidence;
  const perSession = knownFigures(figures, 'writes.perSession');
  const all = knownFigures(figures, 'writes.saves');
  const set = knownFigures(figures, 'writes.throttleInterval');
  if (perSession === undefined || all === undefined || set === undefined)
    return [look('How many saves the throttle lets through is not known.')];
  const limit = thresholdOf(evidence, 'saves-per-minute');
  const every = formatDuration(set.last);
  const rate = `${formatNumber(all.median)} saves a minute in the median with an interval of ${every}; the alert fires above ${formatNumber(limit)}.`;
  const held = `${formatNumber(perSession.median)} saves in an interval for each active session, where a throttle that works keeps it at 1 or below.`;
  return [
    all.median > limit ? fails(`${rate} A longer interval would make fewer.`) : succeeds(rate),
    perSession.median > 1 ? fails(held) : succeeds(held),
    ...cookieAge(set.last, isKnown(snapshot) ? snapshot.value : undefined),
  ];
}

/** A session that is saved so late lives only so much longer: an active visitor must not be logged out in between. */
const MOST_OF_AGE = 0.5;

function cookieAge(
  seconds: number,
  snapshot: Extract<CheckEvidence['snapshot'], { value: object }>['value'] | undefined,
): CheckPart[] {
  const age = snapshot?.settings.cookieAgeSeconds ?? snapshot?.detail?.sample.value?.cookieAgeSeconds;
  if (age === undefined || age <= 0)
    return [look('SESSION_COOKIE_AGE is not known, so that the interval can’t be held against it.')];
  const text = `The interval is ${formatPercent(seconds / age)} of SESSION_COOKIE_AGE (${formatDuration(age)})`;
  return [
    seconds > age * MOST_OF_AGE
      ? fails(`${text}: visitors who are active could be logged out between two saves.`)
      : succeeds(`${text}.`),
  ];
}
