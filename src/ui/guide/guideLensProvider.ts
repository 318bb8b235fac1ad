import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { COMMANDS, type GuideBlockArgument, type RowArgument } from '../../contributions.ts';
import type { GuideBlock } from '../../diagnosis/guide/guideBlocks.ts';
import { guideLenses, type GuideLens, type GuideLensFacts } from '../../presentation/guide/guideLenses.ts';
import type { CleanupServiceUi } from '../cleanupService/cleanupServiceUi.ts';
import type { App } from '../connection/app.ts';
import { getSetting } from '../settings/settings.ts';
import { blockHash, type GuideDocuments } from './guideDocuments.ts';

/** Draws over each block of a guide what runs it, and our figures for the same thing. */
export class GuideLensProvider implements vscode.CodeLensProvider, Disposable {
  readonly #documents: GuideDocuments;
  readonly #app: App;
  readonly #cleanupService: CleanupServiceUi;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(documents: GuideDocuments, app: App, cleanupService: CleanupServiceUi) {
    this.#documents = documents;
    this.#app = app;
    this.#cleanupService = cleanupService;
  }

  /** To be called when the figures have changed. */
  changed(): void {
    this.#changed.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.#documents.concerns(document) || !getSetting('codeLens.enabled', document.uri)) return [];
    const blocks = await this.#documents.blocks(document);
    if (blocks.length === 0) return [];
    const [{ answersTo }, facts] = await Promise.all([
      import('../../diagnosis/guide/figures.ts'),
      this.#documents.facts(document),
    ]);
    return blocks.flatMap((block) =>
      guideLenses(block, {
        answers: answersTo(block, facts, this.#documents.table),
        ...this.#state(),
        locale: vscode.env.language,
      }).map((lens) => toCodeLens(document, block, lens)),
    );
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #state(): Pick<GuideLensFacts, 'figures' | 'cleanup'> {
    const { state } = this.#app;
    const snapshot = state.kind === 'connected' ? state.monitor.snapshot : undefined;
    const cleanup = this.#cleanupService.state?.status?.summary;
    return {
      ...(state.kind === 'connected' && snapshot !== undefined
        ? { figures: { snapshot, old: state.monitor.kind !== 'live', connection: state.connection.name } }
        : {}),
      ...(cleanup === undefined ? {} : { cleanup }),
    };
  }
}

function toCodeLens(
  document: vscode.TextDocument,
  block: GuideBlock,
  { title, tooltip, command }: GuideLens,
): vscode.CodeLens {
  const position = document.positionAt(block.from);
  return new vscode.CodeLens(new vscode.Range(position, position), {
    title,
    tooltip,
    command: command.id,
    arguments: argumentsOf(document, block, command),
  });
}

function argumentsOf(document: vscode.TextDocument, block: GuideBlock, { id, row }: GuideLens['command']): unknown[] {
  if (id === COMMANDS.runGuideBlock) {
    const argument: GuideBlockArgument = { file: document.uri.fsPath, block: blockHash(block) };
    return [argument];
  }
  if (row === undefined) return [];
  const argument: RowArgument = { rowId: row };
  return [argument];
}
