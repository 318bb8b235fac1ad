import type * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { AlertEngine } from '../../monitoring/alerts/alerts.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { forget } from './forget.ts';

/** What the alerts of each connection know, so that a reload of the window does not notify again of what was known before it. */
const PREFIX = 'alerts/';
/** A connection that is not found may be back tomorrow: settings.py can't be read while somebody writes it. */
const KEEP_MS = 14 * 24 * 3_600_000;

type Identified = Pick<Connection, 'id'>;

export function restoreAlerts(connection: Identified, alerts: AlertEngine, memory: vscode.Memento, log: Log): void {
  const saved: unknown = memory.get(keyOf(connection));
  if (saved !== undefined && !alerts.restore(saved, new Date()))
    log.warn('The kept state of the alerts was unusable; it starts afresh');
}

export function keepAlerts(connection: Identified, alerts: AlertEngine, memory: vscode.Memento, log: Log): void {
  memory.update(keyOf(connection), alerts.toJSON()).then(undefined, (error: unknown) => {
    log.warn(`The state of the alerts could not be kept: ${describeError(error)}`);
  });
}

/** Removes what is kept of connections that have not been there for two weeks. @param connections all that there are */
export function forgetAlerts(connections: readonly Identified[], memory: vscode.Memento, now: Date, log: Log): void {
  const known = new Set(connections.map(keyOf));
  const isOld = (key: string): boolean =>
    key.startsWith(PREFIX) && !known.has(key) && now.getTime() - keptAt(memory.get(key)) > KEEP_MS;
  forget(memory, isOld, log);
}

function keyOf({ id }: Identified): string {
  return `${PREFIX}${id}`;
}

/** Milliseconds since the epoch; what says no time is as old as can be. */
function keptAt(saved: unknown): number {
  const at = typeof saved === 'object' && saved !== null && 'at' in saved ? saved.at : undefined;
  return typeof at === 'number' ? at : -Infinity;
}
