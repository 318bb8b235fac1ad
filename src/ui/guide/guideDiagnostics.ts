import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { getSetting } from '../settings/settings.ts';
import { switchOff } from '../settingsFile/codeActions.ts';
import { DIAGNOSTIC_SOURCE } from '../settingsFile/diagnostics.ts';
import type { GuideDocuments } from './guideDocuments.ts';

/** Typing goes on after a letter. */
const SETTLE_MS = 400;

/** Shows in open guides what no longer holds. */
export class GuideDiagnostics implements vscode.CodeActionProvider, Disposable {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };
  readonly #collection = vscode.languages.createDiagnosticCollection('django-session-monitor-guide');
  readonly #documents: GuideDocuments;
  readonly #log: Log;
  readonly #timers = new Map<vscode.TextDocument, Disposable>();
  readonly #subscriptions: readonly Disposable[];

  constructor(documents: GuideDocuments, log: Log) {
    this.#documents = documents;
    this.#log = log;
    this.#subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.#soon(document, 0)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document, SETTLE_MS)),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#timers.get(document)?.dispose();
        this.#timers.delete(document);
        this.#collection.delete(document.uri);
      }),
    ];
    this.refresh();
  }

  /** Looks at all open guides again. */
  refresh(): void {
    for (const document of vscode.workspace.textDocuments) this.#soon(document, 0);
  }

  provideCodeActions(
    _document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      const { source, code } = diagnostic;
      return source === DIAGNOSTIC_SOURCE && typeof code === 'string' ? [switchOff(code, diagnostic)] : [];
    });
  }

  dispose(): void {
    for (const one of [...this.#timers.values(), ...this.#subscriptions]) one.dispose();
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
    const { version } = document;
    const blocks = await this.#documents.blocks(document);
    const facts = blocks.length === 0 ? undefined : await this.#documents.facts(document);
    if (facts === undefined) {
      this.#collection.delete(document.uri);
      return;
    }
    const { judgeGuide } = await import('../../diagnosis/guide/judgeGuide.ts');
    // Offsets are those of the text that was read.
    if (document.isClosed || document.version !== version) return;
    const disabled: unknown = getSetting('disabledChecks', document.uri);
    const without = new Set(Array.isArray(disabled) ? disabled.map(String) : []);
    const diagnostics = judgeGuide(blocks, facts, without).map(({ code, message, from, to }) => {
      const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
      const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
      return Object.assign(diagnostic, { code, source: DIAGNOSTIC_SOURCE });
    });
    this.#collection.set(document.uri, diagnostics);
  }
}
