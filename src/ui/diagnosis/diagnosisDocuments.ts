import * as vscode from 'vscode';
import type { Remedy } from '../../diagnosis/cause.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { FINDING_LEVEL } from '../../diagnosis/report/diagnosisReport.ts';
import { COMMANDS, DIAGNOSIS_SCHEME } from '../../contributions.ts';
import type { Report } from '../../reports/reportBlocks.ts';
import { reportMarkdown } from '../../reports/reportMarkdown.ts';
import { isButton } from '../common/runCommand.ts';

/** A report that can be looked at as long as the window is open. */
export interface OpenReport {
  readonly uri: vscode.Uri;
  readonly diagnosis: Diagnosis;
  readonly report: Report;
}

const FINDING = new RegExp(`^${'#'.repeat(FINDING_LEVEL)} `, 'u');

/**
 * Reports as Markdown documents that nobody can change. What a report says is text and nothing else: remedies are lenses over it, made
 * of the causes and never of the text, and run commands of this extension only.
 */
export class DiagnosisDocuments
  implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable
{
  readonly #reports = new Map<string, OpenReport>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor() {
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(DIAGNOSIS_SCHEME, this),
      vscode.languages.registerCodeLensProvider({ scheme: DIAGNOSIS_SCHEME }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.newest?.uri.toString() !== uri.toString()) this.#reports.delete(uri.toString());
      }),
    ];
  }

  get newest(): OpenReport | undefined {
    return [...this.#reports.values()].at(-1);
  }

  /** Keeps it and shows it beside the editor. */
  async open(diagnosis: Diagnosis, report: Report): Promise<void> {
    const time = diagnosis.at.toISOString().slice(0, 19).replaceAll(':', '.').replace('T', ' ');
    const uri = vscode.Uri.from({ scheme: DIAGNOSIS_SCHEME, path: `/Diagnosis ${time}.md` });
    this.#reports.set(uri.toString(), { uri, diagnosis, report });
    await this.show(uri);
  }

  async show(uri: vscode.Uri): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    const viewColumn = activeTab === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    await vscode.window.showTextDocument(document, { viewColumn, preview: false });
  }

  /** The report that has the focus, or else the newest. */
  get current(): OpenReport | undefined {
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    return (active === undefined ? undefined : this.#reports.get(active)) ?? this.newest;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const open = this.#reports.get(uri.toString());
    return open === undefined ? 'This diagnosis is over: run it again.\n' : reportMarkdown(open.report);
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const open = this.#reports.get(document.uri.toString());
    if (open === undefined) return [];
    const lenses = [lensAt(0, 'Save…', COMMANDS.saveDiagnosis), lensAt(0, 'Diagnose Again…', COMMANDS.diagnose)];
    let next = 0;
    for (let line = 0; line < document.lineCount; line++) {
      if (!FINDING.test(document.lineAt(line).text)) continue;
      const finding = open.diagnosis.findings[next++];
      lenses.push(...(finding?.remedies ?? []).flatMap((remedy) => lensOf(remedy, line)));
    }
    return lenses;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function lensOf({ title, command, arguments: given = [] }: Remedy, line: number): vscode.CodeLens[] {
  return command === undefined || !isButton(command) ? [] : [lensAt(line, title, command, given)];
}

function lensAt(line: number, title: string, command: string, given: readonly unknown[] = []): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [...given] });
}
