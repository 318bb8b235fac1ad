import type { Disposable } from '../../common/disposable.ts';
import { later } from '../../common/timers.ts';
import { cancelled, isCancel, unconfirmed } from './cancelRequest.ts';

/** How much longer than the server's own limit an answer is waited for, in milliseconds: then the server is taken for stalled. */
const STALL_MS = 1_000;
/** How long the end of a statement is waited for after its cancel: then the connection is given up. */
const CANCEL_MS = 1_500;

/** What keeps the statements that are sent together within their time. */
export interface StatementBounds {
  /** For the Problem: what fails if this fails. */
  readonly what: string;
  /** Settles when what was sent before has ended: the server does one after the other, and the limit counts from then. */
  readonly before: Promise<void>;
  /** Of all the statements together, by the server's own limits; in milliseconds. */
  readonly limitMs: number;
  /** The server keeps no limit itself: a cancel request when the time is up stands in for it. */
  readonly unlimited?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Asks the server to cancel what runs, until `hurry` is aborted. Resolves to whether the request may still arrive. */
  readonly requestCancel: (hurry: AbortSignal) => Promise<boolean>;
  /** Destroys the connection, and with it all that waits for an answer; what it returns is thrown. */
  readonly giveUp: (why: string) => Error;
}

/**
 * Waits for `work`, which has been sent, as long as it may take. Whatever the network does, this settles a second after the limit, and two
 * seconds after the signal's abort.
 * @throws what `work` throws; a Problem 'cancelled' after an abort; what `giveUp` returns where the server stalls
 */
export async function bounded<T>(work: Promise<T>, bounds: StatementBounds): Promise<T> {
  const { before, limitMs, signal } = bounds;
  const given = Promise.withResolvers<never>();
  const hurry = new AbortController();
  let [running, givenUp] = [true, false];
  let timer: Disposable | undefined;
  let cancelling: Promise<boolean> | undefined;
  const giveUp = (why: string): void => {
    givenUp = true;
    given.reject(bounds.giveUp(why));
  };
  const within = (ms: number, then: () => void): void => {
    timer?.dispose();
    timer = later(then, ms);
  };
  const cancel = (): void => {
    // It ends whatever runs: what was sent earlier, and may still run, is not to be hit in place of this.
    cancelling ??= before.then(() => bounds.requestCancel(hurry.signal));
    within(CANCEL_MS, () => {
      hurry.abort();
      if (running) giveUp(`no end within ${CANCEL_MS} ms after a cancel request`);
    });
  };
  void before.then(() => {
    if (!running || cancelling !== undefined) return;
    if (bounds.unlimited === true) within(limitMs, cancel);
    else within(limitMs + STALL_MS, () => giveUp(`no answer within ${limitMs + STALL_MS} ms`));
  });
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work, given.promise]);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    if (givenUp) throw unconfirmed(bounds.what, error);
    throw isCancel(error) ? cancelled(bounds.what) : error;
  } finally {
    running = false;
    signal?.removeEventListener('abort', cancel);
    work.catch(() => undefined); // its rejection, after it was given up, says nothing new
    // The request may arrive after the statement has ended: it must not hit the next one.
    if ((await cancelling) === true) bounds.giveUp('a cancel request is under way still');
    timer?.dispose();
  }
}
