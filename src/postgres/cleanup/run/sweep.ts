import type { Database } from '../../connect/connection.ts';
import { quoted } from '../../table/tableName.ts';
import { restWithLock } from '../obstacles/lock.ts';
import type { CleanupMeter } from '../plan/meter.ts';
import { Pacer } from '../plan/pace.ts';
import { rest, type CleanupPause } from '../plan/pause.ts';
import type { Sweepable } from '../plan/plan.ts';
import type { PageRange, Range } from '../plan/sql.ts';
import type { Heap } from '../plan/target.ts';
import type { Pace } from '../plan/types.ts';
import { cancelledWhile, type Batch, type BatchRunner } from './batch.ts';
import { BatchSize } from './batchSize.ts';
import { Prefetch } from './prefetch.ts';

export interface SweepOptions {
  readonly pace: Pace;
  readonly targetBatchMs: number;
  readonly signal?: AbortSignal;
  readonly pause?: CleanupPause;
  /** Send one batch of pages ahead, so that the server has the next while the answer travels. */
  readonly ahead: boolean;
}

/** A range in which rows were left because somebody held them locked. */
export interface Leftover extends Sweepable {
  readonly range: Range;
}

/** What is gone over by the index. */
export interface IndexRange {
  /** As PostgreSQL writes it, exclusive; undefined: from the beginning. */
  readonly after?: string;
  readonly until: string;
  /** At most so many. */
  readonly batches?: number;
}

interface HowToRun {
  readonly prefetch?: Prefetch;
}

interface OrBlocked extends HowToRun {
  /** Return 'blocked' and do not remember the range. */
  readonly orBlocked: true;
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
    const prefetch = new Prefetch();
    let [page, end] = [0, one.heap.pages];
    // A table that grows faster than it is cleared would never end.
    const most = 2 * end + FIRST_PAGES;
    let sizeNow: Promise<number> | undefined;
    const underWay: { readonly range: PageRange; readonly batch: Promise<Batch | undefined> }[] = [];
    try {
      for (;;) {
        while (page < end && (underWay.length === 0 || (underWay.length === 1 && this.#mayGoAhead()))) {
          const range = { fromPage: page, toPage: Math.min(end, page + size.size) };
          underWay.push({ range, batch: thrownLater(this.#batch(one, range, size, { prefetch })) });
          page = range.toPage;
        }
        if (page === end) sizeNow ??= thrownLater(this.#pages(one.heap));
        const first = underWay.shift();
        if (first !== undefined) {
          const batch = await first.batch;
          if (batch === undefined) await this.#inParts(one, first.range);
          else await this.#rest(batch, size);
          tell(first.range.toPage / end);
        } else {
          end = Math.min(most, Math.max(end, (await sizeNow) ?? 0));
          if (page >= end) return;
          sizeNow = undefined;
        }
      }
    } finally {
      // What was sent ahead ends, and is counted, before anything else is done.
      await Promise.allSettled(underWay.map(({ batch }) => batch));
    }
  }

  /** A range that was too much for one batch, in sizes of its own: the batches behind it say nothing about it. */
  async #inParts(one: Sweepable, { fromPage, toPage }: PageRange): Promise<void> {
    const size = this.#size(Math.ceil((toPage - fromPage) / 4), MOST_PAGES, one.rowsPerPage);
    for (let page = fromPage; page < toPage;) {
      const range = { fromPage: page, toPage: Math.min(toPage, page + size.size) };
      const batch = await this.#batch(one, range, size, {});
      if (batch === undefined) continue;
      page = range.toPage;
      await this.#rest(batch, size);
    }
  }

  #mayGoAhead(): boolean {
    const { ahead, pause, signal } = this.#options;
    return ahead && pause?.paused !== true && signal?.aborted !== true;
  }

  /**
   * By the index, oldest first. @returns false where it can't go on: too many rows share one expire_date, or one is locked and
   * the role may not skip it. Those are for byPages.
   */
  async byIndex(one: Sweepable, within: IndexRange, tell?: (n: number) => void): Promise<boolean> {
    const { until, batches = Infinity } = within;
    const size = this.#size(FIRST_ROWS, MOST_ROWS, 1);
    const prefetch = new Prefetch();
    let from = within.after;
    let deleted = 0;
    for (let done = 0; done < batches; done++) {
      const range = { after: from, until, rows: size.size };
      const batch = await this.#batch(one, range, size, { prefetch, orBlocked: true });
      if (batch === undefined) continue;
      if (batch === 'blocked' || batch.crowd) return false;
      deleted += batch.deleted;
      tell?.(deleted);
      if (batch.until === null) return true;
      from = batch.until;
      await this.#rest(batch, size);
    }
    return true;
  }

  /** Once more where rows were locked; returns how many are left now. */
  async again(): Promise<number> {
    const before = this.leftovers;
    this.leftovers = [];
    let remaining = 0;
    for (const leftover of before) {
      const batch = await this.#batch(leftover, leftover.range, this.#size(1, 1, 1), {});
      remaining += batch === undefined ? 1 : batch.remaining;
    }
    return remaining;
  }

  #batch(one: Sweepable, range: Range, size: BatchSize, how: HowToRun): Promise<Batch | undefined>;
  #batch(one: Sweepable, range: Range, size: BatchSize, how: OrBlocked): Promise<Batch | 'blocked' | undefined>;
  async #batch(
    one: Sweepable,
    range: Range,
    size: BatchSize,
    { prefetch, orBlocked }: Partial<OrBlocked>,
  ): Promise<Batch | 'blocked' | undefined> {
    await this.#untilResumed();
    const batch = await this.#runner.run(one.heap, one.sql, range, size, prefetch?.on ?? true);
    if (batch === 'smaller') return undefined;
    if (batch === 'blocked') {
      if (orBlocked === true) return 'blocked';
      this.leftovers.push({ ...one, range });
      return BLOCKED;
    }
    if (batch.remaining > 0) this.leftovers.push({ ...one, range: bounded(range, batch) });
    const looked = 'fromPage' in range ? range.toPage - range.fromPage : batch.until === null ? 0 : range.rows;
    if (looked > 0) {
      size.learn({ size: looked, deleted: batch.deleted, ms: batch.probe.ms });
      prefetch?.learn(looked, batch.probe.ms);
    }
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
      this.#runner.call((db) => (db.direct ? rest(restMs, signal) : restWithLock(db, restMs))),
    );
  }

  async #pages(heap: Heap): Promise<number> {
    const text =
      "SELECT /* django-session-monitor */ pg_relation_size(to_regclass($1::text)) / current_setting('block_size')::int AS pages";
    const what = 'Cannot see the size of the table';
    const look = (db: Database): Promise<{ pages: string | null }[]> => db.query(text, [quoted(heap)], { what });
    const [row] = await this.#runner.call(look, heap);
    return Number(row?.pages ?? 0);
  }

  #size(first: number, most: number, rowsPerUnit: number): BatchSize {
    return new BatchSize({ first, most, rowsPerUnit, targetMs: this.#options.targetBatchMs });
  }
}

const FIRST_PAGES = 128;
const MOST_PAGES = 16_384;
const FIRST_ROWS = 1_000;
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

/** For a promise that is waited for later: until then its rejection is not one that nobody handles. */
function thrownLater<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
