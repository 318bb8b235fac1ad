import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import type { SettingsFileProblem } from '../../django/settings/checks/settingsFile.ts';
import type { SettingsDocuments } from './settingsDocuments.ts';

export const DIAGNOSTIC_SOURCE = 'Django Sessions';

/** Typing goes on after a letter. */
const SETTLE_MS = 250;

const SEVERITIES: Readonly<Record<SettingsFileProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** A syntax error is told by Python extensions already, and by more than one. */
const LEFT_TO_OTHERS: ReadonlySet<string> = new Set(['settings-syntax-error']);

/** Shows what the checks find in open settings files. */
export class Diagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('django-session-monitor');
  readonly #documents: SettingsDocuments;
  readonly #log: Log;
  readonly #timers = new Map<vscode.TextDocument, Disposable>();
  readonly #subscriptions: vscode.Disposable[];

  constructor(documents: SettingsDocuments, log: Log) {
    this.#documents = documents;
    this.#log = log;
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#soon(document, 0);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#soon(document, SETTLE_MS);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#timers.get(document)?.dispose();
        this.#timers.delete(document);
        this.#collection.delete(document.uri);
      }),
    ];
    this.refresh();
  }

  /** Looks at all open files again: settings of the extension, trust, or what belongs to the project has changed. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document, 0);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) timer.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }

  #soon(document: vscode.TextDocument, ms: number): void {
    if (!this.#documents.concerns(document)) return;
    this.#timers.get(document)?.dispose();
    const timer = later(() => {
      this.#timers.delete(document);
      this.#look(document).catch((error: unknown) => {
        this.#log.error(`${document.uri.fsPath} could not be checked: ${describeError(error)}`);
      });
    }, ms);
    this.#timers.set(document, timer);
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const read = await this.#documents.read(document);
    if (document.isClosed) return;
    const problems = read?.file.problems.filter(({ code }) => !LEFT_TO_OTHERS.has(code)) ?? [];
    this.#collection.set(
      document.uri,
      problems.map((problem) => toDiagnostic(document, problem)),
    );
  }
}

function toDiagnostic(
  document: vscode.TextDocument,
  { code, message, from, to, severity }: SettingsFileProblem,
): vscode.Diagnostic {
  const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
  const diagnostic = new vscode.Diagnostic(range, message, SEVERITIES[severity]);
  diagnostic.code = code;
  diagnostic.source = DIAGNOSTIC_SOURCE;
  return diagnostic;
}
