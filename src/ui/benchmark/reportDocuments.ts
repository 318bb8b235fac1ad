import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Report } from '../../reports/reportBlocks.ts';
import { runCommand } from '../common/runCommand.ts';

const SCHEME = 'django-sessions-report';

/** Reports that are shown beside the editor, as Markdown in VS Code's preview; gone with the window unless they are saved. */
export class ReportDocuments implements Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registered: vscode.Disposable;

  constructor() {
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: ({ path }) => this.#texts.get(path) ?? '',
    });
  }

  /** @param name of its tab; what has the same takes its place */
  async show(name: string, report: Report): Promise<void> {
    const { reportMarkdown } = await import('../../reports/reportMarkdown.ts');
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
    this.#texts.set(uri.path, reportMarkdown(report, false));
    this.#changed.fire(uri);
    await runCommand('markdown.showPreviewToSide', uri);
  }

  dispose(): void {
    this.#registered.dispose();
    this.#changed.dispose();
  }
}
