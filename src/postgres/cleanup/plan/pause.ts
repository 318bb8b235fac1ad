import { sleep } from '../../../common/timers.ts';

/**
 * Stops a cleanup between two batches and lets it go on: the handle is given to clearExpiredSessions and kept by whoever shows the
 * button. Through a pooler a paused cleanup keeps no other from starting, because it holds nothing on the server; it then
 * ends with 'cleanup-running' when it is resumed while the other runs.
 */
export class CleanupPause {
  #resume: (() => void) | undefined;
  #resumed: Promise<void> | undefined;

  get paused(): boolean {
    return this.#resumed !== undefined;
  }

  pause(): void {
    this.#resumed ??= new Promise((resolve) => (this.#resume = resolve));
  }

  resume(): void {
    this.#resume?.();
    this.#resume = this.#resumed = undefined;
  }

  /** Resolves when it is not paused any more, or when the signal is aborted. */
  async untilResumed(signal?: AbortSignal): Promise<void> {
    while (this.#resumed !== undefined && signal?.aborted !== true) await abortable(this.#resumed, signal);
  }
}

/** Resolves with the promise or with the abort, whichever comes first. */
function abortable(promise: Promise<void>, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal?.removeEventListener('abort', done);
      resolve();
    };
    signal?.addEventListener('abort', done, { once: true });
    void promise.then(done);
  });
}

/** Whether a promise settles within so many milliseconds. What it settles to is for who has it; its rejection counts as handled. */
export async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const timer = new AbortController();
  const settled = promise.then(
    () => true,
    () => true,
  );
  if (ms === Infinity) return settled;
  try {
    return await Promise.race([settled, rest(Math.max(1, ms), timer.signal).then(() => false)]);
  } finally {
    timer.abort();
  }
}

/** Sleeps so many milliseconds, or until the abort, which is no failure: who rested looks at the signal. */
export async function rest(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  try {
    await sleep(ms, signal);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
