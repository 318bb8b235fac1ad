import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { asItIs, type CleanupRecord, type RunningRecord } from '../../postgres/cleanup/run/records.ts';

const KEY = 'cleanups';
const KEEP = 50;

/** Every run of a cleanup from here, newest first; kept for all windows, for a database is reached from any of them. */
export class CleanupStore implements vscode.Disposable {
  /** This window, as long as it is not loaded again. */
  readonly runner = randomUUID();
  readonly #memory: vscode.Memento;
  readonly #log: Log;
  readonly #changed: Emitter<undefined>;

  constructor(memory: vscode.Memento, log: Log) {
    this.#memory = memory;
    this.#log = log;
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  get records(): readonly CleanupRecord[] {
    const now = new Date();
    return this.#kept.map((record) => asItIs(record, now, [this.runner]));
  }

  /** Keeps a run, in the place of what was kept of it. A history that can't be written is no reason for a cleanup to fail: it is logged. */
  async put(record: CleanupRecord | RunningRecord): Promise<void> {
    const others = this.#kept.filter(
      ({ startedAt, target }) => startedAt !== record.startedAt || target !== record.target,
    );
    try {
      await this.#memory.update(KEY, [record, ...others].slice(0, KEEP));
    } catch (error) {
      this.#log.warn(`The history of cleanups could not be written: ${describeError(error)}`);
    }
    this.#changed.fire(undefined);
  }

  get #kept(): readonly CleanupRecord[] {
    const kept: unknown = this.#memory.get(KEY);
    return Array.isArray(kept) ? kept.filter(isRecord) : [];
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
