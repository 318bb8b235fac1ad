import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import type { SourceCheckCode } from '../../django/settings/checks/sourceChecks.ts';
import type { ForEveryone } from '../../django/sessionWrites/sessionsForEveryone.ts';
import { classOf } from '../../presentation/operations/throttleRow.ts';
import type { ThrottleWatch } from '../rollback/throttleWatch.ts';
import { DIAGNOSTIC_SOURCE } from '../common/documentDiagnostics.ts';

export const FOR_EVERYONE: SourceCheckCode = 'throttle-makes-sessions-for-everyone';

/** Typing goes on after a letter. */
const SETTLE_MS = 250;

/** Shows what the check of the throttle's source finds, where that is open. */
export class SourceDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('django-session-monitor-source');
  readonly #watch: ThrottleWatch;
  readonly #options: (file: string) => SettingsFileOptions;
  readonly #log: Log;
  readonly #subscriptions: readonly vscode.Disposable[];
  #timer: Disposable | undefined;

  constructor(watch: ThrottleWatch, options: (file: string) => SettingsFileOptions, log: Log) {
    this.#watch = watch;
    this.#options = options;
    this.#log = log;
    const soon = ({ uri }: vscode.TextDocument): void => {
      if (uri.fsPath === watch.state?.source?.file) this.refresh(SETTLE_MS);
    };
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument(soon),
      vscode.workspace.onDidChangeTextDocument(({ document }) => soon(document)),
      vscode.workspace.onDidCloseTextDocument(soon),
    ];
    this.refresh();
  }

  /** Looks again. */
  refresh(ms = 0): void {
    this.#timer?.dispose();
    this.#timer = later(() => {
      this.#look().catch((error: unknown) => {
        this.#log.error(`The source of the throttle could not be checked: ${describeError(error)}`);
      });
    }, ms);
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }

  /** What is found in this document; undefined: nothing, or it is another file. */
  async find(document: vscode.TextDocument): Promise<ForEveryone | undefined> {
    const { source, throttle } = this.#watch.state ?? {};
    const file = document.uri.fsPath;
    if (throttle?.path === undefined || source?.file !== file) return undefined;
    if (this.#options(file).without?.has(FOR_EVERYONE) === true) return undefined;
    const { sessionsForEveryone } = await import('../../django/sessionWrites/sessionsForEveryone.ts');
    return sessionsForEveryone(document.getText(), classOf(throttle.path));
  }

  async #look(): Promise<void> {
    const file = this.#watch.state?.source?.file;
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
    const found = document === undefined ? undefined : await this.find(document);
    this.#collection.clear();
    if (document === undefined || found === undefined || document.isClosed) return;
    const range = new vscode.Range(document.positionAt(found.from), document.positionAt(found.to));
    const diagnostic = new vscode.Diagnostic(range, found.message, vscode.DiagnosticSeverity.Warning);
    diagnostic.code = FOR_EVERYONE;
    diagnostic.source = DIAGNOSTIC_SOURCE;
    this.#collection.set(document.uri, [diagnostic]);
  }
}
