import * as vscode from 'vscode';
import type { Ending } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import { describeError, Problem, type ProblemText } from '../../common/problem.ts';
import type { DjangoProject } from '../../django/project/project.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import type { AlertTransition } from '../../monitoring/alerts/alertTypes.ts';
import type { Monitor } from '../../monitoring/poll/monitor.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { Watcher, type Watched } from '../../monitoring/watch/watcher.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import type { AppState } from '../../presentation/rows/appState.ts';
import type { HistoryState } from '../../presentation/rows/historyRow.ts';
import { looksLikeSettings } from '../../presentation/settingsFile/looksLikeSettings.ts';
import { keepChosenTable, withChosenTable } from './chosenTables.ts';
import type { Discovered, Discovery, DiscoveryOptions } from './discovery.ts';
import type { Monitors } from './monitors.ts';
import { alertSettings } from './monitorSettings.ts';
import type { SavedConnections } from './savedConnections.ts';

const ACTIVE_KEY = 'activeConnection';

export interface AppParts {
  readonly log: vscode.LogOutputChannel;
  readonly memory: vscode.Memento;
  readonly discovery: Discovery;
  readonly saved: SavedConnections;
  readonly monitors: Monitors;
}

/**
 * Decides what is watched: finds the connections, keeps one of them active with a monitor of its own, and tells the views
 * one state. It draws nothing and reads no database itself.
 */
export class App implements Ending {
  readonly #parts: AppParts;
  readonly #changed: Emitter<AppState>;
  readonly #transition: Emitter<readonly AlertTransition[]>;
  readonly #projectsRead: Emitter<undefined>;
  #state: AppState = { kind: 'searching' };
  #connections: readonly Connection[] = [];
  #discovered: Discovered = { connections: [] };
  readonly #watcher: Watcher<HistoryStore>;
  #disposed = false;
  /** Reloads wait for each other: two at once could leave two monitors. */
  #reloading: Promise<void> = Promise.resolve();

