import { cancelledWhile, type Batch, type BatchRunner } from './cleanupBatch.ts';
import { BatchSize } from './cleanupBatchSize.ts';
import { restWithLock } from './cleanupLock.ts';
import type { CleanupMeter } from './cleanupMeter.ts';
import { Pacer } from './cleanupPace.ts';
import { sleep, type CleanupPause } from './cleanupPause.ts';
import type { BatchSql, Range } from './cleanupSql.ts';
import type { Heap } from './cleanupTarget.ts';
import type { Pace } from './cleanupTypes.ts';
import { quoted } from './tableName.ts';

export interface SweepOptions {
  readonly pace: Pace;
  readonly targetBatchMs: number;
  readonly signal?: AbortSignal;
  readonly pause?: CleanupPause;
}

/** One heap with its statements, and what the planning knows of it. */
export interface Sweepable {
  readonly heap: Heap;
  readonly sql: BatchSql;
  readonly rowsPerPage: number;
}

/** A range in which rows were left because somebody held them locked. */
export interface Leftover extends Sweepable {
  readonly range: Range;
}

/** Goes over a heap batch by batch, at its pace. */
export class Sweeper {
  /** What somebody held locked. */
  leftovers: Leftover[] = [];
  readonly #meter: CleanupMeter;
  readonly #runner: BatchRunner;
  readonly #options: SweepOptions;
  readonly #pacer: Pacer;

  constructor(meter: CleanupMeter, runner: BatchRunner, options: SweepOptions) {
    this.#meter = meter;
    this.#runner = runner;
    this.#options = options;
    this.#pacer = new Pacer(options.pace, options.targetBatchMs);
  }

  /** All pages, those that the table gets meanwhile included. @param tell is told the share that is done */
  async byPages(one: Sweepable, tell: (share: number) => void): Promise<void> {
    const size = this.#size(FIRST_PAGES, MOST_PAGES, one.rowsPerPage);
    let end = one.heap.pages;
    // A table that grows faster than it is cleared would never end.
    const most = 2 * end + FIRST_PAGES;
    for (let page = 0; page < end;) {
      const range = { fromPage: page, toPage: Math.min(end, page + size.size) };
      const batch = await this.#batch(one, range, size);
      if (batch === undefined) continue;
      page = range.toPage;
      if (page === end) end = Math.min(most, Math.max(end, await this.#pages(one.heap)));
      tell(page / end);
      await this.#rest(batch, size);
    }
  }

  /**
   * By the index, oldest first. @returns false where it can't go on: too many rows share one expire_date, or one is locked and
   * the role may not skip it. Those are for byPages.
   */
  async byIndex(one: Sweepable, after: string | undefined, until: string, tell: (n: number) => void): Promise<boolean> {
    const size = this.#size(FIRST_ROWS, MOST_ROWS, 1);
    let from = after;
    let deleted = 0;
    for (;;) {
      const batch = await this.#batch(one, { after: from, until, rows: size.size }, size, false);
      if (batch === undefined) continue;
      if (batch === 'blocked' || batch.crowd) return false;
      deleted += batch.deleted;
      tell(deleted);
      if (batch.until === null) return true;
      from = batch.until;
      await this.#rest(batch, size);
    }
  }

  /** Once more where rows were locked; returns how many are left now. */
  async again(): Promise<number> {
    const before = this.leftovers;
    this.leftovers = [];
    let remaining = 0;
    for (const leftover of before) {
      const batch = await this.#batch(leftover, leftover.range, this.#size(1, 1, 1));
      remaining += batch === undefined ? 1 : batch.remaining;
    }
    return remaining;
  }

  #batch(one: Sweepable, range: Range, size: BatchSize): Promise<Batch | undefined>;
  #batch(one: Sweepable, range: Range, size: BatchSize, skip: false): Promise<Batch | 'blocked' | undefined>;
  async #batch(one: Sweepable, range: Range, size: BatchSize, skip = true): Promise<Batch | 'blocked' | undefined> {
    await this.#untilResumed();
    const batch = await this.#runner.run(one.heap, one.sql, range, size);
    if (batch === 'smaller') return undefined;
    if (batch === 'blocked') {
      if (!skip) return 'blocked';
      this.leftovers.push({ ...one, range });
      return BLOCKED;
    }
    if (batch.remaining > 0) this.leftovers.push({ ...one, range: bounded(range, batch) });
    const looked = 'fromPage' in range ? range.toPage - range.fromPage : batch.until === null ? 0 : range.rows;
    if (looked > 0) size.learn({ size: looked, deleted: batch.deleted, ms: batch.probe.ms });
    return batch;
  }

  async #untilResumed(): Promise<void> {
    const { pause, signal } = this.#options;
    if (pause?.paused === true) await this.#meter.during('paused', undefined, () => pause.untilResumed(signal));
    if (signal?.aborted === true) throw cancelledWhile('it was between two batches');
  }

  async #rest({ probe }: Batch, size: BatchSize): Promise<void> {
    const { restMs, targetMs, note } = this.#pacer.next(probe.ms, probe);
    size.targetMs = targetMs;
    if (restMs <= 0) return;
    const { signal } = this.#options;
    await this.#meter.during('resting', note, () =>
      this.#runner.call((db) => (db.direct ? sleep(restMs, signal) : restWithLock(db, restMs, signal))),
    );
  }

  async #pages(heap: Heap): Promise<number> {
    const text =
      "SELECT /* django-session-monitor */ pg_relation_size(to_regclass($1::text)) / current_setting('block_size')::int AS pages";
    const [row] = await this.#runner.call((db) =>
      db.query<{ pages: string | null }>(text, [quoted(heap)], { what: 'Cannot see the size of the table' }),
    );
    return Number(row?.pages ?? 0);
  }

  #size(first: number, most: number, rowsPerUnit: number): BatchSize {
    return new BatchSize({ first, most, rowsPerUnit, targetMs: this.#options.targetBatchMs });
  }
}

const FIRST_PAGES = 64;
const MOST_PAGES = 16_384;
const FIRST_ROWS = 500;
const MOST_ROWS = 50_000;

/** Nothing could be done: the page has a locked row, and the role may not find out which. */
const BLOCKED: Batch = {
  deleted: 0,
  probe: { ms: 0, waiting: 0, slow: 0, lagBytes: null },
  until: null,
  crowd: false,
  remaining: 1,
};

/** A range by the index is remembered as far as this batch went. */
function bounded(range: Range, { until }: Batch): Range {
  return 'fromPage' in range || until === null ? range : { ...range, until };
}
