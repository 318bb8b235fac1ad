import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import type { Problem } from '../../common/problem.ts';
import type { ServiceSetup, ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { SnapshotSources } from '../../monitoring/snapshot/sources.ts';
import { noComposeFile, noRestart, notConfigured, untrusted } from '../../presentation/texts/serviceProblems.ts';
import { containerText } from '../../presentation/texts/serviceTexts.ts';
import { showPlace } from '../common/showPlace.ts';
import { showProblem } from '../common/showProblem.ts';
import type { App } from '../connection/app.ts';
import { chooseService } from './chooseService.ts';
import { CleanupLog } from './cleanupLog.ts';
import { CleanupServiceWatch } from './cleanupServiceWatch.ts';
import { ComposeDiagnostics } from './composeDiagnostics.ts';
import { restartService } from './restartService.ts';

/** Everything about the cleanup service in one place: what is known of it, and what can be done with it. */
export class CleanupServiceUi implements Disposable {
  readonly #app: App;
  readonly #watch: CleanupServiceWatch;
  readonly #cleanupLog: CleanupLog;
  readonly #store = new DisposableStore();
  /** As the followed log was told last. */
  #toldState: string | undefined;

  constructor(app: App, sources: SnapshotSources, log: Log) {
    this.#app = app;
    this.#watch = this.#store.add(new CleanupServiceWatch(app, sources, log));
    this.#cleanupLog = this.#store.add(new CleanupLog((error) => void showProblem(error, log)));
    this.#store.add(this.#watch.onDidChange(() => this.#noteState()));
    const diagnostics = this.#store.add(new ComposeDiagnostics(log));
    this.#store.add(this.#watch.onDidChange(() => diagnostics.show(this.state?.setup.candidates ?? [])));
  }

  get onDidChange(): CleanupServiceWatch['onDidChange'] {
    return this.#watch.onDidChange;
  }

  get state(): ServiceState | undefined {
    return this.#watch.state;
  }

  /** See CleanupServiceWatch. */
  settingsChanged(): void {
    this.#watch.settingsChanged();
  }

  /** Reads its state now; quiet where it may not, for it goes with other readings. */
  read(): Promise<void> {
    return this.#watch.read();
  }

  /** The same by wish. */
  async refresh(): Promise<void> {
    const what = 'The state of the cleanup service was not read';
    if (!vscode.workspace.isTrusted) throw untrusted(what);
    await this.#watch.read();
    this.#require(what);
  }

  async follow(): Promise<void> {
    const { setup, reading } = this.#require('The log of the cleanup service can’t be followed');
    await this.#cleanupLog.follow(setup.service, reading);
  }

  stopFollowing(): void {
    this.#cleanupLog.stop();
  }

  async restart(): Promise<void> {
    const { setup, reading } = this.#require('The cleanup service was not restarted');
    const { service } = setup;
    if (!service.canRestart) throw noRestart();
    const { active: connection } = this.#app;
    await restartService({ connection, setup, service, reading, readAgain: () => this.#watch.read() });
  }

  async openComposeFile(): Promise<void> {
    const what = 'The compose file was not opened';
    const place = placeOf(this.state?.setup) ?? placeOf(this.#require(what).setup);
    if (place === undefined) throw noComposeFile();
    await showPlace(place.file, place.from, place.to);
  }

  async choose(): Promise<void> {
    if (!vscode.workspace.isTrusted) throw untrusted('No cleanup service was chosen');
    await chooseService(this.#watch.folder, this.state?.setup.candidate);
  }

  dispose(): void {
    this.#store.dispose();
  }

  /** The service with what is known of it; a Problem where there is none, or may be none. */
  #require(what: string): ServiceState & { setup: { service: NonNullable<ServiceState['setup']['service']> } } {
    if (!vscode.workspace.isTrusted) throw untrusted(what);
    const { state } = this;
    const service = state?.setup.service;
    if (state === undefined || service === undefined) throw firstProblem(state) ?? notConfigured(what);
    return { ...state, setup: { ...state.setup, service } };
  }

  /** Who follows the log sees there, too, that the container has stopped and come back. */
  #noteState(): void {
    const container = this.state?.reading?.container;
    const state = container === undefined ? undefined : `${container.name} is ${containerText(container)}.`;
    if (state === this.#toldState) return;
    const isFirst = this.#toldState === undefined;
    this.#toldState = state;
    if (this.#cleanupLog.isFollowing && !isFirst && state !== undefined) this.#cleanupLog.note(state);
  }
}

/** Where the service stands in its compose file, else where it is scheduled. */
function placeOf(setup: ServiceSetup | undefined): { file: string; from: number; to: number } | undefined {
  const candidate = setup?.candidate;
  return candidate === undefined ? setup?.schedules[0] : { ...candidate, file: candidate.composeFile };
}

const firstProblem = (state: ServiceState | undefined): Problem | undefined => state?.setup.problems[0];
