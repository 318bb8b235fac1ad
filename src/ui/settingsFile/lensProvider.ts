import * as vscode from 'vscode';
import type { FileArgument } from '../../contributions.ts';
import type { SettingsFacts } from '../../presentation/settingsFile/facts.ts';
import { settingsLenses, type Lens } from '../../presentation/settingsFile/lenses.ts';
import { getSetting } from '../settings/settings.ts';
import type { SettingsDocuments } from './settingsDocuments.ts';

/** Draws the lenses of settings files. */
export class LensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #documents: SettingsDocuments;
  readonly #facts: (file: string) => SettingsFacts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(documents: SettingsDocuments, facts: (file: string) => SettingsFacts) {
    this.#documents = documents;
    this.#facts = facts;
  }

  /** To be called when the figures or the state of the throttle have changed. */
  changed(): void {
    this.#changed.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!this.#documents.concerns(document) || !getSetting('codeLens.enabled', document.uri)) return [];
    const read = await this.#documents.read(document);
    if (read === undefined) return [];
    const file = document.uri.fsPath;
    return settingsLenses(read.outline, this.#facts(file)).map((lens) => toCodeLens(document, lens));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function toCodeLens(document: vscode.TextDocument, { at, title, tooltip, command }: Lens): vscode.CodeLens {
  const position = document.positionAt(at);
  const place: FileArgument = { origin: 'lens', file: document.uri.fsPath };
  const argument = command?.row === undefined ? place : { rowId: command.row };
  return new vscode.CodeLens(new vscode.Range(position, position), {
    title,
    tooltip,
    command: command?.id ?? '',
    arguments: [argument],
  });
}
