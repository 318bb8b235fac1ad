import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import type { DjangoProject } from '../../django/project/project.ts';
import type { SessionWriteFinder } from '../../django/sessionWrites/findSessionWrites.ts';
import type { SearchedCode } from '../../monitoring/saves/suspects.ts';
import type { App } from '../connection/app.ts';
import { chosenInterpreter } from '../connection/interpreter.ts';

/** The first figures are drawn before anything is searched. */
const AFTER_MS = 1_000;

/**
 * Looks for the code that writes to sessions, once saves have been seen and somebody looks, and again when Python files have been
 * saved. Nothing of it is read without that.
 */
export class SessionWriters implements Disposable {
  readonly #app: App;
  readonly #log: Log;
  readonly #changed: Emitter<undefined>;
  readonly #subscriptions: readonly Disposable[];
  readonly #ended = new AbortController();
  #finder: SessionWriteFinder | undefined;
  #found: SearchedCode | undefined;
  #visible = false;
  /** Of which project it was looked for last, before anything has changed in it. */
  #searched: DjangoProject | undefined;
  #timer: Disposable | undefined;
  #searching = false;

  constructor(app: App, log: Log) {
    this.#app = app;
    this.#log = log;
    this.#changed = new Emitter((error) => log.error(describeError(error)));
    this.#subscriptions = [
      app.onDidChange(() => this.#soon()),
      vscode.workspace.onDidSaveTextDocument(({ languageId }) => {
        if (languageId === 'python') this.#searched = undefined;
      }),
    ];
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  /** undefined: it has not been looked for, or there is no project. */
  get found(): SearchedCode | undefined {
    return this.#found?.root === this.#app.project?.root ? this.#found : undefined;
  }

  /** What was found, else what is found now; undefined: there is no project, or it is not trusted. Rejects like the search. */
  async search(): Promise<SearchedCode | undefined> {
    const { project } = this.#app;
    if (this.found !== undefined || project === undefined || !vscode.workspace.isTrusted) return this.found;
    return await this.#find(project);
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#soon();
  }

  dispose(): void {
    this.#ended.abort();
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #soon(): void {
    const { project, state } = this.#app;
    const saves = state.kind === 'connected' ? state.monitor.snapshot?.detail?.saves.value : undefined;
    const seen = saves !== undefined && saves.saves + saves.newcomers.sessions > 0;
    if (!seen || !this.#visible || this.#searching || project === undefined || project === this.#searched) return;
    this.#timer?.dispose();
    this.#timer = later(() => void this.#search(project), AFTER_MS);
  }

  async #search(project: DjangoProject): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    this.#searching = true;
    this.#searched = project;
    try {
      this.#found = await this.#find(project);
      this.#changed.fire(undefined);
    } catch (error) {
      if (!this.#ended.signal.aborted) this.#log.warn(`Who writes the sessions was not found: ${describeError(error)}`);
    } finally {
      this.#searching = false;
    }
  }

  async #find(project: DjangoProject): Promise<SearchedCode> {
    const [{ SessionWriteFinder }, { readSiteSettings }, sources, { findInterpreter }, { nodeFileSystem }] =
      await Promise.all([
        import('../../django/sessionWrites/findSessionWrites.ts'),
        import('../../django/sessionWrites/siteSettings.ts'),
        import('../../django/sessionWrites/sourceFiles.ts'),
        import('../../django/project/findInterpreter.ts'),
        import('../../common/fileSystem.ts'),
      ]);
    this.#finder ??= new SessionWriteFinder(nodeFileSystem);
    const { root } = project;
    const folder = vscode.Uri.file(root);
    const settings = await readSiteSettings(nodeFileSystem, project);
    const fromPythonExtension = await chosenInterpreter(folder, this.#log);
    const workspaceFolder = vscode.workspace.getWorkspaceFolder(folder)?.uri.fsPath;
    const python = await findInterpreter(root, {
      ...(fromPythonExtension === undefined ? {} : { fromPythonExtension }),
      ...(workspaceFolder === undefined ? {} : { workspaceFolder }),
    });
    const packages = python === undefined ? [] : await sources.sitePackagesOf(nodeFileSystem, python.path);
    const dotted = [...settings.apps, ...settings.middleware, ...settings.contextProcessors];
    const installed = await sources.installedRoots(nodeFileSystem, packages, dotted);
    const roots = [{ folder: root, isInstalled: false }, ...installed];
    const found = await this.#finder.find({ roots, settings, signal: this.#ended.signal });
    return { ...found, root, settings };
  }
}
