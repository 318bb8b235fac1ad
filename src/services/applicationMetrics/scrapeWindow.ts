import { formatDuration } from '../../common/format.ts';
import type { Scrape } from './scrape.ts';

/** What was counted between two scrapes. */
export interface Increase {
  readonly seconds: number;
  /** By upper bound in the histogram's unit. */
  readonly buckets: ReadonlyMap<number, number>;
  readonly requests: number;
  readonly answers: number;
  readonly errors: number;
  /** Whether counters began anew in between. */
  readonly restarted: boolean;
}

/** By how many milliseconds and which share two clocks may differ between scrapes before one of them was set or stopped. */
const CLOCK_MS = 1_000;
const CLOCK_SHARE = 0.05;
/** A process that was there this long before the last scrape, and did not answer it, is another one. */
const OLDER_MS = 2_000;
/** Counters that went back this often among the last pairs are no restarts, but processes in turn. */
const FALLS = 3;
const PAIRS = 10;

const SEVERAL =
  'The readings come from different processes in turn, which each count for themselves: workers, or servers behind a load balancer.';

/**
 * Keeps what was counted in the last seconds, pair of scrapes by pair, so that resets are seen where they happened. As
 * PromQL's rate: the same series is compared with itself, and after a reset its value is what was counted.
 */
export class ScrapeWindow {
  readonly #windowMs: number;
  #last: Scrape | undefined;
  #pairs: (Increase & { readonly untilMs: number })[] = [];
  #broken = 'A rate takes two readings; there was one so far.';
  /** For each of the last pairs whether it speaks for several processes; those by start time and those by falling counters. */
  #others: boolean[] = [];
  #falls: boolean[] = [];

  constructor(windowSeconds: number) {
    this.#windowMs = windowSeconds * 1_000;
  }

  /** Why there is no increase; undefined when there is one. */
  get reason(): string | undefined {
    if (this.severalProcesses) return SEVERAL;
    return this.#pairs.length === 0 ? this.#broken : undefined;
  }

  get severalProcesses(): boolean {
    return this.#others.includes(true) || this.#falls.filter(Boolean).length >= FALLS;
  }

  add(scrape: Scrape): void {
    const last = this.#last;
    this.#last = scrape;
    if (last === undefined) return;
    const broken = breakBetween(last, scrape);
    if (broken !== undefined) {
      this.#begin(broken);
      return;
    }
    const pair = increase(last, scrape);
    const other = isOtherProcess(last, scrape, pair.restarted);
    this.#others = [...this.#others, other].slice(-PAIRS);
    // With start times at hand they tell restarts for sure, however many there are.
    this.#falls = [...this.#falls, pair.restarted && scrape.processStartMs === undefined].slice(-PAIRS);
    if (other) {
      this.#begin(SEVERAL);
      return;
    }
    this.#pairs.push({ ...pair, untilMs: scrape.atMs });
    const since = scrape.atMs - this.#windowMs;
    // A pair that ended before the window began is of no use; the last one stays, however long it is.
    this.#pairs = this.#pairs.filter((one, i) => one.untilMs > since || i === this.#pairs.length - 1);
  }

  /** A reading failed: what was counted over a gap longer than the window says little about now. */
  missed(nowMs: number): void {
    if (this.#last === undefined || nowMs - this.#last.atMs <= this.#windowMs) return;
    this.#last = undefined;
    this.#begin(`There was no reading for more than ${formatDuration(this.#windowMs / 1_000)}; a rate takes two.`);
  }

  /** The sum over the window; undefined when `reason` says why not. */
  sum(): Increase | undefined {
    if (this.reason !== undefined) return undefined;
    const buckets = new Map<number, number>();
    for (const pair of this.#pairs)
      for (const [le, count] of pair.buckets) buckets.set(le, (buckets.get(le) ?? 0) + count);
    const total = (key: 'seconds' | 'requests' | 'answers' | 'errors'): number =>
      this.#pairs.reduce((sum, pair) => sum + pair[key], 0);
    return {
      seconds: total('seconds'),
      buckets,
      requests: total('requests'),
      answers: total('answers'),
      errors: total('errors'),
      restarted: this.#pairs.some((pair) => pair.restarted),
    };
  }

  #begin(reason: string): void {
    this.#pairs = [];
    this.#broken = reason;
  }
}

function breakBetween(from: Scrape, to: Scrape): string | undefined {
  if (from.metrics.histogram !== to.metrics.histogram) return 'Another histogram was found than before.';
  const ms = to.atMs - from.atMs;
  const wallMs = to.at.getTime() - from.at.getTime();
  if (Math.abs(wallMs - ms) > Math.max(CLOCK_MS, ms * CLOCK_SHARE)) {
    return 'This machine slept, or its clock was set, since the last reading.';
  }
  return undefined;
}

/**
 * One that was running already at the last scrape, and did not answer it. A restart is told from that by its time; without
 * a time it can't be told at once, but for a process that says that it is the same and counts less.
 */
function isOtherProcess(from: Scrape, to: Scrape, restarted: boolean): boolean {
  if (from.processStartMs === undefined || to.processStartMs === undefined) return false;
  if (from.processStartMs === to.processStartMs) return restarted;
  return to.processStartMs < from.serverMs - OLDER_MS;
}

/** What was counted from one scrape to the next, each series compared with itself. */
function increase(from: Scrape, to: Scrape): Increase {
  const buckets = new Map<number, number>();
  const sums = { requests: 0, answers: 0, errors: 0 };
  let restarted = false;
  for (const [key, { part, le, value }] of to.counters) {
    // A series that was not there counts from 0, unless it may have been left out of a damaged scrape.
    const before = from.counters.get(key)?.value ?? (from.whole ? 0 : value);
    if (value < before) restarted = true;
    const count = value < before ? value : value - before;
    if (part === 'bucket') buckets.set(le ?? Number.NaN, (buckets.get(le ?? Number.NaN) ?? 0) + count);
    else sums[part] += count;
  }
  // A series with observations never goes away but with its process.
  const gone = [...from.counters].some(([key, { value }]) => value > 0 && !to.counters.has(key));
  const started = to.processStartMs !== from.processStartMs;
  return {
    seconds: (to.atMs - from.atMs) / 1_000,
    buckets,
    ...sums,
    answers: sums.answers + sums.errors,
    restarted: restarted || started || (gone && to.whole),
  };
}
