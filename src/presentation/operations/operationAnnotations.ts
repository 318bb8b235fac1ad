import { basename } from 'node:path';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { AlertTransition } from '../../monitoring/alerts/alertTypes.ts';
import { ALERT_RULES } from '../../monitoring/alerts/alerts.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import { cleanupDetail, cleanupTitle } from '../texts/recordTexts.ts';
import type { Operations } from './operationRows.ts';
import { rollbackDetail, rollbackTitle } from './rollbackRows.ts';

/** A firing alert that clears or an alert that begins to fire; other transitions are of no interest on a chart. */
export function alertAnnotation({ ruleId, from, to, at, message }: AlertTransition): Annotation | undefined {
  const fires = to === 'firing' && from !== 'firing';
  if (!fires && !(from === 'firing' && to === 'ok')) return undefined;
  const title = ALERT_RULES.find(({ id }) => id === ruleId)?.title ?? ruleId;
  const text = `${title}: ${fires ? message : 'cleared'}`;
  return { kind: fires ? 'alertFiring' : 'alertCleared', at, text, data: { rule: ruleId } };
}

/**
 * What was done to the sessions and to their settings, from the histories that are kept of it. `data` names it, whatever its
 * text says: that changes when more becomes known, such as what came of a rollback.
 */
export function operationAnnotations({
  cleanups,
  rollbacks,
  marks = [],
}: Pick<Operations, 'cleanups' | 'rollbacks' | 'marks'>): readonly Annotation[] {
  return [
    ...marks,
    // One that runs changes all the time: it is a mark when it has ended, or is known to have been interrupted.
    ...cleanups.records.filter(isOver).map((record): Annotation => {
      const at = new Date(record.startedAt);
      const until = new Date(at.getTime() + record.elapsedMs);
      const text = `Cleanup, ${cleanupTitle(record)}: ${cleanupDetail(record)}`;
      return { kind: 'cleanup', at, until, text, data: { kind: record.kind, deleted: record.deleted } };
    }),
    ...rollbacks.flatMap((record): Annotation[] => {
      const text = `${rollbackTitle(record)}: ${rollbackDetail(record, basename)}`;
      const kind = record.action === 'restore' ? 'restore' : 'rollback';
      const { restart } = record;
      const data = { id: record.id };
      const change: Annotation = { kind, at: new Date(record.at), text, data };
      if (restart === undefined) return [change];
      return [change, { kind: 'restart', at: new Date(restart.at), text: 'The application was restarted', data }];
    }),
  ];
}

function isOver({ outcome }: CleanupRecord): boolean {
  return outcome !== 'running';
}
