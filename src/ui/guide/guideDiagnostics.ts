import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { DIAGNOSTIC_SOURCE, DocumentDiagnostics } from '../common/documentDiagnostics.ts';
import { getSetting } from '../settings/settings.ts';
import { switchOff } from '../settingsFile/codeActions.ts';
import type { GuideDocuments } from './guideDocuments.ts';

/** Shows in open guides what no longer holds. */
export class GuideDiagnostics implements vscode.CodeActionProvider, Disposable {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };
  readonly #documents: GuideDocuments;
  readonly #shown: DocumentDiagnostics;

  constructor(documents: GuideDocuments, log: Log) {
    this.#documents = documents;
    this.#shown = new DocumentDiagnostics({
      name: 'django-session-monitor-guide',
      settleMs: 400,
      concerns: (document) => documents.concerns(document),
      look: (document) => this.#look(document),
      log,
    });
  }

  /** Looks at all open guides again. */
  refresh(): void {
    this.#shown.refresh();
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
    this.#shown.dispose();
  }

  async #look(document: vscode.TextDocument): Promise<readonly vscode.Diagnostic[] | undefined> {
    const { version } = document;
    const blocks = await this.#documents.blocks(document);
    const facts = blocks.length === 0 ? undefined : await this.#documents.facts(document);
    if (facts === undefined) return [];
    const { judgeGuide } = await import('../../diagnosis/guide/judgeGuide.ts');
    // Offsets are those of the text that was read.
    if (document.version !== version) return undefined;
    const disabled: unknown = getSetting('disabledChecks', document.uri);
    const without = new Set(Array.isArray(disabled) ? disabled.map(String) : []);
    return judgeGuide(blocks, facts, without).map(({ code, message, from, to }) => {
      const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
      const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
      return Object.assign(diagnostic, { code, source: DIAGNOSTIC_SOURCE });
    });
  }
}
