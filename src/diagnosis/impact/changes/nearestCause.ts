import type { Annotation, AnnotationKind } from '../../../history/ranges/annotations.ts';

/** What can change how often sessions are saved. */
const CAUSES: ReadonlySet<AnnotationKind> = new Set([
  'commit',
  'rollback',
  'restore',
  'restart',
  'cleanup',
  'benchmark',
  'backend',
]);

/** A change is found to the minute, and rates are of the last one: what came so much later may still be the reason. */
const SLACK_MS = 2 * 60_000;
/** What is longer ago is named no more. */
const LONGEST_MS = 24 * 3600 * 1000;

/** What happened last before a change; that does not make it the reason. undefined: nothing that is known of in a day. */
export function nearestCause(at: number, annotations: readonly Annotation[]): Annotation | undefined {
  const near = annotations.filter((one) => {
    const since = at - one.at.getTime();
    return CAUSES.has(one.kind) && since >= -SLACK_MS && since <= LONGEST_MS;
  });
  return near.reduce<Annotation | undefined>(
    (last, one) => (last === undefined || one.at > last.at ? one : last),
    undefined,
  );
}
