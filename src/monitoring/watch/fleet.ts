import { setImmediate } from 'node:timers/promises';
import type { Ending } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { Gate } from './gate.ts';
import { describeError } from '../../common/problem.ts';
import type { AlertTransition } from '../alerts/alertTypes.ts';
import type { Connection } from './connection.ts';
import { Watcher, type Keeping, type Watched, type WatcherParts } from './watcher.ts';

/** What the alerts of one connection tell. */
export interface Told<K extends Keeping = Keeping> {
  readonly watched: Watched<K>;
  readonly transitions: readonly AlertTransition[];
}

/** Which connections are watched, by their ids, and how. */
export interface Wanted {
  /** The one that is looked at; undefined: none is. */
  readonly front: Connection | undefined;
  /** Watched beside it. The one in front may be among them: it goes on when another comes to the front. */
  readonly beside: readonly Connection[];
  /** The one in front with a new monitor, even where it is watched already. */
  readonly reconnect: boolean;
}

/** How many of those beside are made ready at once: each opens its history, which keeps the editor waiting. */
const AT_ONCE = 2;

/**
 * Keeps several connections watched, each by a watcher of its own, so that one that fails or hangs is nothing to the others. One
 * of them is in front: it is read at the pace of what is looked at, the others beside it seldom and little. To come to the front
 * is to be read more often, and no new beginning.
 */
export class Fleet<K extends Keeping = Keeping> implements Ending {
  /** The connection of this id is another one now, or its figures, state or alerts are. */
  readonly onDidChange: Event<string>;
  readonly onDidTransition: Event<Told<K>>;
  readonly #changed: Emitter<string>;
  readonly #transition: Emitter<Told<K>>;
  readonly #parts: WatcherParts<K>;
  readonly #watchers = new Map<string, Watcher<K>>();
  /** Of each watcher what it was last told to do: one thing after the other. */
  readonly #doing = new Map<Watcher<K>, Promise<void>>();
  readonly #gate = new Gate(AT_ONCE);
  #wanted: ReadonlyMap<string, Connection> = new Map();
  #front: string | undefined;
  #visible = false;
  #disposed = false;

  constructor(parts: WatcherParts<K>) {
    this.#parts = parts;
    const onError = (error: unknown): void => parts.log.error(describeError(error));
    this.#changed = new Emitter(onError);
    this.#transition = new Emitter(onError);
    this.onDidChange = this.#changed.event;
    this.onDidTransition = this.#transition.event;
  }

  get front(): Watched<K> | undefined {
    return this.#front === undefined ? undefined : this.get(this.#front);
  }

  get all(): readonly Watched<K>[] {
    return [...this.#watchers.values()].flatMap(({ current }) => current ?? []);
  }

  /** Undefined: it is not watched, or is still being made ready. */
  get(id: string): Watched<K> | undefined {
    return this.#watchers.get(id)?.current;
  }

  /**
   * Watches these and no others. Resolves when the one in front is watched and those that left are closed; those beside come one
   * after the other. Not to be called again before it has resolved.
   */
  async watch({ front, beside, reconnect }: Wanted): Promise<void> {
    const wanted = new Map(beside.map((connection) => [connection.id, connection]));
    if (front !== undefined) wanted.set(front.id, front);
    this.#wanted = wanted;
    this.#front = front?.id;
    for (const [id, watcher] of this.#watchers) watcher.setAside(id !== this.#front);
    const left = [...this.#watchers.keys()].filter((id) => !wanted.has(id)).map((id) => this.#remove(id));
    if (front !== undefined) await this.#keep(front, reconnect);
    for (const connection of wanted.values()) if (connection !== front) void this.#keepBeside(connection);
    await Promise.all(left);
  }

  /** The settings, or what the project says of its sessions, may have changed. */
  applySettings(): void {
    for (const watcher of this.#watchers.values()) watcher.applySettings();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    for (const watcher of this.#watchers.values()) watcher.setVisible(visible);
  }

  /** Watches nothing any more; resolves when all connections are closed. */
  async end(): Promise<void> {
    this.#wanted = new Map();
    this.#front = undefined;
    await Promise.all([...this.#watchers.keys()].map((id) => this.#remove(id)));
  }

  /** Ends for good. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#changed.dispose();
    this.#transition.dispose();
    await this.end();
  }

  async #keepBeside(connection: Connection): Promise<void> {
    try {
      await this.#gate.through(async () => {
        // It may have had to wait for so long that it is another one now, or none.
        if (this.#wanted.get(connection.id) !== connection) return;
        await this.#keep(connection, false);
        // Whatever else the editor has to do comes between two of them.
        await setImmediate();
      });
    } catch (error) {
      this.#parts.log.error(`${connection.name} can't be watched: ${describeError(error)}`);
    }
  }

  /** @throws what its watcher throws */
  async #keep(connection: Connection, reconnect: boolean): Promise<void> {
    if (this.#disposed) return;
    const watcher = this.#watchers.get(connection.id) ?? this.#add(connection.id);
    const before = this.#doing.get(watcher) ?? Promise.resolve();
    const doing = before.then(() => watcher.watch(connection, reconnect));
    this.#doing.set(
      watcher,
      doing.catch(() => undefined),
    );
    await doing;
  }

  #add(id: string): Watcher<K> {
    const watcher = new Watcher(this.#parts);
    watcher.onDidChange(() => this.#changed.fire(id));
    watcher.onDidTransition((transitions) => {
      if (watcher.current !== undefined) this.#transition.fire({ watched: watcher.current, transitions });
    });
    watcher.setVisible(this.#visible);
    watcher.setAside(id !== this.#front);
    this.#watchers.set(id, watcher);
    return watcher;
  }

  async #remove(id: string): Promise<void> {
    const watcher = this.#watchers.get(id);
    this.#watchers.delete(id);
    if (watcher === undefined) return;
    this.#doing.delete(watcher);
    await watcher.dispose();
    this.#changed.fire(id);
  }
}
