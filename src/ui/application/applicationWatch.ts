import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import type { Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { problemLine } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import { ApplicationPoll } from '../../monitoring/application/applicationPoll.ts';
import type { ApplicationServer } from '../../monitoring/application/applicationSettings.ts';
import type { ApplicationSetup, ApplicationState } from '../../monitoring/application/applicationState.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import type { Exchange } from '../../monitoring/watch/exchange.ts';
import type { PrometheusServer } from '../../presentation/dashboard/historyPlan.ts';
import type { ApplicationSettings } from '../../services/createApplicationSources.ts';
import type { AskCredentials } from '../../services/http/credentials.ts';
import type { App } from '../connection/app.ts';
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

  constructor(app: App, secrets: vscode.SecretStorage, exchange: () => Exchange | undefined, log: Log) {
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
    const { setup, told } = this.#poll;
    if (!vscode.workspace.isTrusted) return { kind: 'untrusted' };
    if (setup === undefined) return { kind: 'waiting' };
    const { live } = setup.sources;
    const { reading, problem } = told;
    const { current } = this;
    if (live === undefined && problem === undefined) return { kind: 'notConfigured' };
    return {
      kind: 'configured',
      address: live?.address ?? '',
      ...(reading && { reading }),
      ...(current && { current }),
      ...(problem && { problem }),
      notes: setup.problems.filter((one) => one !== problem).map(problemLine),
    };
  }

  /** For each snapshot; see Snapshot.application. */
  get current(): Snapshot['application'] {
    return this.#poll.current;
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
    const light = getNumber('intervalSeconds', 'window');
    return 1_000 * (this.#visible ? light : Math.max(light, getNumber('hiddenIntervalSeconds', 'window')));
  }

  /** Whose settings hold: the folder of the project that is watched, else the first. */
  get #folderUri(): vscode.Uri | undefined {
    const root = this.#app.project?.root;
    const own = root === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root));
    return (own ?? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file'))?.uri;
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
    const [{ createApplicationSources }, { checkApplicationSettings, setupKey: keyOf, serversOf }] = await Promise.all([
      import('../../services/createApplicationSources.ts'),
      import('../../monitoring/application/applicationSettings.ts'),
    ]);
    const folder = this.#folderUri?.fsPath;
    this.#folder = folder;
    const { settings, problems } = checkApplicationSettings((key) => this.#setting(key));
    const parts: Record<string, AskCredentials> = {};
    for (const server of serversOf(settings)) {
      // Without any stored there is nothing to warn of where a connection is not encrypted.
      if (!(await this.credentials.has(server))) continue;
      parts[`${server.kind}Credentials`] = () => this.credentials.get(server);
    }
    const sources = createApplicationSources(settings, { ...parts, ...(folder === undefined ? {} : { folder }) });
    const all = [...problems, ...sources.problems];
    return { sources, problems: all, key: keyOf(settings, all) };
  }
}
