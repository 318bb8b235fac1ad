import { hashOf } from './entryHashes.ts';

/** For how long save times are kept, seconds, and how many of all sessions together. */
const KEPT_SECONDS = 6 * 3600;
const MOST_TIMES = 6_000;

/**
 * When sessions were saved, as their signatures have it, whole seconds. Of few sessions all of them; of many a share of the sessions
 * that is chosen by a hash, so that it is the same sessions all the time (adaptive sampling: P. Flajolet, Computing 43, 1990). Between
 * two looks the last save of a session is seen.
 */
export class SaveTimes {
  readonly #times = new Map<string, number[]>();
  #count = 0;
  /** Of the sessions those whose hash is below this part of all. */
  #share = 1;

  seen(session: string, savedAt: number): void {
    if (placeOf(session) >= this.#share) return;
    const seconds = Math.round(savedAt / 1000);
    const times = this.#times.get(session) ?? [];
    if (seconds <= (times.at(-1) ?? -Infinity)) return;
    times.push(seconds);
    this.#times.set(session, times);
    this.#count++;
    while (this.#count > MOST_TIMES) this.#halve();
  }

  /** Of each session its times, ascending: the first one whole, the others as seconds since the one before. @param now ms */
  observed(now: number): number[][] {
    const from = now / 1000 - KEPT_SECONDS;
    this.#count = 0;
    for (const [session, times] of this.#times) {
      const kept = times.filter((time) => time >= from);
      if (kept.length === 0) this.#times.delete(session);
      else this.#times.set(session, kept);
      this.#count += kept.length;
    }
    return [...this.#times.values()].map((times) => times.map((time, i) => time - (i === 0 ? 0 : (times[i - 1] ?? 0))));
  }

  #halve(): void {
    this.#share /= 2;
    for (const [session, times] of this.#times) {
      if (placeOf(session) < this.#share) continue;
      this.#times.delete(session);
      this.#count -= times.length;
    }
  }
}

/** 0 to 1, the same for a session each time. */
function placeOf(session: string): number {
  return Buffer.from(hashOf(session), 'base64').readUInt32BE(0) / 2 ** 32;
}
