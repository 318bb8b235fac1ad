/**
 * Whether expired rows may be counted by the index in the next reading. Index entries of deleted rows stay until VACUUM, and right
 * after a big cleanup they all lie where the count begins: 500,000 of them took 240 ms. Only what deletions and vacuums have
 * changed since the last count can tell beforehand.
 */
export class CountLimits {
  #readings = 0;
  #costly = 0;
  #costlyAtVacuum: number | null = null;
  #costlyAt = 0;
  #deletedWhenCheap = -1;

  /** For the next reading. */
  next(): ScanLimits {
    this.#readings++;
    if (this.#readings - this.#costlyAt > FORGIVE_AFTER) this.#costlyAtVacuum = null;
    return {
      maxDead: this.#deletedWhenCheap < 0 ? FIRST_DEAD : FEW_DEAD,
      maxDeleted: this.#deletedWhenCheap < 0 ? -1 : this.#deletedWhenCheap + FEW_DEAD,
      costlyAtVacuum: this.#costlyAtVacuum,
    };
  }

  /** What the count took, when it was made; `deleted` and `vacuums` are the table's counters at that time. */
  learn(tookMs: number, deleted: number, vacuums: number): void {
    this.#costly = tookMs > COSTLY_MS ? this.#costly + 1 : 0;
    if (this.#costly === 0) {
      this.#deletedWhenCheap = deleted;
      this.#costlyAtVacuum = null;
    } else if (this.#costly >= NO_CHANCE) {
      this.#costlyAtVacuum = vacuums;
      this.#costlyAt = this.#readings;
    }
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

/** Milliseconds above which a count is costly. */
const COSTLY_MS = 10;
/** So many costly counts in a row are not chance: the first of a connection also fetches the index from disk. */
const NO_CHANCE = 2;
/** After so many readings (five minutes at one every 10 s) it is tried again without a vacuum. */
const FORGIVE_AFTER = 30;
/** Dead rows that are walked over without hesitation: 10 ms at most. */
const FEW_DEAD = 20_000;
/** The same on the first reading, when nothing is known: 0.1 s at most, once. */
export const FIRST_DEAD = 200_000;

/** Counting costs with what is counted: beyond this an estimate has to do, whatever the threshold of the alert is. */
export const MOST_COUNTED = 20_000;
