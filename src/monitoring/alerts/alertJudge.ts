import { isKnown, type Measured } from '../../common/measured.ts';
import type { AlertThreshold } from './alertRule.ts';

/** Where a value stands: over the threshold, under the clearing level, in the band between them, or nothing can be said. */
export type ThresholdVerdict = 'over' | 'between' | 'under' | 'unknown';

/**
 * `clearBelow` is the fraction of the threshold under which a firing alert clears. An estimate is judged by its value:
 * its uncertainty is what the band is for. `atLeast` can prove that a value is over, never that it is under.
 */
export function judge(
  value: Measured,
  threshold: number,
  compare: AlertThreshold['compare'],
  clearBelow: number,
): ThresholdVerdict {
  if (!isKnown(value) || Number.isNaN(value.value)) return 'unknown';
  const reached = compare === 'reached' || value.how === 'atLeast';
  if (reached ? value.value >= threshold : value.value > threshold) return 'over';
  if (value.how === 'atLeast') return 'unknown';
  // With a threshold of 0 nothing is below the fraction of it, so that reaching 0 itself has to clear.
  return value.value < threshold * clearBelow || (threshold === 0 && value.value <= 0) ? 'under' : 'between';
}

/** Adds up how long something has held, evaluation by evaluation. */
export class HoldTimer {
  /** Undefined while it doesn't hold. */
  #seconds: number | undefined;

  /** Whether it holds at this evaluation; the `passed` seconds since the last count only if it held then too. */
  update(holds: boolean, passed: number): number | undefined {
    this.#seconds = !holds ? undefined : this.#seconds === undefined ? 0 : this.#seconds + passed;
    return this.#seconds;
  }

  stop(): void {
    this.#seconds = undefined;
  }
}

/** Seconds between two evaluations; none when the clock was put back. Whoever has not looked in between calls `markUnknown`. */
export function passedSeconds(last: Date | undefined, at: Date): number {
  return last === undefined ? 0 : Math.max(0, (at.getTime() - last.getTime()) / 1000);
}
