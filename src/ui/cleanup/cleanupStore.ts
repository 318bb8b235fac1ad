import type * as vscode from 'vscode';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { CleanupRecord } from '../../database/cleanupHistory.ts';

const KEY = 'cleanups';
const KEEP = 50;

/** Every run of a cleanup from here, newest first; kept for all windows, for a database is reached from any of them. */
export class CleanupStore implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #changed: Emitter<undefined>;

  constructor(memory: vscode.Memento, log: Log) {
    this.#memory = memory;
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  get records(): readonly CleanupRecord[] {
    const kept: unknown = this.#memory.get(KEY);
    return Array.isArray(kept) ? kept.filter(isRecord) : [];
  }

  async add(record: CleanupRecord): Promise<void> {
    await this.#memory.update(KEY, [record, ...this.records].slice(0, KEEP));
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function isRecord(value: unknown): value is CleanupRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, startedAt, target, deleted } = value as Partial<Record<keyof CleanupRecord, unknown>>;
  return (
    typeof kind === 'string' &&
    typeof startedAt === 'string' &&
    typeof target === 'string' &&
    typeof deleted === 'number'
  );
}
