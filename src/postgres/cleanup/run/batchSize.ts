/** How a batch is measured. */
export interface BatchTiming {
  /** Pages or rows that it was to look at. */
  readonly size: number;
  readonly deleted: number;
  /** Milliseconds on the server. */
  readonly ms: number;
}

/**
 * How many pages (or rows by the index) the next batch gets, so that it takes about the target. Costs change along the table: where
 * it grows denser, the next batch must not take a multiple of the target. So a batch is at most twice the one before, and
 * no larger than what twice the target allows if every row of its pages had expired.
 */
export class BatchSize {
  readonly #rowsPerUnit: number;
  readonly #most: number;
  #targetMs: number;
  #size: number;
  /** Milliseconds for one row where most of a batch is deleting; the largest of late. */
  #msPerRow = FIRST_MS_PER_ROW;

  /** @param rowsPerUnit rows of a page; 1 where the unit is a row */
  constructor(options: { first: number; most: number; targetMs: number; rowsPerUnit: number }) {
    this.#size = options.first;
    this.#most = options.most;
    this.#targetMs = options.targetMs;
    this.#rowsPerUnit = Math.max(1, options.rowsPerUnit);
  }

  /** Pages or rows of the next batch, at least 1. */
  get size(): number {
    return Math.max(1, Math.floor(this.#size));
  }

  /** From here on batches aim at this many milliseconds. */
  set targetMs(ms: number) {
    if (ms < this.#targetMs) this.#size *= ms / this.#targetMs;
    this.#targetMs = ms;
  }

  learn({ size, deleted, ms }: BatchTiming): void {
    const fitting = (size * this.#targetMs) / Math.max(ms, 0.1);
    const rows = size * this.#rowsPerUnit;
    if (deleted >= ENOUGH_ROWS && deleted > rows * MOSTLY) {
      this.#msPerRow = Math.max(ms / deleted, this.#msPerRow * FORGET);
    }
    const dense = (2 * this.#targetMs) / (this.#msPerRow * this.#rowsPerUnit);
    // Half the way up, all the way down: a batch that was too long shows at once.
    const wanted = fitting > size ? Math.min(2 * size, (size + fitting) / 2 + 1) : fitting;
    this.#size = Math.min(this.#most, dense, wanted);
  }

  /** The batch took too long for the server's limit, or was in somebody's way. False: it can't be smaller. */
  shrink(): boolean {
    if (this.size === 1) return false;
    this.#size = Math.max(1, this.#size / 4);
    return true;
  }
}

/** Batches with fewer rows say little about what a row costs. */
const ENOUGH_ROWS = 200;
/** Where fewer of the rows are deleted, the time is that of reading pages. */
const MOSTLY = 0.2;
/** Before there is such a batch: 2 µs; some 1 to 1.5 µs were measured with everything in memory. */
const FIRST_MS_PER_ROW = 0.002;
/** What a row cost is forgotten by a tenth each batch. */
const FORGET = 0.9;
