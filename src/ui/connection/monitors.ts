import { Gate } from '../../monitoring/watch/gate.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import type { AlertEngine } from '../../monitoring/alerts/alerts.ts';
import type { MonitorOptions } from '../../monitoring/poll/monitorTypes.ts';
import type { Database } from '../../postgres/connect/database.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { Watching } from '../../monitoring/watch/watcher.ts';
import type { ThrottleInterval } from '../settings/throttleInterval.ts';
import { forgetAlerts, keepAlerts } from './alertMemory.ts';
import type { MonitorPlace } from './createMonitor.ts';
import { monitorOptions } from './monitorSettings.ts';

export interface MonitorsParts extends Omit<MonitorPlace, 'open'> {
  readonly interval: ThrottleInterval;
}

const CONNECT_AT_ONCE = 4;

/** Makes the monitors of connections, and keeps what their alerts know over a reload of the window. */
export class Monitors {
  readonly #parts: MonitorsParts;
  /** Of those that are watched beside another: they don't connect all at once. */
  readonly #gate = new Gate(CONNECT_AT_ONCE);

  constructor(parts: MonitorsParts) {
    this.#parts = parts;
  }

  /** What monitors are made of (readings, alerts, the history) is loaded here, with the first of them. */
  async create(connection: Connection, isAside: () => boolean): Promise<Watching<HistoryStore>> {
    const { createMonitor } = await import('./createMonitor.ts');
    const open = (connect: () => Promise<Database>): Promise<Database> =>
      isAside() ? this.#gate.through(connect) : connect();
    return createMonitor(connection, this.options(connection), { ...this.#parts, open });
  }

  /** What the settings and the project say now. */
  options(connection: Connection): MonitorOptions {
    return monitorOptions(connection, this.#parts.interval.secondsOf(connection));
  }

  /** To be called when what the alerts know has changed, so that a reload of the window does not notify of it again. */
  keepAlerts(connection: Connection, alerts: AlertEngine): void {
    keepAlerts(connection, alerts, this.#parts.context.workspaceState, this.#parts.log);
  }

  /** @param connections all that there are: of others nothing has to be kept */
  forgetOthers(connections: readonly Connection[]): void {
    forgetAlerts(connections, this.#parts.context.workspaceState, new Date(), this.#parts.log);
  }
}
