import { isKnown, type Measured } from '../common/measured.ts';
import type { AlertThreshold } from './alertTypes.ts';

/** Where a value stands: over the threshold, under the clearing level, in the band between them, or nothing can be said. */
export type Verdict = 'over' | 'between' | 'under' | 'unknown';

/**
 * `clearBelow` is the fraction of the threshold under which a firing alert clears. An estimate is judged by its value:
 * its uncertainty is what the band is for. `atLeast` can prove that a value is over, never that it is under.
 */
export function judge(
  value: Measured,
  threshold: number,
  compare: AlertThreshold['compare'],
  clearBelow: number,
): Verdict {
  if (!isKnown(value) || Number.isNaN(value.value)) return 'unknown';
  const reached = compare === 'reached' || value.how === 'atLeast';
  if (reached ? value.value >= threshold : value.value > threshold) return 'over';
  if (value.how === 'atLeast') return 'unknown';
  // With a threshold of 0 nothing is below the fraction of it, so that reaching 0 itself has to clear.
  return value.value < threshold * clearBelow || (threshold === 0 && value.value <= 0) ? 'under' : 'between';
}

/** Adds up how long something has held, by the time between evaluations that is believable. */
export class HoldTimer {
  #seconds: number | undefined;

  /** Seconds that it has held; undefined while it doesn't. */
  get seconds(): number | undefined {
    return this.#seconds;
  }

  /** It holds at this evaluation; `passed` are the seconds since the last, which count only if it held then too. */
  hold(passed: number): number {
    this.#seconds = this.#seconds === undefined ? 0 : this.#seconds + passed;
    return this.#seconds;
  }

  stop(): void {
    this.#seconds = undefined;
  }
}

/** A longer gap than this many intervals (suspended, disconnected) proves nothing about the time in between. */
const GAP_INTERVALS = 3;

/** Seconds between two evaluations that count: none when time went backwards or the gap is too long. */
export function countedSeconds(last: Date | undefined, at: Date, intervalSeconds: number): number {
  if (last === undefined) return 0;
  const passed = (at.getTime() - last.getTime()) / 1000;
  return passed > 0 && passed <= GAP_INTERVALS * intervalSeconds ? passed : 0;
}
