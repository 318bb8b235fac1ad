import type { AlertState } from '../../monitoring/alerts/alertTypes.ts';
import { SYMPTOMS, type Symptom } from '../../diagnosis/symptom.ts';
import { symptomOf } from '../../presentation/rows/suggestions.ts';
import { showQuickPick } from '../common/messages.ts';

const LOOKS_FOR: Readonly<Record<Symptom, string>> = {
  load: 'Throttle, other writers, indexes, dead rows, checkpoints, other statements, locks',
  growth: 'Cleanup, cookie age, robots and health checks, bloat, the interval',
  loggedOut: 'Keys, serializer, cookies, sliding expiry, what was deleted, races, errors in the log',
  connections: 'Who holds them, idle transactions, CONN_MAX_AGE and workers, pools, locks',
};

/** Which symptom is to be explained; those of alerts that fire come first. undefined: it was given up. */
export async function askSymptom(
  alerts: readonly AlertState[],
): Promise<{ readonly symptom: Symptom | undefined } | undefined> {
  const firing = new Map<string, string>();
  for (const { rule, status } of alerts) {
    const symptom = status === 'firing' ? symptomOf(rule.id) : undefined;
    if (symptom !== undefined && !firing.has(symptom)) firing.set(symptom, rule.title);
  }
  const items = (Object.keys(SYMPTOMS) as Symptom[]).map((symptom) => {
    const alert = firing.get(symptom);
    const description = alert === undefined ? {} : { description: `alert: ${alert}` };
    return { label: SYMPTOMS[symptom], detail: LOOKS_FOR[symptom], symptom, ...description };
  });
  const first = items.toSorted((a, b) => Number(firing.has(b.symptom)) - Number(firing.has(a.symptom)));
  const all = { label: 'Find out', detail: 'Looks for every cause that is known', symptom: undefined };
  const options = { title: 'Diagnose', placeHolder: 'What is wrong?', matchOnDetail: true };
  return await showQuickPick<(typeof items)[number] | typeof all>([...first, all], options);
}
