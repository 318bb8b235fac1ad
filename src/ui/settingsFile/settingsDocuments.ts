import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { MAX_PYTHON } from '../../django/python/syntax/maxText.ts';
import type { SettingsFile, SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import type { SettingsModel } from '../../django/settings/model/settingsModel.ts';
import type { SettingsOutline } from '../../django/settings/model/settingsOutline.ts';
import { looksLikeSettings } from '../../presentation/settingsFile/looksLikeSettings.ts';

export const PYTHON: vscode.DocumentFilter = { language: 'python', scheme: 'file' };

/** A settings file as an editor shows it. */
export interface SettingsDocument {
  readonly file: SettingsFile;
  readonly outline: SettingsOutline;
}

interface Kept {
  readonly version: number;
  readonly optionsKey: string;
  readonly model: SettingsModel;
  readonly read: SettingsDocument;
}

/** A file that names none of these has nothing to show, and is not parsed. */
const WORTH_READING = /MIDDLEWARE|SESSION_/;

export interface SettingsDocumentsOptions {
  /** Whether the project has read this file as a part of its settings. */
  readonly isProjectFile: (path: string) => boolean;
  readonly options: (file: string) => SettingsFileOptions;
  readonly log: Log;
}

/** Reads open settings files, each version once: lens, hover and diagnostics of a keystroke share it. */
export class SettingsDocuments {
  readonly #parts: SettingsDocumentsOptions;
  readonly #kept = new WeakMap<vscode.TextDocument, Kept>();

  constructor(parts: SettingsDocumentsOptions) {
    this.#parts = parts;
  }

  /** Whether it is a settings file with something to show. In Restricted Mode no file of the project is read. */
  concerns(document: vscode.TextDocument): boolean {
    if (!vscode.workspace.isTrusted || document.languageId !== 'python' || document.uri.scheme !== 'file') return false;
    return looksLikeSettings(document.uri.fsPath) || this.#parts.isProjectFile(document.uri.fsPath);
  }

  /** undefined: it isn't a settings file, or has nothing to show. */
  async read(document: vscode.TextDocument): Promise<SettingsDocument | undefined> {
    if (!this.concerns(document)) return undefined;
    const text = document.getText();
    if (text.length > MAX_PYTHON || !WORTH_READING.test(text)) return undefined;
    // Loaded at the first settings file: the Python grammar is the larger part of the extension.
    const [{ readSettings }, { describeSettings }, { outlineSettings }] = await Promise.all([
      import('../../django/settings/model/settingsModel.ts'),
      import('../../django/settings/checks/settingsFile.ts'),
      import('../../django/settings/model/settingsOutline.ts'),
    ]);
    // From here on nothing waits: who asked at the same time finds what the first has read.
    const { version } = document;
    const options = this.#parts.options(document.uri.fsPath);
    const optionsKey = JSON.stringify([options, [...(options.without ?? [])]]);
    const kept = this.#kept.get(document);
    const known = kept?.version === version;
    if (known && kept.optionsKey === optionsKey) return kept.read;
    const model = known ? kept.model : readSettings(document.getText(), kept?.model);
    if (!known) this.#parts.log.trace(`Parsed version ${String(version)} of ${document.uri.fsPath}`);
    const read = { file: describeSettings(model, options), outline: outlineSettings(model, options) };
    this.#kept.set(document, { version, optionsKey, model, read });
    return read;
  }
}
