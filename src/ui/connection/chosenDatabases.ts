import type * as vscode from 'vscode';
import type { Connection } from '../../monitoring/watch/connection.ts';

/**
 * Which connections the person has chosen for this workspace: the one that is shown, and those watched beside it. In no file of
 * the workspace, for one made by hand may lead to production from any folder: it is watched only where it was chosen.
 */
const SHOWN_KEY = 'activeConnection';
const WATCHED_KEY = 'watchedConnections';

export class ChosenDatabases {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** The one that was chosen, else the project's own; undefined: there is neither. */
  shown(connections: readonly Connection[]): Connection | undefined {
    const wanted = this.#memory.get<string>(SHOWN_KEY);
    return connections.find(({ id }) => id === wanted) ?? connections.find(({ source }) => source === 'django');
  }

  show(id: string): Thenable<void> {
    return this.#memory.update(SHOWN_KEY, id);
  }

  /** Ids of those that are watched whichever is shown. */
  get watched(): ReadonlySet<string> {
    return new Set(this.#memory.get<readonly string[]>(WATCHED_KEY));
  }

  /** These and no others. */
  watch(ids: Iterable<string>): Thenable<void> {
    return this.#memory.update(WATCHED_KEY, [...ids].sort());
  }
}
