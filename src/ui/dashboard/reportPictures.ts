import { later } from '../../common/timers.ts';
import type { ToDashboard, ToHost } from '../../webview/protocol.ts';

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
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(post: (message: ToDashboard) => void) {
    this.#post = post;
  }

  /**
   * The pictures of what is shown, or of the last seconds, which the page shows for it. The page may still have to be
   * loaded. Undefined: it did not answer in time, or the signal was aborted.
   */
  ask(seconds: number | null, signal: AbortSignal, withinMs = DRAW_MS): Promise<Drawn | undefined> {
    const request = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<Drawn | undefined>();
    const giveUp = (): void => resolve(undefined);
    const timer = later(giveUp, withinMs);
    signal.addEventListener('abort', giveUp, { once: true });
    this.#waiting.set(request, { seconds, resolve });
    this.#draw(request, seconds);
    return promise.finally(() => {
      timer.dispose();
      signal.removeEventListener('abort', giveUp);
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
