import type * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';

export interface RecordKind<T> {
  /** Of the memory. */
  readonly key: string;
  /** What they are, for the log: "cleanups". */
  readonly plural: string;
  /** How many are kept; the oldest go. */
  readonly keep: number;
  /** What was kept may come from another version: what is none of these is left out. */
  readonly isRecord: (value: unknown) => value is T;
  /** One that is put in takes the place of those that are the same. */
  readonly isSame: (one: T, other: T) => boolean;
}

/** What was done from here, newest first, as plain JSON in the memory of the extension or of its workspace. */
export class RecordStore<T> implements Disposable {
  readonly #memory: vscode.Memento;
  readonly #kind: RecordKind<T>;
  readonly #log: Log;
  readonly #changed: Emitter<undefined>;

  constructor(memory: vscode.Memento, kind: RecordKind<T>, log: Log) {
    this.#memory = memory;
    this.#kind = kind;
    this.#log = log;
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  get records(): readonly T[] {
    const kept: unknown = this.#memory.get(this.#kind.key);
    return Array.isArray(kept) ? kept.filter(this.#kind.isRecord) : [];
  }

  /** A history that can't be written is no reason for what was done to fail: it is logged. */
  async put(record: T): Promise<void> {
    const { key, plural, keep, isSame } = this.#kind;
    const others = this.records.filter((other) => !isSame(record, other));
    try {
      await this.#memory.update(key, [record, ...others].slice(0, keep));
    } catch (error) {
      this.#log.warn(`The history of ${plural} could not be written: ${describeError(error)}`);
    }
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
