import type { CleanupPhase, CleanupProgress } from './types.ts';

/** Counts what a cleanup does and tells it on. Times are milliseconds. */
export class CleanupMeter {
  deleted = 0;
  batches = 0;
  longestBatchMs = 0;
  unconfirmedBatches = 0;
  /** Rows expired at the beginning; undefined: not known. */
  expected: number | undefined;
  /** 0 to 1. */
  #share = 0;
  #lastBatchMs = 0;
  #phase: CleanupPhase = 'looking';
  #note: string | undefined;
  readonly #began = performance.now();
  /** By phase, in which nothing is deleted. */
  readonly #idleMs: Partial<Record<CleanupPhase, number>> = {};
  readonly #onProgress: ((progress: CleanupProgress) => void) | undefined;

  constructor(tell?: (progress: CleanupProgress) => void) {
    this.#onProgress = tell;
  }

  get elapsedMs(): number {
    return performance.now() - this.#began;
  }

  idleMs(...phases: readonly CleanupPhase[]): number {
    return phases.reduce((sum, phase) => sum + (this.#idleMs[phase] ?? 0), 0);
  }

  enter(phase: CleanupPhase, note?: string): void {
    this.#phase = phase;
    this.#note = note;
    this.#report();
  }

  /** Enters a phase in which nothing is deleted, and leaves it for 'clearing' when the work is done. */
  async during<T>(phase: CleanupPhase, note: string | undefined, work: () => Promise<T>): Promise<T> {
    this.enter(phase, note);
    const since = performance.now();
    try {
      return await work();
    } finally {
      this.#idleMs[phase] = (this.#idleMs[phase] ?? 0) + performance.now() - since;
      this.#phase = 'clearing';
      this.#note = undefined;
    }
  }

  batch(deleted: number, ms: number): void {
    this.deleted += deleted;
    this.batches++;
    this.#lastBatchMs = ms;
    this.longestBatchMs = Math.max(this.longestBatchMs, ms);
  }

  /** @param share of the whole, 0 to 1 */
  reached(share: number): void {
    this.#share = Math.min(1, Math.max(this.#share, share));
    this.#report();
  }

  #report(): void {
    if (this.#onProgress === undefined) return;
    const elapsedMs = this.elapsedMs;
    const busyMs = Math.max(1, elapsedMs - this.idleMs('paused', 'reconnecting', 'waiting'));
    const known = this.#share >= 0.01;
    this.#onProgress({
      phase: this.#phase,
      deleted: this.deleted,
      ...(this.expected === undefined ? {} : { expected: this.expected }),
      share: this.#share,
      batches: this.batches,
      lastBatchMs: this.#lastBatchMs,
      longestBatchMs: this.longestBatchMs,
      perSecond: (this.deleted * 1000) / busyMs,
      ...(known ? { secondsLeft: (busyMs * (1 - this.#share)) / this.#share / 1000 } : {}),
      elapsedMs,
      ...(this.#note === undefined ? {} : { note: this.#note }),
    });
  }
}
