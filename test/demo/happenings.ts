import type { Annotation } from '../../src/history/ranges/annotations.ts';
import { ALERT_RULES } from '../../src/monitoring/alerts/alerts.ts';
import { clearedAt, DAY_MS } from './cleanupNights.ts';
import { OFF_DAYS, THROTTLED_DAYS, type Present } from './year.ts';

const MADE_UP = 'Made up by the demo';
const PILES_UP = 'expired-sessions';

/** What happened in the year that never was, as marks over its charts; the last says that it never was. */
export function happenings(now: number, { expired }: Present): readonly Annotation[] {
  const ago = (days: number): Date => new Date(now - days * DAY_MS);
  const rule = ALERT_RULES.find(({ id }) => id === PILES_UP);
  if (rule === undefined) throw new Error(`There is no alert rule ${PILES_UP}.`);
  const over = (rule.threshold.default / expired) * (now - clearedAt(now));
  return [
    {
      kind: 'commit',
      at: ago(THROTTLED_DAYS),
      text: `${MADE_UP}: commit 3f2a9c1 “Save a session every 5 minutes at most”, picks/settings.py`,
    },
    { kind: 'rollback', at: ago(OFF_DAYS.from), text: `${MADE_UP}: quick rollback, the throttle was switched off` },
    { kind: 'restore', at: ago(OFF_DAYS.to), text: `${MADE_UP}: the throttle was switched on again` },
    {
      kind: 'alertFiring',
      at: new Date(clearedAt(now) + over),
      text: `${MADE_UP}: ${rule.title}, the cleanup fails since this night`,
    },
    {
      kind: 'restart',
      at: new Date(now),
      text: 'The demo was started. All curves and marks before this moment are made up; what comes after it is read from a real database.',
    },
  ];
}
