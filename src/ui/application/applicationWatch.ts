import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import type { Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { later } from '../../common/timers.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import { ApplicationPoll } from '../../monitoring/application/applicationPoll.ts';
import type { ApplicationServer } from '../../monitoring/application/applicationSettings.ts';
import {
  configuredState,
  type ApplicationSetup,
  type ApplicationState,
} from '../../monitoring/application/applicationState.ts';
import { wantedSeconds } from '../../monitoring/poll/pacing.ts';
import type { SnapshotSources } from '../../monitoring/snapshot/sources.ts';
import type { Exchange } from '../../monitoring/watch/exchange.ts';
import type { PrometheusServer } from '../../presentation/dashboard/historyPlan.ts';
import type { ApplicationSettings } from '../../services/createApplicationSources.ts';
import type { App } from '../connection/app.ts';
import { projectFolder } from '../settings/projectFolder.ts';
import { getNumber, readSetting } from '../settings/settings.ts';
import { ApplicationCredentials } from './applicationCredentials.ts';

const SECTION = `${SETTINGS_SECTION}.application`;
/** Several settings that are saved at once are one change. */
const SETTLE_MS = 300;
const INTERVALS = ['intervalSeconds', 'hiddenIntervalSeconds'] as const;

/** Keeps what the application says of itself up to date, from the sources that the settings name. */
export class ApplicationWatch implements Disposable {
  readonly credentials: ApplicationCredentials;
  readonly #app: App;
  readonly #poll: ApplicationPoll;
  readonly #store = new DisposableStore();
  #visible = false;
  #timer: Disposable | undefined;
  #folder: string | undefined;

  constructor(
    app: App,
    sources: SnapshotSources,
    secrets: vscode.SecretStorage,
    exchange: () => Exchange | undefined,
    log: Log,
  ) {
    this.#app = app;
    this.credentials = new ApplicationCredentials(secrets);
    this.#poll = this.#store.add(
      new ApplicationPoll({
        setUp: () => this.#setUp(),
        trusted: () => vscode.workspace.isTrusted,
        exchange,
        everyMs: this.#everyMs,
        log,
      }),
    );
    sources.add('application', this.#poll);
    // Also the first time: which folder has the project is known only then.
    this.#store.add(
      app.onDidReadProjects(() => {
        const isOther = this.#poll.setup === undefined || this.#folderUri?.fsPath !== this.#folder;
        if (isOther || !vscode.workspace.isTrusted) void this.#poll.rebuild();
      }),
    );
    this.#store.add(
      app.onDidChange((state) => {
        this.#poll.rest(state.kind === 'connected' && state.monitor.kind === 'paused');
      }),
    );
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) this.#soon();
        if (INTERVALS.some((key) => event.affectsConfiguration(`${SETTINGS_SECTION}.${key}`)))
          this.#poll.update(this.#everyMs);
      }),
    );
    this.#store.add(this.credentials.onDidChange(() => void this.#poll.rebuild()));
  }

  get onDidChange(): Event<undefined> {
    return this.#poll.onDidChange;
  }

  get state(): ApplicationState {
    if (!vscode.workspace.isTrusted) return { kind: 'untrusted' };
    const { setup, lastAttempt, current } = this.#poll;
    return configuredState(setup, lastAttempt, current);
  }

  /** The Prometheus server that knows the past, made anew when settings change; undefined: none is set. */
  get prometheus(): PrometheusServer | undefined {
    const { history, live } = this.#poll.setup?.sources ?? {};
    return history === undefined ? undefined : { source: history, isLive: live === history };
  }

  /** The servers that are set, for which credentials can be stored. */
  async servers(): Promise<readonly ApplicationServer[]> {
    const { checkApplicationSettings, serversOf } = await import('../../monitoring/application/applicationSettings.ts');
    return serversOf(checkApplicationSettings((key) => this.#setting(key)).settings);
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#poll.update(this.#everyMs);
  }

  /** To be called when what settings count for has changed otherwise than by a change of theirs. */
  settingsChanged(): void {
    this.#soon();
  }

  /** Reads now, by wish; never rejects. */
  read(): Promise<void> {
    return this.#poll.read();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#store.dispose();
  }

  /** The monitor's own pace. */
  get #everyMs(): number {
    const shownSeconds = getNumber('intervalSeconds', 'window');
    const hiddenSeconds = getNumber('hiddenIntervalSeconds', 'window');
    return 1_000 * wantedSeconds({ shownSeconds, hiddenSeconds }, this.#visible);
  }

  /** Whose settings hold: the folder of the project that is watched, else the first. */
  get #folderUri(): vscode.Uri | undefined {
    return projectFolder(this.#app.project?.root)?.uri;
  }

  #soon(): void {
    this.#timer?.dispose();
    this.#timer = later(() => void this.#poll.rebuild(), SETTLE_MS);
  }

  #setting(key: keyof ApplicationSettings): unknown {
    return readSetting(`application.${key}`, this.#folderUri);
  }

  async #setUp(): Promise<ApplicationSetup> {
    // Loaded here: who has no source set has no need of it.
    const { setUpApplication } = await import('../../monitoring/application/setUpApplication.ts');
    const folder = this.#folderUri?.fsPath;
    this.#folder = folder;
    return setUpApplication({
      setting: (key) => this.#setting(key),
      folder,
      credentials: async (server) =>
        (await this.credentials.has(server)) ? () => this.credentials.get(server) : undefined,
    });
  }
}
