import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { Row } from '../../presentation/rows/row.ts';

const KEY = 'tree/open';

/**
 * Which rows a person has opened and closed; the others are as they were drawn first. VS Code remembers it until the window is
 * closed and as long as the row is there, this does beyond that.
 */
export class OpenRows {
  readonly #memory: vscode.Memento;
  readonly #log: Log;
  readonly #left: Map<string, boolean>;

  constructor(memory: vscode.Memento, log: Log) {
    this.#memory = memory;
    this.#log = log;
    this.#left = new Map(Object.entries(this.#kept));
  }

  isOpen({ id, expanded }: Pick<Row, 'id' | 'expanded'>): boolean {
    return this.#left.get(id) ?? expanded === true;
  }

  /** @param keep for the next window too */
  leave(id: string, isOpen: boolean, keep: boolean): void {
    this.#left.set(id, isOpen);
    if (!keep) return;
    this.#memory.update(KEY, { ...this.#kept, [id]: isOpen }).then(undefined, (error: unknown) => {
      this.#log.warn(`Which rows are open could not be kept: ${describeError(error)}`);
    });
  }

  get #kept(): Readonly<Record<string, boolean>> {
    return this.#memory.get(KEY, {});
  }
}
