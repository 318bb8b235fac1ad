import * as vscode from 'vscode';
import type { Report } from '../../reports/reportBlocks.ts';
import { reportMarkdown } from '../../reports/reportMarkdown.ts';

/** Opens a report as Markdown that can be saved as any text; beside the editor, where there is one. */
export async function showReport(report: Report): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ content: reportMarkdown(report), language: 'markdown' });
  const viewColumn = vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
  await vscode.window.showTextDocument(document, { preview: false, viewColumn });
}
