import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { CommandFinding } from '../../services/cleanupService/command/commandFinding.ts';
import type { CleanupCandidate } from '../../services/cleanupService/findCleanupService.ts';
import { DIAGNOSTIC_SOURCE } from '../common/documentDiagnostics.ts';

const { Information, Warning } = vscode.DiagnosticSeverity;

/** Shows in compose files, and in the scripts that they call, what the commands of cleanup services can't mean as they are written. */
export class ComposeDiagnostics implements Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('django-session-monitor-compose');
  readonly #log: Log;
  /** What is shown, so that the same is not shown again with each reading. */
  #shown: readonly CleanupCandidate[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  show(candidates: readonly CleanupCandidate[]): void {
    if (candidates === this.#shown) return;
    this.#shown = candidates;
    this.#collection.clear();
    const all = candidates.flatMap(({ composeFile, findings }) =>
      findings.map((finding) => ({ ...finding, file: finding.file ?? composeFile })),
    );
    for (const [file, ofFile] of Map.groupBy(all, (finding) => finding.file)) {
      this.#showIn(file, ofFile).catch((error: unknown) => this.#log.error(`${file}: ${describeError(error)}`));
    }
  }

  dispose(): void {
    this.#collection.dispose();
  }

  async #showIn(file: string, findings: readonly CommandFinding[]): Promise<void> {
    const document = await vscode.workspace.openTextDocument(file);
    const diagnostics = findings.map(({ code, severity, message, from, to }) => {
      const range = new vscode.Range(document.positionAt(from), document.positionAt(to));
      const diagnostic = new vscode.Diagnostic(range, message, severity === 'warning' ? Warning : Information);
      return Object.assign(diagnostic, { code, source: DIAGNOSTIC_SOURCE });
    });
    this.#collection.set(document.uri, diagnostics);
  }
}