  constructor(parts: AppParts) {
    this.#parts = parts;
    const onError = (error: unknown): void => {
      parts.log.error(describeError(error));
    };
    this.#changed = new Emitter(onError);
    this.#transition = new Emitter(onError);
    this.#projectsRead = new Emitter(onError);
    this.#watcher = new Watcher({
      create: (connection) => parts.monitors.create(connection),
      options: (connection) => parts.monitors.options(connection),
      log: parts.log,
    });
    this.#watcher.onDidChange(() => this.#showWatched());
    this.#watcher.onDidTransition((transitions) => {
      this.#keepAlerts();
      this.#transition.fire(transitions);
    });
  }

  get onDidChange(): Emitter<AppState>['event'] {
    return this.#changed.event;
  }

  get onDidTransition(): Emitter<readonly AlertTransition[]>['event'] {
    return this.#transition.event;
  }

  /** The settings of the projects were read anew. */
  get onDidReadProjects(): Emitter<undefined>['event'] {
    return this.#projectsRead.event;
  }

  get state(): AppState {
    return this.#state;
  }

  get connections(): readonly Connection[] {
    return this.#connections;
  }

  get active(): Connection | undefined {
    return this.#watched?.connection;
  }

  /** The monitor of the active connection; a Problem for the person who asks for something that needs one. */
  get monitor(): Monitor {
    if (this.#watched === undefined) throw new Problem(NOTHING_WATCHED);
    return this.#watched.monitor;
  }

  /** The active connection, for the person who asks for something that needs one. @throws Problem */
  get watched(): Connection {
    if (this.#watched === undefined) throw new Problem(NOTHING_WATCHED);
    return this.#watched.connection;
  }

  /** What has been read of the active connection, by whichever window; undefined: there is none. */
  get history(): HistoryStore | undefined {
    return this.#watched?.history;
  }

  /** Finds the connections anew and watches the one that was chosen; a monitor whose connection is unchanged goes on untouched. */
  reload(options: DiscoveryOptions = {}): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload(options)).catch((error: unknown) => this.#fail(error));
    return this.#reloading;
  }

  async choose(id: string): Promise<void> {
    await this.#parts.memory.update(ACTIVE_KEY, id);
    await this.reload();
  }

  /** Of the connection that is watched; undefined: as the settings and the project say. */
  async chooseTable(table: SessionTable | undefined): Promise<void> {
    if (this.active === undefined) return;
    await keepChosenTable(this.active.id, table, this.#parts.memory);
    await this.reload();
  }

  /** To be called after an alert was acknowledged or snoozed: keeps it and draws it. */
  alertsChanged(): void {
    this.#keepAlerts();
    this.#showWatched();
  }

  /** Whether a change of this file can change where the database is. */
  concerns(file: string): boolean {
    return looksLikeSettings(file) || NAMES_DATABASE.test(file) || this.isProjectFile(file);
  }

  /** Whether the settings of a project were read from this file. */
  isProjectFile(file: string): boolean {
    return this.#discovered.projects?.some((project) => project.files.includes(file)) ?? false;
  }

  /** The project whose sessions are watched; of a connection made by hand the first one that is open. */
  get project(): DjangoProject | undefined {
    const { projects = [] } = this.#discovered;
    const root = this.#watched?.connection.projectRoot;
    return projects.find((project) => project.root === root) ?? projects[0];
  }

  /** Where DATABASES stands, also when nothing of it could be used. */
  get databaseSettings(): Discovered['location'] {
    return this.#discovered.location;
  }

  /** Applies changed settings to the running monitor; what changes the connection itself comes with the next reload. */
  applySettings(): void {
    if (this.#watched === undefined) return;
    this.#watcher.applySettings();
    for (const complaint of this.#watched.monitor.alerts.configure(alertSettings())) this.#parts.log.warn(complaint);
  }

  setVisible(visible: boolean): void {
    this.#watcher.setVisible(visible);
  }

  /** Resolves when the connection is closed, and another window may read. */
  dispose(): Promise<void> {
    this.#disposed = true;
    this.#changed.dispose();
    this.#transition.dispose();
    this.#projectsRead.dispose();
    return this.#watcher.dispose();
  }

  async #reload(options: DiscoveryOptions): Promise<void> {
    if (this.#disposed) return;
    if (!vscode.workspace.isTrusted) {
      await this.#watcher.end();
      this.#connections = [];
      this.#discovered = { connections: [] };
      this.#projectsRead.fire(undefined);
      this.#show({ kind: 'untrusted' });
      return;
    }
    if (this.#watched === undefined) this.#show({ kind: 'searching' });
    const found = await this.#parts.discovery.find(options);
    this.#discovered = found;
    const all = [...found.connections, ...this.#parts.saved.list()];
    this.#connections = all.map((connection) => withChosenTable(connection, this.#parts.memory));
    this.#parts.monitors.forgetOthers(this.#connections);
    const wanted = this.#parts.memory.get<string>(ACTIVE_KEY);
    // A connection made by hand may lead to production from any folder: it is watched only where it was chosen.
    const chosen =
      this.#connections.find((c) => c.id === wanted) ?? this.#connections.find((c) => c.source === 'django');
    if (chosen === undefined) {
      await this.#watcher.end();
      this.#show({ kind: 'notConfigured', ...(found.problem === undefined ? {} : { problem: found.problem }) });
    } else await this.#watcher.watch(chosen, options.reconnect === true);
    this.#projectsRead.fire(undefined);
  }

  get #watched(): Watched<HistoryStore> | undefined {
    return this.#watcher.current;
  }

  #keepAlerts(): void {
    if (this.#watched !== undefined)
      this.#parts.monitors.keepAlerts(this.#watched.connection, this.#watched.monitor.alerts);
  }

  #showWatched(): void {
    if (this.#watched === undefined) return;
    const { monitor, connection, history } = this.#watched;
    const alerts = monitor.alerts.states();
    const badge = monitor.alerts.badge();
    this.#show({ kind: 'connected', connection, monitor: monitor.state, alerts, badge, history: stateOf(history) });
  }

  #show(state: AppState): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  async #fail(error: unknown): Promise<void> {
    this.#parts.log.error(describeError(error));
    await this.#watcher.end();
    this.#show({ kind: 'notConfigured', problem: error instanceof Problem ? error : unexpected(error) });
  }
}

/** Files that say where the database is, besides the settings themselves. */
const NAMES_DATABASE = /[\\/](?:manage\.py|\.env[^\\/]*|pg_service\.conf|[\w.-]*compose[\w.-]*\.ya?ml)$/;

function stateOf(history: HistoryStore): HistoryState {
  const { problem, path, bytes, election } = history;
  const from = history.extent()?.from;
  return {
    bytes,
    // Before it stands there is no other that reads.
    polls: election.role !== 'follower',
    ...(problem === undefined ? {} : { problem }),
    ...(path === undefined ? {} : { path }),
    ...(from === undefined ? {} : { from }),
  };
}

const NOTHING_WATCHED: ProblemText = {
  code: 'nothing-watched',
  what: 'There is no connection to do this with',
  why: 'No database has been found or chosen yet.',
  next: 'Open the folder of a Django project, or run "Django Sessions: Connect to Database…".',
  transient: false,
};

function unexpected(error: unknown): ProblemText {
  return {
    code: 'unexpected',
    what: 'Finding the database failed',
    why: error instanceof Error ? `${error.message}.` : `${String(error)}.`,
    next: 'See the log, and connect by hand in the meantime.',
    transient: false,
  };
}
