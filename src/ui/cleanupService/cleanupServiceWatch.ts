import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { later } from '../../common/timers.ts';
import { deletionsIn } from '../../history/deletions.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { ServiceSetup, ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import { ServiceWatch } from '../../monitoring/cleanupService/serviceWatch.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { SnapshotSources } from '../../monitoring/snapshot/sources.ts';
import { watchFiles } from '../common/watchFiles.ts';
import type { App } from '../connection/app.ts';
import { projectFolder } from '../settings/projectFolder.ts';
import { readSetting } from '../settings/settings.ts';

const SECTION = `${SETTINGS_SECTION}.cleanupService`;
/** Compose files and what fills in their variables, scripts that they call, and what may hold a schedule. */
const FILES = '**/{*.yml,*.yaml,.env,*.sh,*.py,*cron*,*.service,*.timer}';
/** A save of several files or settings is one change. */
const SETTLE_MS = 300;

/** Has the cleanup service looked at as settings and compose files say, and anew when they change. */
export class CleanupServiceWatch implements Disposable {
  readonly #app: App;
  readonly #watch: ServiceWatch;
  readonly #store = new DisposableStore();
  #timer: Disposable | undefined;
  #folder: string | undefined;

  constructor(app: App, sources: SnapshotSources, log: Log) {
    this.#app = app;
    this.#watch = this.#store.add(
      new ServiceWatch({
        setUp: () => this.#setUp(),
        trusted: () => vscode.workspace.isTrusted,
        resting: () => app.state.kind === 'connected' && app.state.monitor.kind === 'paused',
        snapshots: () => this.#snapshots(),
        deletionsIn: (from, to) => app.history && deletionsIn(app.history, from, to),
        log,
      }),
    );
    sources.add('cleanupService', this.#watch);
    // Also the first time: which folder has the project is known only then.
    this.#store.add(
      app.onDidReadProjects(() => {
        if (this.#watch.setup === undefined || this.folder?.uri.fsPath !== this.#folder) void this.#watch.rebuild();
      }),
    );
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(SECTION) && this.#soon()),
    );
    this.#store.add(watchFiles(FILES, (file) => void this.#changed(file)));
  }

  get onDidChange(): ServiceWatch['onDidChange'] {
    return this.#watch.onDidChange;
  }

  /** undefined: not looked at yet, or not to be looked at in Restricted Mode. */
  get state(): ServiceState | undefined {
    return this.#watch.state;
  }

  /** The workspace folder whose compose files are looked at: that of the project that is watched, else the first. */
  get folder(): vscode.WorkspaceFolder | undefined {
    return projectFolder(this.#app.project?.root);
  }

  /** To be called when what settings count for has changed otherwise than by a change of theirs. */
  settingsChanged(): void {
    this.#soon();
  }

  /** Reads it now; never rejects. */
  read(): Promise<void> {
    return this.#watch.read();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#store.dispose();
  }

  async #changed(file: string): Promise<void> {
    const isScript = this.#watch.setup?.candidates.some(({ script }) => script === file) === true;
    const { mayHoldSchedule } = await import('../../services/cleanupService/schedules.ts');
    if (isScript || file.endsWith('.env') || mayHoldSchedule(file)) this.#soon();
  }

  #soon(): void {
    this.#timer?.dispose();
    this.#timer = later(() => void this.#watch.rebuild(), SETTLE_MS);
  }

  async #setUp(): Promise<ServiceSetup> {
    // Loaded here: reading YAML is a large part of the bundle.
    const { setUpService } = await import('../../monitoring/cleanupService/setUpService.ts');
    const uri = this.folder?.uri;
    this.#folder = uri?.fsPath;
    return setUpService((key) => readSetting(`cleanupService.${key}`, uri), uri?.fsPath);
  }

  #snapshots(): readonly Snapshot[] | undefined {
    const { state } = this.#app;
    const isLive = state.kind === 'connected' && this.#app.active !== undefined && state.monitor.kind === 'live';
    return isLive ? this.#app.monitor.history.all() : undefined;
  }
}
