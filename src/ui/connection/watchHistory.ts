import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { HistoryStore } from '../../history/historyStore.ts';
import { connectionIdentity, type StoreIdentity } from '../../history/identity.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';

/** Opens the history that all windows on this table share. Never rejects: what is wrong with it is in its `problem`. */
export function openStore(
  connection: Connection,
  storage: vscode.Uri,
  everyMs: number,
  log: Log,
): Promise<HistoryStore> {
  return HistoryStore.open({
    folder: join(storage.fsPath, 'history'),
    identity: identityOf(connection, log),
    log,
    everyMs,
  });
}

function identityOf(connection: Connection, log: Log): StoreIdentity {
  const { id, name } = connection;
  try {
    return connectionIdentity(connection);
  } catch (error) {
    // Opening the connection will say so too; until it is mended there is nothing to store.
    log.warn(`The history can't be named after its database: ${describeError(error)}`);
    return { text: name, fileName: `${createHash('sha256').update(id).digest('hex').slice(0, 12)}.sqlite` };
  }
}
