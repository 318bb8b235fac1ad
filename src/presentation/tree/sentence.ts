import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { fewFigures } from '../databases/fewFigures.ts';
import { operationWords, type Operations } from '../operations/operationRows.ts';

/**
 * The sessions in one sentence: "Healthy: 133K active, throttle on, 250 saves/min", "Watch out: expired sessions pile up; 133K active, …".
 * Figures are short, so that the sentence rests while they move a little. Healthy is what every rule has judged to be so.
 */
export function sessionsSentence(
  snapshot: Snapshot,
  alerts: readonly AlertState[],
  operations: Operations,
  locale: string,
): string {
  const judged = alerts.filter(({ applies }) => applies);
  const firing = judged.filter(({ counts }) => counts);
  const [active, ...rates] = fewFigures(snapshot, locale);
  const figures = [active, ...operationWords(operations), ...rates].filter((part) => part !== undefined).join(', ');
  if (firing.length === 0) return `${verdictOf(judged)}: ${figures}`;
  const word = firing.some(({ rule }) => rule.severity === 'critical') ? 'Act now' : 'Watch out';
  const names = firing.map(({ rule }) => rule.title.charAt(0).toLowerCase() + rule.title.slice(1)).join(', ');
  return `${word}: ${names}; ${figures}`;
}

/** Of alerts none of which is to be told. */
function verdictOf(judged: readonly AlertState[]): string {
  const has = (status: AlertState['status']): boolean => judged.some((alert) => alert.status === status);
  if (has('firing')) return 'Alerts are silenced';
  if (has('pending')) return 'Something may be wrong';
  // What can't be judged yet is not known to be well.
  return has('unknown') ? 'Healthy so far' : 'Healthy';
}
