import { formatDuration, formatMeasured } from '../../common/format.ts';
import { isAwaited, isKnown } from '../../common/measured.ts';
import type { RowContext } from '../../contributions.ts';
import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import type { Row, RowIcon } from '../rows/row.ts';
import { rowAge } from '../rows/rowAge.ts';
import { suggestionsFor, type Circumstances } from '../rows/suggestions.ts';
import { alertHover } from '../texts/hover.ts';

const FIRING_ICON = {
  critical: { id: 'error', color: 'list.errorForeground' },
  warning: { id: 'warning', color: 'list.warningForeground' },
} as const;

const PENDING_ICON: RowIcon = { id: 'watch', color: 'list.warningForeground' };

/** Alerts come first: firing ones, critical before warning, then what is about to fire, what can't be told, and the rest in one row. */
export function alertsRow(states: readonly AlertState[], now: Date, circumstances: Circumstances = {}): Row {
  const alerts = states.filter((a) => a.applies);
  const firing = alerts.filter((a) => a.status === 'firing').toSorted(bySeverity);
  const pending = alerts.filter((a) => a.status === 'pending');
  const blind = alerts.filter((a) => a.status === 'unknown');
  const fine = alerts.filter((a) => a.status === 'ok');
  const summary = summarise(firing, pending, blind, now);
  const about = {
    label: 'Alerts',
    description: summary,
    icon: overallIcon(firing, pending, blind.length === alerts.length),
    accessible: `Alerts: ${summary}`,
    hover: () => 'Rules that judge every reading. Thresholds are in the settings.',
  };
  const rows = (states: readonly AlertState[]): readonly Row[] => states.map((a) => alertRow(a, now, circumstances));
  const [loudId, quietId] = ALERT_ROWS;
  if (firing.length + pending.length === 0)
    return { ...about, id: quietId, expanded: false, children: rows([...blind, ...fine]) };
  const awaited = blind.filter((alert) => isAwaited(alert.value, now));
  const unknown = blind.filter((alert) => !isAwaited(alert.value, now));
  const others = fine.length === 0 ? rows(awaited) : [quietRow([...awaited, ...fine], awaited.length, now)];
  return { ...about, id: loudId, expanded: true, children: [...rows([...firing, ...pending, ...unknown]), ...others] };
}

/**
 * Ids of the row while something fires or is about to, and while nothing does: two, since it opens by itself when it has something to
 * say, and closed it stays closed as a person has left it.
 */
export const ALERT_ROWS = ['alerts', 'alerts/quiet'] as const;

function bySeverity(a: AlertState, b: AlertState): number {
  const rank = (s: AlertState): number => (s.rule.severity === 'critical' ? 0 : 1);
  return rank(a) - rank(b);
}

function summarise(
  firing: readonly AlertState[],
  pending: readonly AlertState[],
  blind: readonly AlertState[],
  now: Date,
): string {
  const count = (severity: string): number => firing.filter((a) => a.rule.severity === severity).length;
  const parts = [
    [count('critical'), 'critical'],
    [count('warning'), count('warning') === 1 ? 'warning' : 'warnings'],
    [pending.length, 'pending'],
  ] as const;
  const counts = parts.filter(([n]) => n > 0).map(([n, word]) => `${String(n)} ${word}`);
  if (counts.length > 0) return counts.join(', ');
  // "None" would claim more than is known while a rule has nothing to judge.
  if (blind.length === 0) return 'none';
  const word = blind.every((alert) => isAwaited(alert.value, now)) ? 'not known yet' : 'unknown';
  return `none firing, ${String(blind.length)} ${word}`;
}

function overallIcon(firing: readonly AlertState[], pending: readonly AlertState[], allBlind: boolean): RowIcon {
  const worst = firing[0];
  if (worst !== undefined) return FIRING_ICON[worst.rule.severity];
  if (pending.length > 0) return PENDING_ICON;
  return allBlind ? { id: 'question' } : { id: 'pass', color: 'testing.iconPassed' };
}

function alertRow(alert: AlertState, now: Date, circumstances: Circumstances = {}): Row {
  const description = alertDescription(alert, now);
  return {
    id: `alert/${alert.rule.id}`,
    label: alert.rule.title,
    description,
    icon: alertIcon(alert, now),
    context: [...alertContext(alert), ...suggestedContext(alert, circumstances)],
    copy: alert.message,
    accessible: `${alert.rule.title}, ${alert.rule.severity}, ${alert.status}. ${alert.message}`,
    hover: () => alertHover(alert, now),
  };
}

function alertDescription(alert: AlertState, now: Date): string {
  const { unit } = alert.rule.threshold;
  const value = (isKnown(alert.value) ? alert.short : undefined) ?? formatMeasured(alert.value, unit, { now });
  const { since, status } = alert;
  const quiet = alert.acknowledged
    ? 'acknowledged'
    : alert.snoozedUntil !== undefined
      ? `snoozed for ${formatDuration((alert.snoozedUntil.getTime() - now.getTime()) / 1000)}`
      : undefined;
  const lost = alert.unknownSince === undefined ? undefined : 'value unknown now';
  const state =
    since === undefined
      ? undefined
      : status === 'pending'
        ? `pending ${formatDuration(Math.round((now.getTime() - since.getTime()) / 1000))}`
        : status === 'firing'
          ? rowAge(since, now)
          : undefined;
  return [value, state, quiet, lost].filter((part) => part !== undefined).join(' · ');
}

function alertIcon(alert: AlertState, now: Date): RowIcon {
  if (alert.status === 'unknown')
    return { id: isAwaited(alert.value, now) ? 'watch' : 'question', color: 'disabledForeground' };
  if (alert.status === 'pending') return PENDING_ICON;
  if (alert.status === 'ok') return { id: 'pass', color: 'testing.iconPassed' };
  return alert.counts ? FIRING_ICON[alert.rule.severity] : { id: 'bell-slash', color: 'disabledForeground' };
}

function alertContext(alert: AlertState): readonly RowContext[] {
  const context: RowContext[] = ['alert', 'value'];
  if (alert.status !== 'firing') return context;
  if (!alert.acknowledged) context.push('canAcknowledge');
  if (alert.snoozedUntil === undefined) context.push('canSnooze');
  return context;
}

/** What can be done about it from its row. */
function suggestedContext(alert: AlertState, circumstances: Circumstances): readonly RowContext[] {
  if (alert.status !== 'firing') return [];
  return suggestionsFor(alert.rule, circumstances).map(({ context }) => context);
}

function quietRow(quiet: readonly AlertState[], awaited: number, now: Date): Row {
  const fine = quiet.length - awaited;
  return {
    id: 'alerts/fine',
    label: fine === 1 ? '1 other rule is fine' : `${String(fine)} other rules are fine`,
    ...(awaited === 0 ? {} : { description: `${String(awaited)} not known yet` }),
    icon: { id: 'pass', color: 'testing.iconPassed' },
    children: quiet.map((a) => alertRow(a, now)),
  };
}
