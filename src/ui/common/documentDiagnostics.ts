import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';

/** Of everything that we underline. */
export const DIAGNOSTIC_SOURCE = 'Django Sessions';

export interface DocumentDiagnosticsOptions {
  /** Of the collection. */
  readonly name: string;
  /** Milliseconds: typing goes on after a letter. */
  readonly settleMs: number;
  readonly concerns: (document: vscode.TextDocument) => boolean;
  /** undefined: it was changed or closed meanwhile, and what is shown stays. */
  readonly look: (document: vscode.TextDocument) => Promise<readonly vscode.Diagnostic[] | undefined>;
  readonly log: Log;
}

/** Shows what is found in open documents of a kind: when they are opened, and when they have been changed. */
export class DocumentDiagnostics implements Disposable {
  readonly #options: DocumentDiagnosticsOptions;
  readonly #collection: vscode.DiagnosticCollection;
  readonly #timers = new Map<vscode.TextDocument, Disposable>();
  readonly #subscriptions: readonly Disposable[];

  constructor(options: DocumentDiagnosticsOptions) {
    this.#options = options;
    this.#collection = vscode.languages.createDiagnosticCollection(options.name);
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document, options.settleMs)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#timers.get(document)?.dispose();
        this.#timers.delete(document);
        this.#collection.delete(document.uri);
      }),
    ];
    this.refresh();
  }

  /** Looks at all open documents again: settings of the extension, trust, or what belongs to the project has changed. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document, 0);
  }

  dispose(): void {
    for (const one of [...this.#timers.values(), ...this.#subscriptions]) one.dispose();
    this.#collection.dispose();
  }

  #soon(document: vscode.TextDocument, ms: number): void {
    const { concerns, log } = this.#options;
    if (!concerns(document)) return;
    this.#timers.get(document)?.dispose();
    const timer = later(() => {
      this.#timers.delete(document);
      this.#look(document).catch((error: unknown) => {
        log.error(`${document.uri.fsPath} could not be checked: ${describeError(error)}`);
      });
    }, ms);
    this.#timers.set(document, timer);
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    const found = await this.#options.look(document);
    if (found !== undefined && !document.isClosed) this.#collection.set(document.uri, found);
  }
}
