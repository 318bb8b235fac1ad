import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { SETTINGS_SECTION, type GuideBlockArgument } from '../../contributions.ts';
import type { Investigation, InvestigationParts } from '../investigation.ts';
import { GuideDiagnostics } from './guideDiagnostics.ts';
import { GuideDocuments, MARKDOWN } from './guideDocuments.ts';
import { GuideLensProvider } from './guideLensProvider.ts';
import { QueryResults } from './queryResults.ts';
import { runBlock } from './runBlock.ts';

/** Files whose change the projects are not read again for, though a guide may name what is in them. */
const HELD_AGAINST = /\.(?:sh|bash|py|ya?ml)$/u;

/**
 * A team's own guide: Markdown with SQL on the session table, command lines and samples of logs. Where no such file is open there is
 * nothing but an ear for files that are opened.
 */
export class Guide implements Investigation {
  readonly #parts: InvestigationParts;
  readonly #documents: GuideDocuments;
  readonly #store = new DisposableStore();
  #results: QueryResults | undefined;
  #isRunning = false;

  constructor(parts: InvestigationParts) {
    this.#parts = parts;
    this.#documents = new GuideDocuments(parts.app);
    const look = (document: vscode.TextDocument): void => {
      this.#look(document).catch((error: unknown) => parts.log.error(describeError(error)));
    };
    this.#store.add(vscode.workspace.onDidOpenTextDocument(look));
    const all = (): void => vscode.workspace.textDocuments.forEach(look);
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(all));
    all();
  }

  /** One at a time: what runs is cancelled in its notification. */
  async run(argument?: GuideBlockArgument): Promise<void> {
    if (this.#isRunning) throw new Problem(BUSY);
    this.#isRunning = true;
    try {
      const { app, context, log } = this.#parts;
      const results = this.#begin();
      await runBlock(argument, { app, documents: this.#documents, results, memory: context.workspaceState, log });
    } finally {
      this.#isRunning = false;
    }
  }

  dispose(): Promise<void> {
    this.#store.dispose();
    return Promise.resolve();
  }

  async #look(document: vscode.TextDocument): Promise<void> {
    if (this.#results === undefined && (await this.#documents.blocks(document)).length > 0) this.#begin();
  }

  /** At the first guide. */
  #begin(): QueryResults {
    if (this.#results !== undefined) return this.#results;
    const { app, cleanupService, log } = this.#parts;
    const results = (this.#results = this.#store.add(new QueryResults()));
    const lenses = this.#store.add(new GuideLensProvider(this.#documents, app, cleanupService));
    const diagnostics = this.#store.add(new GuideDiagnostics(this.#documents, log));
    const again = (): void => {
      this.#documents.forgetFacts();
      lenses.changed();
      diagnostics.refresh();
    };
    const wires: readonly Disposable[] = [
      vscode.languages.registerCodeLensProvider(MARKDOWN, lenses),
      vscode.languages.registerCodeActionsProvider(MARKDOWN, diagnostics, GuideDiagnostics.metadata),
      app.onDidChange(() => lenses.changed()),
      app.onDidReadProjects(again),
      cleanupService.onDidChange(() => lenses.changed()),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (HELD_AGAINST.test(uri.path)) again();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(SETTINGS_SECTION)) return;
        lenses.changed();
        diagnostics.refresh();
      }),
    ];
    for (const wire of wires) this.#store.add(wire);
    return results;
  }
}

const BUSY = {
  code: 'guide-busy',
  what: 'The block was not run',
  why: 'Another one is running, or waits for an answer.',
  next: 'Wait for it, or cancel it in its notification.',
  transient: true,
};
