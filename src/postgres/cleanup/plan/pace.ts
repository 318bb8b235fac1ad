import type { Pace } from './types.ts';

/** What others felt while a batch ran, as the last statement of its transaction saw it. */
export interface Pressure {
  /** Sessions that wait for a lock which the batch holds. */
  readonly waiting: number;
  /** Saves of sessions that have been running for longer than SLOW_SAVE_MS. */
  readonly slow: number;
  /** Bytes of WAL that the standby which is furthest behind has not replayed; null: there is none, or it may not be seen. */
  readonly lagBytes: number | null;
}

/** A save takes about a millisecond; one that takes this long is waiting for something. */
export const SLOW_SAVE_MS = 25;
/** A standby that is so much further behind than at the beginning is given time. 16 MB: one WAL segment. */
const LAG_BYTES = 16 * 1024 * 1024;
/** Rest in multiples of the time that the batch took. Two keep a third of the time busy. */
const REST = 2;
const MOST = 8;
const EASE = 0.7;
/** No rest is longer, in milliseconds: it looks again then. */
const LONGEST_REST_MS = 5_000;
/** A rest after a lagging standby is seen, at least. */
const LAG_REST_MS = 500;

/** Decides how long to rest after each batch. Pure: no clock, no database. */
export class Pacer {
  readonly #pace: Pace;
  readonly #targetMs: number;
  #times = REST;
  #lagAtFirst: number | undefined;

  constructor(pace: Pace, targetMs: number) {
    this.#pace = pace;
    this.#targetMs = targetMs;
  }

  /** How long to rest, how long the next batch should take (milliseconds), and why, when it is slower than usual. */
  next(batchMs: number, { waiting, slow, lagBytes }: Pressure): { restMs: number; targetMs: number; note?: string } {
    if (this.#pace === 'fast') return { restMs: 0, targetMs: this.#targetMs };
    this.#lagAtFirst ??= lagBytes ?? 0;
    const behind = (lagBytes ?? 0) - this.#lagAtFirst;
    const reasons = [
      waiting > 0 ? `${waiting} ${waiting === 1 ? 'session waits' : 'sessions wait'} for rows of the last batch` : '',
      slow > 0 ? `${slow} ${slow === 1 ? 'save takes' : 'saves take'} longer than ${SLOW_SAVE_MS} ms` : '',
      behind > LAG_BYTES
        ? `a standby is ${Math.round(behind / 1_048_576)} MB further behind than at the beginning`
        : '',
    ].filter((reason) => reason !== '');
    this.#times = reasons.length > 0 ? Math.min(MOST, 2 * this.#times) : Math.max(REST, EASE * this.#times);
    const least = behind > LAG_BYTES ? LAG_REST_MS : 0;
    const restMs = Math.min(LONGEST_REST_MS, Math.max(least, this.#times * batchMs));
    // Who waits for a batch waits as long as it takes: shorter ones then.
    const targetMs = Math.max(this.#targetMs / 4, (this.#targetMs * REST) / this.#times);
    return reasons.length === 0
      ? { restMs, targetMs }
      : { restMs, targetMs, note: `Resting longer: ${reasons.join(', ')}.` };
  }
}
