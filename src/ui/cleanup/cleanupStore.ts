import { randomUUID } from 'node:crypto';
import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { asItIs, type CleanupRecord, type RunningRecord } from '../../postgres/cleanup/run/records.ts';
import { RecordStore, type RecordKind } from '../common/recordStore.ts';

const CLEANUPS: RecordKind<CleanupRecord> = {
  key: 'cleanups',
  plural: 'cleanups',
  keep: 50,
  isRecord,
  isSame: (one, other) => one.startedAt === other.startedAt && one.target === other.target,
};

/** Every run of a cleanup from here, newest first; kept for all windows, for a database is reached from any of them. */
export class CleanupStore implements vscode.Disposable {
  /** This window, as long as it is not loaded again. */
  readonly runner = randomUUID();
  readonly #kept: RecordStore<CleanupRecord>;

  constructor(memory: vscode.Memento, log: Log) {
    this.#kept = new RecordStore(memory, CLEANUPS, log);
  }

  get onDidChange(): RecordStore<CleanupRecord>['onDidChange'] {
    return this.#kept.onDidChange;
  }

  get records(): readonly CleanupRecord[] {
    const now = new Date();
    return this.#kept.records.map((record) => asItIs(record, now, [this.runner]));
  }

  put(record: CleanupRecord | RunningRecord): Promise<void> {
    return this.#kept.put(record);
  }

  dispose(): void {
    this.#kept.dispose();
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
