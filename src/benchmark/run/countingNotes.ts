import { isKnown } from '../../common/measured.ts';
import type { CounterReading } from './counters.ts';

/** Null: unknown. */
export function savesPerSecond(before: CounterReading, after: CounterReading): number | null {
  const saves = after.metrics.counters.updated - before.metrics.counters.updated;
  const seconds = (after.metrics.at.getTime() - before.metrics.at.getTime()) / 1000;
  return saves >= 0 && seconds > 0 && !after.metrics.server.inRecovery ? saves / seconds : null;
}

/** Sentences on what keeps the counts from being those of the run alone. */
export function countingNotes(
  { metrics, statements, complete }: CounterReading,
  others: number | null,
): readonly string[] {
  return [
    ...(metrics.server.inRecovery
      ? [
          'This is a standby, which counts no writes of its own: what was saved is not known. Run it connected to the primary.',
        ]
      : []),
    ...(isKnown(statements)
      ? []
      : [`Statements were not counted: ${statements.reason} ${statements.next ?? ''}`.trim()]),
    ...(others !== null && others > 0
      ? [
          `Others saved ${others.toFixed(1)} sessions a second before the run; what they did meanwhile is part of the counts.`,
        ]
      : []),
    ...(complete
      ? []
      : [
          'Other connections work in this database all the time: what they had counted and not told yet may be missing or too much in a round.',
        ]),
  ];
}
