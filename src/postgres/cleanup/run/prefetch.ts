/**
 * Whether batches have the server read pages ahead (effective_io_concurrency). That hides the latency of a disk, and costs more than
 * it gives where the pages are in memory: 20 % of the time of a batch by the index was measured on PostgreSQL 18, whose I/O
 * workers do the reading. So it is left out while batches are as fast as memory is, and for good put back if one without it is not.
 */
export class Prefetch {
  #on = true;
  #needed = false;

  get on(): boolean {
    return this.#on;
  }

  /** @param units pages, or rows by the index, each on a page of its own at worst @param ms milliseconds that the batch took */
  learn(units: number, ms: number): void {
    const msPerUnit = ms / Math.max(1, units);
    if (!this.#on && msPerUnit > 2 * FROM_MEMORY_MS) this.#needed = true;
    this.#on = this.#needed || msPerUnit > FROM_MEMORY_MS;
  }
}

/** Deleting a row of a page in memory takes 10 to 20 µs by the index, a random read from a disk 80 µs and more. */
const FROM_MEMORY_MS = 0.06;
