import { isKnown } from '../../common/measured.ts';
import type { Snapshot } from './snapshot.ts';

/** Where the rate of saves should go when a change of the settings has taken effect. */
export type ExpectedEffect = 'rises' | 'falls' | 'stays';

export interface EffectVerdict {
  /** moved: as expected; notMoved: the time is up; tooFew: nothing can be told from so few saves; unknown: no figures. */
  readonly kind: 'moved' | 'notMoved' | 'tooFew' | 'unknown';
  /** Saves a minute before and after, medians; undefined: not known. */
  readonly before?: number;
  readonly after?: number;
}

export interface EffectWatchOptions {
  readonly expected: ExpectedEffect;
  /** Snapshots from before the change, oldest first. */
  readonly before: readonly Snapshot[];
  /** When the change should have taken effect: the restart of the application. */
  readonly from: Date;
  /** How long it is waited for. */
  readonly waitSeconds: number;
}

/** A rate that becomes this many times as large, or small, has moved; below that it may be chance. */
const FACTOR = 1.5;
/** Readings that must agree: the median of three is not moved by one that is odd. */
const READINGS = 3;
/** Fewer saves a minute, before and after, tell nothing. */
const FEW_PER_MINUTE = 1;

/**
 * Watches whether the rate of saves follows a rollback or a restore. It compares medians of what was measured; it can't
 * know what else has changed meanwhile, so it speaks of what was seen and never of a cause.
 */
export class EffectWatch {
  readonly #options: EffectWatchOptions;
  readonly #before: number | undefined;
  readonly #after: number[] = [];
  #last: Date | undefined;

  constructor(options: EffectWatchOptions) {
    this.#options = options;
    this.#before = median(options.before.flatMap(rateOf));
  }

  /** Takes a snapshot into account; a verdict ends the watch. */
  take(snapshot: Snapshot): EffectVerdict | undefined {
    // A rate spans the time since the reading before: the first one after the restart reaches back to before it.
    const fresh = snapshot.at > (this.#last ?? this.#options.from);
    if (fresh && this.#last !== undefined) this.#after.push(...rateOf(snapshot));
    if (fresh) this.#last = snapshot.at;
    const after = this.#after.length < READINGS ? undefined : median(this.#after.slice(-READINGS));
    if (after !== undefined && this.#hasMoved(after)) return this.#verdict('moved', after);
    return this.#timeIsUp(snapshot.at) ? this.#final(after) : undefined;
  }

  /** The verdict at this time when no snapshot comes any more; undefined: there is time left. */
  expire(now: Date): EffectVerdict | undefined {
    if (!this.#timeIsUp(now)) return undefined;
    return this.#final(median(this.#after.slice(-READINGS)));
  }

  #timeIsUp(now: Date): boolean {
    return now.getTime() - this.#options.from.getTime() >= this.#options.waitSeconds * 1000;
  }

  #hasMoved(after: number): boolean {
    const before = this.#before;
    if (before === undefined || Math.max(before, after) < FEW_PER_MINUTE) return false;
    if (this.#options.expected === 'rises') return after >= before * FACTOR;
    if (this.#options.expected === 'falls') return after <= before / FACTOR;
    return false;
  }

  #final(after: number | undefined): EffectVerdict {
    const before = this.#before;
    if (before === undefined || after === undefined) return this.#verdict('unknown', after);
    if (Math.max(before, after) < FEW_PER_MINUTE) return this.#verdict('tooFew', after);
    const stayed = after < before * FACTOR && after > before / FACTOR;
    return this.#verdict(this.#options.expected === 'stays' && stayed ? 'moved' : 'notMoved', after);
  }

  #verdict(kind: EffectVerdict['kind'], after: number | undefined): EffectVerdict {
    const before = this.#before;
    return { kind, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  }
}

function rateOf({ rates: { savesPerMinute } }: Snapshot): number[] {
  return isKnown(savesPerMinute) ? [savesPerMinute.value] : [];
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  const low = sorted.length % 2 === 0 ? sorted[middle - 1] : high;
  return high === undefined || low === undefined ? undefined : (low + high) / 2;
}
