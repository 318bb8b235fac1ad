import type { SaveEvidence } from '../../../postgres/table/saveEvidence.ts';
import { simulateInterval, type SimulatedSaves } from './simulateInterval.ts';

export interface OtherInterval {
  readonly seconds: number;
  /** undefined: it was not observed for long enough. */
  readonly simulated?: SimulatedSaves;
}

export interface OtherIntervals {
  /** The interval that was in force, seconds; undefined: nothing throttles. */
  readonly present: number | undefined;
  readonly others: readonly OtherInterval[];
}

/** Intervals that are simulated besides one that is asked for, seconds. */
const USUAL = [300, 600, 900, 1800, 3600];
/** Sessions are looked at so often, seconds: of saves that are closer together the last one is seen. */
const LOOK_SECONDS = 60;

/** @param present the throttle's interval in seconds; undefined: nothing throttles */
export function otherIntervals(
  times: NonNullable<SaveEvidence['times']>,
  present: number | undefined,
  asked: number,
): OtherIntervals {
  const sessions = times.map(([first = 0, ...gaps]) => {
    const all = [first];
    for (const gap of gaps) all.push((all.at(-1) ?? 0) + gap);
    return all;
  });
  const seconds = [...new Set([...USUAL, asked])].filter((one) => one !== present).sort((a, b) => a - b);
  return {
    present,
    others: seconds.map((one): OtherInterval => {
      const simulated = simulateInterval(sessions, Math.max(present ?? 0, LOOK_SECONDS), one);
      return simulated === undefined ? { seconds: one } : { seconds: one, simulated };
    }),
  };
}
