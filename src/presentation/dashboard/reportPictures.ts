import { onAbort } from '../../common/onAbort.ts';
import { later } from '../../common/timers.ts';
import type { ToDashboard, ToHost } from '../../webview/protocol/protocol.ts';

/** What a page has drawn. */
export type Drawn = Extract<ToHost, { type: 'report' }>;

/** A page that has not drawn by then is busy with something else, or gone. */
const DRAW_MS = 30_000;

interface Waiting {
  readonly seconds: number | null;
  readonly resolve: (drawn: Drawn | undefined) => void;
}

/** Asks one page for the pictures of its charts, and hands over what it sends. */
export class ReportPictures {
  readonly #post: (message: ToDashboard) => void;
  readonly #closed: AbortSignal;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** @param closed the page is gone, and will not answer any more */
  constructor(post: (message: ToDashboard) => void, closed: AbortSignal) {
    this.#post = post;
    this.#closed = closed;
  }

  /**
   * The pictures of what is shown, or of the last seconds, which the page shows for it. The page may still have to be
   * loaded. Undefined: it did not answer in time, was closed, or the signal was aborted.
   */
  ask(seconds: number | null, signal: AbortSignal, withinMs = DRAW_MS): Promise<Drawn | undefined> {
    const request = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Drawn | undefined>();
    const giveUp = (): void => resolve(undefined);
    const timer = later(giveUp, withinMs);
    const forget = onAbort(AbortSignal.any([signal, this.#closed]), giveUp);
    this.#waiting.set(request, { seconds, resolve });
    this.#draw(request, seconds);
    return promise.finally(() => {
      timer.dispose();
      forget();
      this.#waiting.delete(request);
    });
  }

  /** The page has been loaded, and knows nothing of what it was asked before. */
  begin(): void {
    for (const [request, { seconds }] of this.#waiting) this.#draw(request, seconds);
  }

  heard(drawn: Drawn): void {
    this.#waiting.get(drawn.request)?.resolve(drawn);
  }

  #draw(request: number, seconds: number | null): void {
    this.#post({ type: 'drawReport', request, seconds });
  }
}
