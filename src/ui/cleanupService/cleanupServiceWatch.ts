import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { DisposableStore } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { later } from '../../common/timers.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import { DeletedCounter } from '../../monitoring/cleanupService/deletedCounter.ts';
import { ServicePoll } from '../../monitoring/cleanupService/servicePoll.ts';
import { checkSettings } from '../../monitoring/cleanupService/serviceSettings.ts';
import {
  expiredBy,
  findingOf,
  NO_TABLE,
  oldestByOurClock,
  type ServiceSetup,
  type ServiceState,
  type TableEvidence,
} from '../../monitoring/cleanupService/serviceState.ts';
import type { Snapshot } from '../../monitoring/snapshot/snapshot.ts';
import { lastRuns } from '../../services/cleanupService/facts.ts';
import { triangulate } from '../../services/cleanupService/triangulate.ts';
import { VERDICTS, type Verdict } from '../../services/cleanupService/verdict.ts';
import type { App } from '../connection/app.ts';
import { readSetting } from '../settings/settings.ts';

const SECTION = `${SETTINGS_SECTION}.cleanupService`;
/** Compose files, and what fills in their variables. */
const FILES = '**/{*compose*.yml,*compose*.yaml,.env}';
/** A save of several files or settings is one change. */
const SETTLE_MS = 300;

/** Keeps what is known of the cleanup service up to date: its own words, and what the table says beside them. */
export class CleanupServiceWatch implements Disposable {
  readonly #app: App;
  readonly #log: Log;
  readonly #poll: ServicePoll;
  readonly #deleted = new DeletedCounter();
  readonly #store = new DisposableStore();
  #timer: Disposable | undefined;
  #folder: string | undefined;
  #verdict: Verdict | undefined;

  constructor(app: App, log: Log) {
    this.#app = app;
    this.#log = log;
    this.#poll = this.#store.add(
      new ServicePoll({
        setUp: () => this.#setUp(),
        trusted: () => vscode.workspace.isTrusted,
        resting: () => app.state.kind === 'connected' && app.state.monitor.kind === 'paused',
        log,
      }),
    );
    this.#store.add(this.#poll.onDidChange(() => this.#logVerdict()));
    // Also the first time: which folder has the project is known only then.
    this.#store.add(
      app.onDidReadProjects(() => {
        if (this.#poll.setup === undefined || this.folder?.uri.fsPath !== this.#folder) void this.#poll.rebuild();
      }),
    );
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration(SECTION) && this.#soon()),
    );
    const files = this.#store.add(vscode.workspace.createFileSystemWatcher(FILES));
    for (const event of [files.onDidChange, files.onDidCreate, files.onDidDelete])
      this.#store.add(event(() => this.#soon()));
  }

  get onDidChange(): ServicePoll['onDidChange'] {
    return this.#poll.onDidChange;
  }

  /** undefined: not looked at yet, or not to be looked at in Restricted Mode. */
  get state(): ServiceState | undefined {
    const { setup, reading } = this.#poll;
    if (setup === undefined || !vscode.workspace.isTrusted) return undefined;
    const table = this.#table();
    if (reading === undefined) return { setup, table };
    const { intervalSeconds } = setup;
    // All as of the reading: a run that began since has not been seen yet, and must not seem late.
    const status = triangulate({
      now: reading.at,
      reading,
      deletedSince: table.deletedSince,
      oldestExpired: expiredBy(table.oldestExpired, reading.at),
      ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    });
    return { setup, reading, status, table };
  }

  /** For the alert; see Snapshot.cleanupService. */
  get finding(): Snapshot['cleanupService'] {
    return findingOf(this.state);
  }

  /** The workspace folder whose compose files are looked at: that of the project that is watched, else the first. */
  get folder(): vscode.WorkspaceFolder | undefined {
    const root = this.#app.project?.root;
    const own = root === undefined ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.file(root));
    return own ?? vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file');
  }

  /** To be called when what settings count for has changed otherwise than by a change of theirs. */
  settingsChanged(): void {
    this.#soon();
  }

  /** Reads it now; never rejects. */
  read(): Promise<void> {
    return this.#poll.read();
  }

  dispose(): void {
    this.#timer?.dispose();
    this.#store.dispose();
  }

  #soon(): void {
    this.#timer?.dispose();
    this.#timer = later(() => void this.#poll.rebuild(), SETTLE_MS);
  }

  async #setUp(): Promise<ServiceSetup> {
    // Loaded here: reading YAML is a large part of the bundle.
    const [{ createCleanupService }, { nodeFileSystem }] = await Promise.all([
      import('../../services/cleanupService/createCleanupService.ts'),
      import('../../common/fileSystem.ts'),
    ]);
    const { folder } = this;
    const uri = folder?.uri;
    this.#folder = uri?.fsPath;
    const { service, problems, ...rest } = checkSettings((key) => readSetting(`cleanupService.${key}`, uri));
    const workspace = { files: nodeFileSystem, folder: uri?.fsPath, environment: process.env };
    const created = await createCleanupService(service, workspace);
    const all = [...problems, ...created.problems];
    const target = created.candidate && { ...created.candidate, from: 0, to: 0 };
    const key = JSON.stringify([service, uri?.fsPath, target, all.map((one) => one.message)]);
    return { ...created, ...rest, restartCommand: service.restartCommand, problems: all, key };
  }

  #table(): TableEvidence {
    const { state } = this.#app;
    if (state.kind !== 'connected' || this.#app.active === undefined) return NO_TABLE;
    const history = this.#app.monitor.history.all();
    const snapshot = history.at(-1);
    if (snapshot === undefined || state.monitor.kind !== 'live') return NO_TABLE;
    const { reading } = this.#poll;
    const startedAt = reading === undefined ? undefined : lastRuns(reading).lastSuccess?.startedAt;
    return {
      deletedSince: this.#deleted.since(startedAt, history),
      expired: snapshot.metrics.sessions.expired,
      oldestExpired: oldestByOurClock(snapshot),
    };
  }

  /** A change is worth a line in the log, a reading is not. */
  #logVerdict(): void {
    const status = this.state?.status;
    if (status === undefined || status.verdict === this.#verdict) return;
    this.#verdict = status.verdict;
    const next = status.next === undefined ? '' : ` ${status.next}`;
    this.#log.info(`Cleanup service: ${VERDICTS[status.verdict].title}. ${status.sentence}${next}`);
  }
}
