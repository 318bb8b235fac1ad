import type { Snapshot } from './snapshot.ts';

export interface HistoryOptions {
  /** How far back it reaches. Default 3 hours. */
  readonly keepSeconds?: number;
  /** For how long every snapshot stays. Default 15 minutes; older ones are thinned. */
  readonly fullSeconds?: number;
  /** Distance of the thinned ones. Default 1 minute. */
  readonly thinnedSeconds?: number;
}

/** The snapshots of the last hours in memory, oldest first: all of the last minutes, one a minute of the time before. */
export class RecentSnapshots {
  readonly #options: Required<HistoryOptions>;
  #snapshots: Snapshot[] = [];

  constructor(options: HistoryOptions = {}) {
    this.#options = { keepSeconds: 3 * 3600, fullSeconds: 900, thinnedSeconds: 60, ...options };
  }

  get latest(): Snapshot | undefined {
    return this.#snapshots.at(-1);
  }

  /** A snapshot with the same light reading as the latest (its details came later) takes that one's place. */
  add(snapshot: Snapshot): void {
    if (this.latest?.metrics === snapshot.metrics) this.#snapshots.pop();
    // Snapshots from the future come from a clock that has been put back since; order is worth more than they are.
    while (this.latest !== undefined && this.latest.at > snapshot.at) this.#snapshots.pop();
    this.#snapshots.push(snapshot);
    this.#thin(snapshot.at.getTime());
  }

  all(): readonly Snapshot[] {
    return [...this.#snapshots];
  }

  since(date: Date): readonly Snapshot[] {
    return this.#snapshots.filter((snapshot) => snapshot.at >= date);
  }

  clear(): void {
    this.#snapshots = [];
  }

  #thin(now: number): void {
    const { keepSeconds, fullSeconds, thinnedSeconds } = this.#options;
    let slot = NaN;
    this.#snapshots = this.#snapshots.filter((snapshot) => {
      const at = snapshot.at.getTime();
      const age = (now - at) / 1000;
      if (age > keepSeconds) return false;
      if (age <= fullSeconds) return true;
      const own = Math.floor(at / (thinnedSeconds * 1000));
      if (own === slot) return false;
      slot = own;
      return true;
    });
  }
}
