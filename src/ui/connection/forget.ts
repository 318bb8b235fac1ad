import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';

/** Removes what is kept under these keys; what can't be removed is tried again another time. */
export function forget(memory: vscode.Memento, isOld: (key: string) => boolean, log: Log): void {
  for (const key of memory.keys().filter(isOld)) {
    memory.update(key, undefined).then(undefined, (error: unknown) => {
      log.warn(`What is kept as ${key} could not be removed: ${describeError(error)}`);
    });
  }
}

/** Sizes of tables that were kept here before the history had them. */
export function forgetSizes(memory: vscode.Memento, log: Log): void {
  forget(memory, (key) => key.startsWith('growth/'), log);
}
