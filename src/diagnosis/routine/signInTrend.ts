import { formatNumber, formatPercent } from '../../common/format.ts';
import { look, succeeds, told, type CheckPart } from './checkVerdict.ts';
import { daysLater, startOfDay } from './period.ts';
import type { SignInDay } from './signIns.ts';

/** What the counts are worth: to stand beside them wherever they are shown. */
export const SIGN_IN_CAVEATS: readonly string[] = [
  'Estimated: sign-ins are the new sessions × the share of those seen lately that hold a user, since each sign-in makes a session with a new key.',
  'Sign-outs are a range: a sign-in deletes the session that the visitor had before, and the table does not tell such deletions from those of sign-outs. What cleanups delete is taken out.',
  'Not to be told: what happened while nobody watched, visitors whose sessions only expire, and who it was. Code that makes sessions for users by itself counts as sign-ins.',
];

const WEEK = 7;
/** Of a week, that its rate stands for the week. */
const LEAST_WATCHED_WEEK = 0.2;
/** Half as many again, or half as many. */
const MORE = 1.5;
const FEWER = 0.5;
/** Of fewer sign-ins any share is chance. */
const LEAST_SIGN_INS = 20;

/** The last seven whole days against the seven before. */
export function signInTrend(days: readonly SignInDay[], now: Date): CheckPart[] {
  const today = startOfDay(now);
  const week = (back: number): readonly SignInDay[] =>
    days.filter(({ at }) => at >= daysLater(today, -back * WEEK) && at < daysLater(today, (1 - back) * WEEK));
  const [last, before] = [sumOf(week(1)), sumOf(week(2))];
  return [trend(last, before), byDay(days), ...SIGN_IN_CAVEATS.map(told)];
}

interface Sum {
  /** 0 to 1, of the week. */
  readonly watched: number;
  /** undefined: not known. */
  readonly signIns: number | undefined;
}

function sumOf(days: readonly SignInDay[]): Sum {
  const known = days.filter(({ signIns }) => signIns !== undefined);
  const sum = (of: (day: SignInDay) => number): number => known.reduce((all, day) => all + of(day), 0);
  return {
    watched: sum(({ watched }) => watched) / WEEK,
    signIns: known.length === 0 ? undefined : sum(({ signIns }) => signIns ?? 0),
  };
}

function trend(last: Sum, before: Sum): CheckPart {
  if (last.signIns === undefined)
    return look(
      'Sign-ins of the last 7 days are not known: no new session was seen, or what new sessions hold can’t be read.',
    );
  const text = `About ${formatNumber(Math.round(last.signIns))} sign-ins were seen in the last 7 days, ${formatPercent(last.watched)} of which was watched`;
  if (last.watched < LEAST_WATCHED_WEEK) return look(`${text}: too little to tell a trend.`);
  if (before.signIns === undefined || before.watched < LEAST_WATCHED_WEEK)
    return look(`${text}; the 7 days before were watched too little to compare with.`);
  const rates = [last, before].map(({ signIns = 0, watched }) => signIns / (WEEK * watched));
  const [now = 0, then = 0] = rates;
  const compared = `${text}: ${formatNumber(now)} for each day watched, ${formatNumber(then)} in the 7 days before.`;
  const isMuch = Math.max(last.signIns, before.signIns) >= LEAST_SIGN_INS && (now > then * MORE || now < then * FEWER);
  return isMuch ? look(compared) : succeeds(compared);
}

/** As many as fit into a sentence. */
const SHOWN_DAYS = 7;

function byDay(days: readonly SignInDay[]): CheckPart {
  const shown = days.filter(({ watched }) => watched > 0).slice(-SHOWN_DAYS);
  if (shown.length === 0) return told('No day was watched.');
  const texts = shown.map((day) => `${dayText(day.at)} ${signInsText(day)} in, ${signOutsText(day)} out`);
  return told(`By day, as far as it was watched: ${texts.join('; ')}.`);
}

/** "21 Nov" */
export function dayText(at: Date): string {
  return at.toLocaleDateString('en', { day: 'numeric', month: 'short' });
}

export function signInsText({ signIns }: SignInDay): string {
  return signIns === undefined ? 'unknown' : `≈ ${formatNumber(Math.round(signIns))}`;
}

/** "12 to 40", "≈ 40" */
export function signOutsText({ signOuts: { least, most } }: SignInDay): string {
  const [from, to] = [Math.round(least), Math.round(most)];
  return from === to ? `≈ ${formatNumber(to)}` : `${formatNumber(from)} to ${formatNumber(to)}`;
}
