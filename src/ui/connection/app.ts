import * as vscode from 'vscode';
import type { Disposable, Ending } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import type { DjangoProject } from '../../django/project/project.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import type { Monitor } from '../../monitoring/poll/monitor.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { Fleet, type Told } from '../../monitoring/watch/fleet.ts';
import type { Watched } from '../../monitoring/watch/watcher.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import type { DatabaseState } from '../../presentation/rows/databaseState.ts';
import type { AppState } from '../../presentation/rows/appState.ts';
import type { HistoryState } from '../../presentation/rows/historyRow.ts';
import { looksLikeSettings } from '../../presentation/settingsFile/looksLikeSettings.ts';
import { NOTHING_WATCHED, unexpected } from '../../presentation/texts/connectionProblems.ts';
import type { OtherDatabase } from '../../reports/compareRanges.ts';
import { ChosenDatabases } from './chosenDatabases.ts';
import { databaseStates } from '../../presentation/databases/databaseStates.ts';
import { keepChosenTable, withChosenTable } from './chosenTables.ts';
import type { Discovered, Discovery, DiscoveryOptions } from './discovery.ts';
import type { Monitors } from './monitors.ts';
import { alertSettings } from './monitorSettings.ts';
import type { SavedConnections } from './savedConnections.ts';

/** Databases that are not shown need not be redrawn with each of their readings: together, at most so often. */
const OTHERS_MS = 1_000;

export interface AppParts {
  readonly log: vscode.LogOutputChannel;
  readonly memory: vscode.Memento;
  readonly discovery: Discovery;
  readonly saved: SavedConnections;
  readonly monitors: Monitors;
}

/**
 * Decides what is watched: finds the connections, keeps one of them active and those that the person has chosen watched beside
 * it, each with a monitor of its own, and tells the views one state. It draws nothing and reads no database itself.
 */
export class App implements Ending {
  readonly #parts: AppParts;
  readonly #changed: Emitter<AppState>;
  readonly #transition: Emitter<Told<HistoryStore>>;
  readonly #projectsRead: Emitter<undefined>;
  #state: AppState = { kind: 'searching' };
  #connections: readonly Connection[] = [];
  #discovered: Discovered = { connections: [] };
  readonly #fleet: Fleet<HistoryStore>;
  readonly #chosen: ChosenDatabases;
  /** What to show where none is watched. */
  #without: AppState = { kind: 'searching' };
  #soon: Disposable | undefined;
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
    this.#chosen = new ChosenDatabases(parts.memory);
    this.#fleet = new Fleet({
      create: (connection, isAside) => parts.monitors.create(connection, isAside),
      options: (connection) => parts.monitors.options(connection),
      log: parts.log,
    });
    this.#fleet.onDidChange((id) => {
      if (id === this.active?.id) this.#showWatched();
      else this.#soon ??= later(() => this.#showWatched(), OTHERS_MS);
    });
    this.#fleet.onDidTransition((told) => {
      this.#keepAlerts(told.watched);
      this.#transition.fire(told);
    });
  }

  get onDidChange(): Emitter<AppState>['event'] {
    return this.#changed.event;
  }

  /** Of all that are watched. */
  get onDidTransition(): Emitter<Told<HistoryStore>>['event'] {
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
    await this.#chosen.show(id);
    await this.reload();
  }

  /** How each of the known ones stands. */
  get databases(): readonly DatabaseState[] {
    return databaseStates(this.#connections, this.#fleet, this.chosen);
  }

  /** Those that are watched beside the one that is shown, with what has been read of them. */
  get others(): readonly OtherDatabase[] {
    const beside = this.#fleet.all.filter(({ connection }) => connection.id !== this.active?.id);
    return beside.map(({ connection: { id, name }, history }) => ({ id, name, source: history }));
  }

  /** Ids of those that are watched whichever is shown. */
  get chosen(): ReadonlySet<string> {
    return this.#chosen.watched;
  }

  /** These are watched from now on, whichever is shown, and no others. */
  async watch(ids: readonly string[]): Promise<void> {
    await this.#chosen.watch(ids);
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
    if (this.#watched !== undefined) this.#keepAlerts(this.#watched);
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
    this.#fleet.applySettings();
    const complaints = this.#fleet.all.flatMap(({ monitor }) => monitor.alerts.configure(alertSettings()));
    for (const complaint of new Set(complaints)) this.#parts.log.warn(complaint);
  }

  setVisible(visible: boolean): void {
    this.#fleet.setVisible(visible);
  }

  /** Resolves when the connection is closed, and another window may read. */
  dispose(): Promise<void> {
    this.#disposed = true;
    this.#changed.dispose();
    this.#transition.dispose();
    this.#projectsRead.dispose();
    this.#soon?.dispose();
    return this.#fleet.dispose();
  }

  async #reload(options: DiscoveryOptions): Promise<void> {
    if (this.#disposed) return;
    if (!vscode.workspace.isTrusted) {
      await this.#fleet.end();
      this.#connections = [];
      this.#discovered = { connections: [] };
      this.#projectsRead.fire(undefined);
      this.#showWithout({ kind: 'untrusted' });
      return;
    }
    if (this.#watched === undefined) this.#showWithout({ kind: 'searching' });
    const found = await this.#parts.discovery.find(options);
    this.#discovered = found;
    const all = [...found.connections, ...this.#parts.saved.list()];
    this.#connections = all.map((connection) => withChosenTable(connection, this.#parts.memory));
    this.#parts.monitors.forgetOthers(this.#connections);
    const front = this.#chosen.shown(this.#connections);
    const beside = this.#connections.filter(({ id }) => this.chosen.has(id));
    await this.#fleet.watch({ front, beside, reconnect: options.reconnect === true });
    if (front === undefined)
      this.#showWithout({ kind: 'notConfigured', ...(found.problem === undefined ? {} : { problem: found.problem }) });
    this.#projectsRead.fire(undefined);
  }

  get #watched(): Watched<HistoryStore> | undefined {
    return this.#fleet.front;
  }

  #keepAlerts({ connection, monitor }: Watched): void {
    this.#parts.monitors.keepAlerts(connection, monitor.alerts);
  }

  #showWithout(state: AppState): void {
    this.#without = state;
    this.#showWatched();
  }

  #showWatched(): void {
    this.#soon?.dispose();
    this.#soon = undefined;
    const { databases } = this;
    if (this.#watched === undefined) {
      const without = this.#without;
      this.#show(without.kind === 'notConfigured' ? { ...without, databases } : without);
      return;
    }
    const { monitor, connection, history } = this.#watched;
    const alerts = monitor.alerts.states();
    const badge = monitor.alerts.badge();
    const state = { connection, monitor: monitor.state, alerts, badge, history: stateOf(history), databases };
    this.#show({ kind: 'connected', ...state });
  }

  #show(state: AppState): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  async #fail(error: unknown): Promise<void> {
    this.#parts.log.error(describeError(error));
    await this.#fleet.end();
    this.#showWithout({ kind: 'notConfigured', problem: error instanceof Problem ? error : unexpected(error) });
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
