type Question = 'range' | 'comparison';

/** The ends of what one page waits for: nobody works on for a page that is gone. */
export class PageWork {
  readonly #closed = new AbortController();
  readonly #newest = new Map<Question, AbortController>();

  /** Aborted when the page is closed, and with it all that it has asked for. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** Aborted by the next question of this kind, and when the page is hidden or closed: one that shows again asks anew. */
  begin(question: Question): AbortSignal {
    this.#newest.get(question)?.abort();
    const asked = new AbortController();
    this.#newest.set(question, asked);
    return AbortSignal.any([asked.signal, this.closed]);
  }

  hide(): void {
    for (const asked of this.#newest.values()) asked.abort();
  }

  close(): void {
    this.#closed.abort();
  }
}
