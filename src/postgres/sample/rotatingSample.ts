import { randomFillSync } from 'node:crypto';
import type { SessionRow } from './sessionRow.ts';

/** What was counted on one page: its stratum first, then what PER_PAGE names. */
type PageCounts = readonly (number | null)[];

/**
 * The page sample from reading to reading, so that watching stays cheap.
 *
 * Which page of each stratum is read stays mostly the same, so that its pages are in shared buffers (one that is not costs 20 to
 * 100 times more) and so that two readings differ by what changed in the table and not by the draw; a few places are drawn anew
 * each time, so that a bad draw does not last. A reading looks at an eighth of the strata, in turn, and takes the others from
 * the readings before it; when the table has changed much, it looks at all of them at once.
 */
export class RotatingSample {
  /** Two random bytes a stratum: where in the stratum the page lies. */
  readonly places: Buffer = randomFillSync(Buffer.alloc(2 * MAX_STRATA));
  readonly #pages = new Map<number, PageCounts>();
  #width: number | null = null;
  #changes = 0;
  #turn = 0;
  #drawn = 0;

  /** What the next reading is to look at. `fresh`: at everything. */
  next(fresh: boolean): SampleTurn {
    if (fresh) this.forget();
    if (this.#width !== null) this.#draw();
    this.#turn = (this.#turn + 1) % TURNS;
    return { width: this.#width, strata: this.#pages.size, turn: this.#turn, changes: this.#changes };
  }

  /** The next reading looks at everything. */
  forget(): void {
    this.#width = null;
  }

  /** The counts of all strata, those that this reading did not look at from earlier ones. */
  complete({ width, pages, sample, inserted, deleted }: SessionRow): readonly PageCounts[] {
    const read = sample ?? [];
    if (width !== this.#width) this.#pages.clear();
    const changed = this.#pages.size > 0 && isOff(read, this.#pages);
    for (const counts of read) this.#pages.set(counts[0] ?? 0, counts);
    const strata = width === null ? 0 : Math.ceil(pages / width);
    for (const i of this.#pages.keys()) if (i >= strata) this.#pages.delete(i);
    // What is older than this reading is not to be believed any more: the next one looks at everything.
    this.#width = changed ? null : width;
    this.#changes = inserted + deleted;
    return [...this.#pages.values()].sort(([a], [b]) => (a ?? 0) - (b ?? 0));
  }

  #draw(): void {
    for (let i = 0; i < RENEWED; i++) {
      randomFillSync(this.places, 2 * this.#drawn, 2);
      this.#drawn = (this.#drawn + 1) % MAX_STRATA;
    }
  }
}

export interface SampleTurn {
  /** Pages in a stratum as it was in the last reading; null, or another now: look at all strata. */
  readonly width: number | null;
  /** Strata that are known; later ones are new. */
  readonly strata: number;
  /** Which eighth is looked at: those whose number leaves this when divided by TURNS. */
  readonly turn: number;
  /** Rows inserted and deleted as the statistics had it in the last reading. */
  readonly changes: number;
}

/** Whether the rows on the pages that were read again differ by more than a tenth, all or the expired, from what they were. */
function isOff(read: readonly PageCounts[], known: ReadonlyMap<number, PageCounts>): boolean {
  return [1, 2].some((column) => {
    let [before, now] = [0, 0];
    for (const counts of read) {
      before += known.get(counts[0] ?? 0)?.[column] ?? 0;
      now += counts[column] ?? 0;
    }
    return Math.abs(now - before) > Math.max(FEW_ROWS, before * MUCH);
  });
}

/** Readings in which every stratum is looked at once. */
export const TURNS = 8;
/** More strata than this are never asked for. */
export const MAX_STRATA = 256;
/** Places drawn anew a reading: all of them in about twenty minutes at one reading every 10 s. */
const RENEWED = 2;
const MUCH = 0.1;
/** Chance alone moves this many on an eighth of the pages. */
const FEW_ROWS = 60;
