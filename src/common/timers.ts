import type { Disposable } from './disposable.ts';

/**
 * The only place that sets timers. JavaScript takes a delay of more than 2^31 - 1 ms, and one that is no number, for 1 ms:
 * what is to happen in a month would happen a thousand times a second.
 * @see https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */

/** Longest delay in milliseconds, nearly 25 days. */
export const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** Calls back once, after so many milliseconds, unless it is disposed before. @throws RangeError for NaN and what is negative */
export function later(callback: () => void, ms: number): Disposable {
  const timer = setTimeout(callback, delay(ms));
  return { dispose: () => clearTimeout(timer) };
}

/** Calls back every so many milliseconds until it is disposed. @throws RangeError for NaN and what is negative */
export function every(callback: () => void, ms: number): Disposable {
  const timer = setInterval(callback, delay(ms));
  return { dispose: () => clearInterval(timer) };
}

/** Resolves after so many milliseconds; rejects with the signal's reason when that is aborted before. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = later(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    const abort = (): void => {
      timer.dispose();
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function delay(ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`A timer can't be set to ${ms} ms.`);
  return Math.min(ms, LONGEST_DELAY_MS);
}
