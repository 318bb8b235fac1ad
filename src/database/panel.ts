import { randomFillSync } from 'node:crypto';

/**
 * What one connection remembers from reading to reading, so that watching stays cheap.
 *
 * 1. The panel: which page of each stratum is read. Most of it stays from one reading to the next, so that its pages are in
 *    shared buffers (a page that is not costs 20 to 100 times more) and so that two readings differ by what changed in the
 *    table and not by the draw; a few places are drawn anew each time, so that a bad draw does not last.
 * 2. Whether counting expired rows by the index was dear: index entries of deleted rows stay until VACUUM, and right after a big
 *    cleanup they all lie where the count begins (500,000 of them took 240 ms).
 */
export class Panel {
  /** Two random bytes a stratum: where in the stratum the page lies. */
  readonly places: Buffer = randomFillSync(Buffer.alloc(2 * MAX_STRATA));
  /** The table is known to be partitioned. */
  partitioned = false;
  #turn = 0;
  #readings = 0;
  #costlyAtVacuum: number | null = null;
  #costlyAt = 0;
  #deletedWhenCheap = -1;

  /** Draws a few places anew; to be called before each reading. */
  rotate(): void {
    if (this.#readings++ === 0) return;
    for (let i = 0; i < RENEWED; i++) {
      randomFillSync(this.places, 2 * this.#turn, 2);
      this.#turn = (this.#turn + 1) % MAX_STRATA;
    }
  }

  /** When the expired rows may be counted by the index in this reading. */
  limits(): ScanLimits {
    if (this.#readings - this.#costlyAt > FORGIVE_AFTER) this.#costlyAtVacuum = null;
    return {
      maxDead: this.#deletedWhenCheap < 0 ? FIRST_DEAD : FEW_DEAD,
      maxDeleted: this.#deletedWhenCheap < 0 ? -1 : this.#deletedWhenCheap + FEW_DEAD,
      costlyAtVacuum: this.#costlyAtVacuum,
    };
  }

  /** What the count took, when it was made; `deleted` and `vacuums` are the table's counters at that time. */
  learn(tookMs: number, deleted: number, vacuums: number): void {
    const costly = tookMs > COSTLY_MS;
    this.#costlyAtVacuum = costly ? vacuums : null;
    if (costly) this.#costlyAt = this.#readings;
    else this.#deletedWhenCheap = deleted;
  }
}

export interface ScanLimits {
  /** Count when the table has no more dead rows than this … */
  readonly maxDead: number;
  /** … or when no more rows than this have been deleted since the statistics began. */
  readonly maxDeleted: number;
  /** Don't count while the number of vacuums is this: counting was dear, and nothing was vacuumed since. */
  readonly costlyAtVacuum: number | null;
}

/** More strata than this are never asked for. */
export const MAX_STRATA = 256;
/** Places drawn anew a reading: all of them in about twenty minutes at one reading every 10 s. */
const RENEWED = 2;
/** Milliseconds above which counting is given up until a vacuum has removed the dead entries. */
const COSTLY_MS = 10;
/** After so many readings (an hour at one every 10 s) it is tried again without a vacuum. */
const FORGIVE_AFTER = 360;
/** Dead rows that are walked over without hesitation: 10 ms at most. */
const FEW_DEAD = 20_000;
/** The same on the first reading, when nothing is known: 0.1 s at most, once. */
const FIRST_DEAD = 200_000;
