import * as vscode from 'vscode';
import type { SettingsFacts } from '../../presentation/settingsFile/facts.ts';
import { settingHover } from '../../presentation/settingsFile/hovers.ts';
import { hoverText } from '../common/messages.ts';
import type { SettingsDocuments } from './settingsDocuments.ts';

/** Says over a session setting, or over the entry of the throttle, what is measured about it. */
export class HoverProvider implements vscode.HoverProvider {
  readonly #documents: SettingsDocuments;
  readonly #facts: (file: string) => SettingsFacts;

  constructor(documents: SettingsDocuments, facts: (file: string) => SettingsFacts) {
    this.#documents = documents;
    this.#facts = facts;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const read = await this.#documents.read(document);
    if (read === undefined) return undefined;
    const hover = settingHover(read.outline, document.offsetAt(position), this.#facts(document.uri.fsPath));
    if (hover === undefined) return undefined;
    const range = new vscode.Range(document.positionAt(hover.from), document.positionAt(hover.to));
    return new vscode.Hover(hoverText(hover.markdown), range);
  }
}
