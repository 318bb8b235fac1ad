import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { RollbackRecord } from '../../presentation/texts/rollbackTypes.ts';
import { sealText, unsealText } from './sealedText.ts';

const KEY = 'rollbacks';
/** A small history: what is older is of no use for a restore. */
const KEEP = 20;

/** A text as it was before a rollback, which the file itself may not tell any more. */
export interface EarlierText {
  readonly record: RollbackRecord;
  readonly text: string;
}

/**
 * What was rolled back and restored in this workspace, newest first. Beside each record the texts before the change are
 * kept, in the workspace storage of the extension, sealed with a key of the secret storage: settings may hold secrets.
 */
export class RollbackHistory implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  /** undefined: no folder is open, so that there is no place to keep texts. */
  readonly #folder: string | undefined;
  readonly #secrets: vscode.SecretStorage;
  readonly #log: Log;
  readonly #changed: Emitter<undefined>;

  constructor(memory: vscode.Memento, storage: vscode.Uri | undefined, secrets: vscode.SecretStorage, log: Log) {
    this.#memory = memory;
    this.#secrets = secrets;
    this.#folder = storage === undefined ? undefined : join(storage.fsPath, 'rollbacks');
    this.#log = log;
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  get records(): readonly RollbackRecord[] {
    const kept: unknown = this.#memory.get(KEY);
    return Array.isArray(kept) ? kept.filter(isRecord) : [];
  }

  /** When the throttle was switched off in this file by the last rollback; undefined: it was not, or has been restored since. */
  offSince(file: string): Date | undefined {
    const last = this.#lastOf(file);
    return last === undefined || last.action === 'restore' ? undefined : new Date(last.at);
  }

  /** Changes that no restart of the application has followed yet, newest first. */
  get pending(): readonly RollbackRecord[] {
    const standing = this.records.filter(({ undone }) => undone !== true);
    const restarted = standing.findIndex(({ restart }) => restart !== undefined);
    return restarted === -1 ? standing : standing.slice(0, restarted);
  }

  async add(record: RollbackRecord, before: ReadonlyMap<string, string>): Promise<void> {
    const records = [record, ...this.records];
    await this.#save(records.slice(0, KEEP));
    await this.#keepTexts(record, before);
    for (const old of records.slice(KEEP)) await this.#forget(old);
  }

  async update(id: string, change: Partial<RollbackRecord>): Promise<void> {
    await this.#save(this.records.map((record) => (record.id === id ? { ...record, ...change } : record)));
  }

  /** The text of the file before the last rollback that is still off; undefined: none is kept. */
  async earlierText(file: string): Promise<EarlierText | undefined> {
    const record = this.#lastOf(file);
    if (record === undefined || record.action === 'restore' || this.#folder === undefined) return undefined;
    try {
      return { record, text: await unsealText(await readFile(this.#path(record, file)), this.#secrets) };
    } catch (error) {
      // Somebody has emptied one of the storages: then there is no earlier text, and the caller says so.
      this.#log.warn(`The text before the rollback can't be read: ${describeError(error)}`);
      return undefined;
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #save(records: readonly RollbackRecord[]): Promise<void> {
    await this.#memory.update(KEY, records);
    this.#changed.fire(undefined);
  }

  async #keepTexts(record: RollbackRecord, before: ReadonlyMap<string, string>): Promise<void> {
    if (this.#folder === undefined) return;
    try {
      await mkdir(join(this.#folder, record.id), { recursive: true, mode: 0o700 });
      for (const [file, text] of before)
        await writeFile(this.#path(record, file), await sealText(text, this.#secrets), { mode: 0o600 });
    } catch (error) {
      // The restore works from the text of the file alone: this is only for when that was changed by hand.
      this.#log.warn(`The text before the rollback can't be kept: ${describeError(error)}`);
    }
  }

  async #forget(record: RollbackRecord): Promise<void> {
    if (this.#folder === undefined) return;
    await rm(join(this.#folder, record.id), { recursive: true, force: true });
  }

  #lastOf(file: string): RollbackRecord | undefined {
    return this.records.find(({ files, undone }) => undone !== true && files.includes(file));
  }

  #path(record: RollbackRecord, file: string): string {
    return join(this.#folder ?? '', record.id, String(record.files.indexOf(file)));
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isRecord(value: unknown): value is RollbackRecord {
  if (!isObject(value)) return false;
  const { id, at, action, files, before, after } = value as Partial<Record<keyof RollbackRecord, unknown>>;
  return (
    typeof id === 'string' &&
    typeof at === 'string' &&
    typeof action === 'string' &&
    Array.isArray(files) &&
    isObject(before) &&
    isObject(after)
  );
}
