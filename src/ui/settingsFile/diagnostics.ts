import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import type { SettingsFileProblem } from '../../django/settings/checks/settingsFile.ts';
import { DIAGNOSTIC_SOURCE, DocumentDiagnostics } from '../common/documentDiagnostics.ts';
import type { SettingsDocuments } from './settingsDocuments.ts';

const SEVERITIES: Readonly<Record<SettingsFileProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** A syntax error is told by Python extensions already, and by more than one. */
const LEFT_TO_OTHERS: ReadonlySet<string> = new Set(['settings-syntax-error']);

/** Shows what the checks find in open settings files. */
export function settingsDiagnostics(documents: SettingsDocuments, log: Log): DocumentDiagnostics {
  return new DocumentDiagnostics({
    name: 'django-session-monitor',
    settleMs: 250,
    concerns: (document) => documents.concerns(document),
    look: async (document) => {
      const read = await documents.read(document);
      const problems = read?.file.problems.filter(({ code }) => !LEFT_TO_OTHERS.has(code)) ?? [];
      return problems.map((problem) => toDiagnostic(document, problem));
    },
    log,
  });
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
