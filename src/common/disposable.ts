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
