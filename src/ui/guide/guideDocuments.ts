import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { GuideBlock } from '../../diagnosis/guide/guideBlocks.ts';
import type { GuideFacts } from '../../diagnosis/guide/guideFacts.ts';
import type { App } from '../connection/app.ts';

export const MARKDOWN: vscode.DocumentFilter = { language: 'markdown', scheme: 'file' };

interface Kept {
  readonly version: number;
  readonly table: string;
  readonly blocks: Promise<readonly GuideBlock[]>;
}

/** Reads open Markdown files, each version once, and what they are held against, once until that changes. */
export class GuideDocuments {
  readonly #app: App;
  readonly #kept = new WeakMap<vscode.TextDocument, Kept>();
  readonly #facts = new Map<string, Promise<GuideFacts>>();

  constructor(app: App) {
    this.#app = app;
  }

  /** Name of the session table. */
  get table(): string {
    return this.#app.active?.table.name ?? 'django_session';
  }

  /** In Restricted Mode no file is read. */
  concerns(document: vscode.TextDocument): boolean {
    return (
      vscode.workspace.isTrusted &&
      document.languageId === 'markdown' &&
      document.uri.scheme === 'file' &&
      vscode.workspace.getWorkspaceFolder(document.uri) !== undefined
    );
  }

  /** None: it is another kind of document. */
  async blocks(document: vscode.TextDocument): Promise<readonly GuideBlock[]> {
    if (!this.concerns(document)) return [];
    const { version } = document;
    const { table } = this;
    const kept = this.#kept.get(document);
    if (kept?.version === version && kept.table === table) return kept.blocks;
    const blocks = import('../../diagnosis/guide/guideBlocks.ts').then(({ guideBlocks }) =>
      guideBlocks(document.getText(), table),
    );
    this.#kept.set(document, { version, table, blocks });
    return blocks;
  }

  /** undefined: it lies in no open folder. */
  async facts(document: vscode.TextDocument): Promise<GuideFacts | undefined> {
    const folder = vscode.workspace.getWorkspaceFolder(document.uri)?.uri.fsPath;
    if (folder === undefined) return undefined;
    const known = this.#facts.get(folder);
    if (known !== undefined) return known;
    const { project } = this.#app;
    const reading = Promise.all([
      import('../../diagnosis/guide/guideFacts.ts'),
      import('../../common/fileSystem.ts'),
    ]).then(([{ readGuideFacts }, { nodeFileSystem }]) => readGuideFacts(nodeFileSystem, folder, project, process.env));
    this.#facts.set(folder, reading);
    return reading;
  }

  /** Files of the projects have changed. */
  forgetFacts(): void {
    this.#facts.clear();
  }
}

/** By which a block is found again. */
export function blockHash({ content }: Pick<GuideBlock, 'content'>): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}
