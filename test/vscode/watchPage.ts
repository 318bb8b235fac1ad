/// <reference lib="dom" />
import type { Workbench } from '../kit/vscode.ts';

/** What changes in the page between two looks at it, seen by observers inside the page. */

declare global {
  interface Window {
    redrawnRows?: Map<string, number>;
    firstFigures?: number;
  }
}

/**
 * Counts how often the content of each row of the tree is drawn anew until `enough`. A row that only moves keeps its
 * content; one that VS Code draws again gets new children.
 */
export async function rowsRedrawnDuring(
  workbench: Workbench,
  enough: (labels: ReadonlyMap<string, number>) => boolean,
): Promise<ReadonlyMap<string, number>> {
  await workbench.page.evaluate(() => {
    const redrawn = (window.redrawnRows = new Map<string, number>());
    const observer = new MutationObserver((mutations) => {
      const rows = new Set(
        mutations.filter((m) => m.type === 'childList').map((m) => (m.target as Element).closest('.monaco-list-row')),
      );
      for (const row of rows) {
        const label = row?.querySelector('.label-name')?.textContent ?? '';
        redrawn.set(label, (redrawn.get(label) ?? 0) + 1);
      }
    });
    const tree = document.querySelector('.part.sidebar [role="tree"] .monaco-list-rows');
    if (tree !== null) observer.observe(tree, { subtree: true, childList: true });
  });
  const read = async (): Promise<ReadonlyMap<string, number>> =>
    new Map(await workbench.page.evaluate(() => [...(window.redrawnRows ?? [])]));
  return workbench.waitFor(read, 'rows to be drawn again', enough);
}

/** From the next load of the page on it notes when the tree has figures first; returns how to ask: ms since the epoch, 0 while it has none. */
export async function timeOfFirstFigures(workbench: Workbench): Promise<() => Promise<number>> {
  await workbench.page.addInitScript(() => {
    const look = (): void => {
      if (window.firstFigures !== undefined) return;
      const rows = [...document.querySelectorAll('.part.sidebar .monaco-list-row')];
      if (rows.some((row) => /^Active\D*\d/.test(row.textContent))) window.firstFigures = Date.now();
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  });
  return () => workbench.page.evaluate(() => window.firstFigures ?? 0);
}

/**
 * Whether what extensions have kept holds this text. VS Code in a browser writes it to IndexedDB up to 5 s late, and what is
 * not written when the page is loaded again is lost.
 */
export function isKept(workbench: Workbench, text: string): Promise<boolean> {
  return workbench.page.evaluate(async (wanted) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error ?? new Error('IndexedDB failed'));
        };
      });
    for (const { name = '' } of await indexedDB.databases()) {
      if (!name.startsWith('vscode-web-state-db')) continue;
      const db = await done(indexedDB.open(name));
      const values = await done(db.transaction('ItemTable').objectStore('ItemTable').getAll());
      db.close();
      if (values.some((value) => String(value).includes(wanted))) return true;
    }
    return false;
  }, text);
}
