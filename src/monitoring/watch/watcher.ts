import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { AlertTransition } from '../alerts/alertTypes.ts';
import type { Monitor } from '../poll/monitor.ts';
import type { MonitorOptions } from '../poll/monitorTypes.ts';
import type { Connection } from './connection.ts';

/** Where a monitor keeps what it reads. */
export interface Keeping extends Disposable {
  /** Why it is not kept as it should be may be another reason now, or none. */
  readonly onDidChangeProblem: Event<unknown>;
}

/** A monitor and where it keeps what it reads. */
export interface Watching<K extends Keeping = Keeping> {
  readonly monitor: Monitor;
  readonly history: K;
}

/** A connection that is watched. */
export interface Watched<K extends Keeping = Keeping> extends Watching<K> {
  readonly connection: Connection;
}

export interface WatcherParts<K extends Keeping> {
  /** `isAside`: whether another connection is looked at, asked whenever it matters. */
  readonly create: (connection: Connection, isAside: () => boolean) => Promise<Watching<K>>;
  /** What the settings and the project say now; applied to a monitor that runs. */
  readonly options: (connection: Connection) => Partial<MonitorOptions>;
  readonly log: Log;
}

/**
 * Keeps one connection watched by a monitor of its own. The monitor lives as long as the connection leads to the same table:
 * what only describes it is applied to the one that runs, so that its figures, rates and alerts go on.
 */
export class Watcher<K extends Keeping = Keeping> {
  readonly onDidChange: Event<undefined>;
  readonly onDidTransition: Event<readonly AlertTransition[]>;
  readonly #changed: Emitter<undefined>;
  readonly #transition: Emitter<readonly AlertTransition[]>;
  readonly #parts: WatcherParts<K>;
  #watched: (Watched<K> & { readonly identity: string; readonly subscriptions: readonly Disposable[] }) | undefined;
  #visible = false;
  #aside = false;
  #disposed = false;

  constructor(parts: WatcherParts<K>) {
    this.#parts = parts;
    const onError = (error: unknown): void => parts.log.error(describeError(error));
    this.#changed = new Emitter(onError);
    this.#transition = new Emitter(onError);
    this.onDidChange = this.#changed.event;
    this.onDidTransition = this.#transition.event;
  }

  get current(): Watched<K> | undefined {
    return this.#watched;
  }

  /** Not to be called again before it has resolved. `reconnect`: with a new monitor even where this one is watched already. */
  async watch(connection: Connection, reconnect: boolean): Promise<void> {
    const identity = await identityOf(connection);
    if (!reconnect && this.#watched?.identity === identity) {
      this.#watched = { ...this.#watched, connection };
      this.applySettings();
      this.#changed.fire(undefined);
      return;
    }
    await this.end();
    if (this.#disposed) return;
    this.#parts.log.info(`Watching ${connection.name}: ${connection.target}`);
    const watching = await this.#parts.create(connection, () => this.#aside);
    if (this.#isDisposed()) return end(watching);
    const { monitor, history } = watching;
    const subscriptions = [
      monitor.onDidChange(() => this.#changed.fire(undefined)),
      history.onDidChangeProblem(() => this.#changed.fire(undefined)),
      monitor.onDidTransition((transitions) => this.#transition.fire(transitions)),
    ];
    this.#watched = { connection, identity, monitor, history, subscriptions };
    monitor.update({ aside: this.#aside });
    monitor.setVisible(this.#visible);
    monitor.start();
    this.#changed.fire(undefined);
  }

  /** The settings, or what the project says of its sessions, may have changed. */
  applySettings(): void {
    const { connection, monitor } = this.#watched ?? {};
    if (connection !== undefined) monitor?.update({ ...this.#parts.options(connection), aside: this.#aside });
  }

  /** Whether another connection is looked at, and this one watched beside it. */
  setAside(aside: boolean): void {
    if (this.#aside === aside) return;
    this.#aside = aside;
    this.applySettings();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#watched?.monitor.setVisible(visible);
  }

  /** Watches nothing any more; resolves when the connection is closed. */
  async end(): Promise<void> {
    const watched = this.#watched;
    this.#watched = undefined;
    if (watched === undefined) return;
    for (const subscription of watched.subscriptions) subscription.dispose();
    await end(watched);
  }

  /** Ends for good: what is still being made is ended as soon as it is there. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#changed.dispose();
    this.#transition.dispose();
    await this.end();
  }

  /** As a method, since it may have become so while something else was waited for. */
  #isDisposed(): boolean {
    return this.#disposed;
  }
}

async function end({ monitor, history }: Watching): Promise<void> {
  await monitor.dispose();
  history.dispose();
}

/**
 * Two connections with the same identity are the same to a monitor: they lead to the same table by the same way. What
 * describes them (name, production, what settings.py says of sessions) is not in it. Stays in memory: it holds the password.
 */
async function identityOf({ id, connectionString, table, command, access }: Connection): Promise<string> {
  // What is in the way of opening it may change as its password may.
  return JSON.stringify([id, connectionString, table, command, await access().catch(describeError)]);
}
