/** Same shape as VS Code's Disposable, so that rooms that do not import `vscode` can hand one out. */
export interface Disposable {
  dispose(): void;
}

/** Disposes what was added, last first; what is added after disposal is disposed at once. */
export class DisposableStore implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.push(item);
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    for (const item of this.#items.splice(0).reverse()) item.dispose();
  }
}

/** What may take a moment to end, such as a connection that says goodbye to its server. */
export interface Ending {
  dispose(): void | PromiseLike<void>;
}

/**
 * The same for what takes a moment: all are begun at once, last first, so that none waits behind another, and one that fails
 * keeps none from ending.
 */
export class EndingStore {
  readonly #items: Ending[] = [];
  readonly #onError: (error: unknown) => void;

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  add<T extends Ending>(item: T): T {
    this.#items.push(item);
    return item;
  }

  /** Resolves when all have ended. Never rejects. */
  async dispose(): Promise<void> {
    const items = this.#items.splice(0).reverse();
    const ended = await Promise.allSettled(items.map(async (item) => item.dispose()));
    for (const one of ended) if (one.status === 'rejected') this.#onError(one.reason);
  }
}
