import * as vscode from 'vscode';
import { COMMANDS, type CommandId, type FileArgument } from '../../contributions.ts';
import type { CheckCode } from '../../django/settings/checks/checks.ts';
import type { Fix } from '../../django/settings/checks/fixes.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import { DIAGNOSTIC_SOURCE } from '../common/documentDiagnostics.ts';
import { FOR_EVERYONE, type SourceDiagnostics } from './sourceDiagnostics.ts';

interface Help {
  readonly title: string;
  readonly command: CommandId;
}

/** Checks to which switching the throttle is an answer. */
const ROLLBACK_HELPS: Readonly<Record<string, Help | undefined>> = {
  'throttle-off-no-sliding-expiry': { title: 'Restore the session throttle…', command: COMMANDS.restoreThrottle },
  'throttle-and-save-every-request': { title: 'Disable the session throttle…', command: COMMANDS.disableThrottle },
} satisfies Partial<Record<CheckCode, Help>>;

/** Quick fixes of our own diagnostics, and the way to switch a check off. */
export class CodeActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };
  readonly #options: (file: string) => SettingsFileOptions;
  readonly #source: SourceDiagnostics;

  constructor(options: (file: string) => SettingsFileOptions, source: SourceDiagnostics) {
    this.#options = options;
    this.#source = source;
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const ours = context.diagnostics.filter(({ source }) => source === DIAGNOSTIC_SOURCE);
    if (ours.length === 0) return [];
    const { fixesFor } = await import('../../django/settings/checks/fixes.ts');
    const ofSource = ours.some(({ code }) => code === FOR_EVERYONE)
      ? (await this.#source.find(document))?.fix
      : undefined;
    return ours.flatMap((diagnostic) => {
      const { code } = diagnostic;
      if (typeof code !== 'string') return [];
      const from = document.offsetAt(diagnostic.range.start);
      const fixes: readonly Fix[] =
        code !== FOR_EVERYONE
          ? fixesFor(document.getText(), { code, from }, this.#options(document.uri.fsPath))
          : ofSource === undefined
            ? []
            : [{ ...ofSource, preferred: true }];
      return [
        ...fixes.map(({ title, edits, preferred }) => {
          const action = quickFix(title, diagnostic);
          action.edit = toEdit(document, edits);
          action.isPreferred = preferred;
          return action;
        }),
        ...rollbackAction(document, code, diagnostic),
        switchOff(code, diagnostic),
      ];
    });
  }
}

function quickFix(title: string, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = [diagnostic];
  return action;
}

function toEdit(
  document: vscode.TextDocument,
  edits: readonly { readonly from: number; readonly to: number; readonly insert: string }[],
): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  for (const { from, to, insert } of edits)
    edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(to)), insert);
  return edit;
}

function rollbackAction(
  document: vscode.TextDocument,
  code: string,
  diagnostic: vscode.Diagnostic,
): vscode.CodeAction[] {
  const helps = Object.hasOwn(ROLLBACK_HELPS, code) ? ROLLBACK_HELPS[code] : undefined;
  if (helps === undefined) return [];
  const place: FileArgument = { origin: 'quick fix', file: document.uri.fsPath };
  const action = quickFix(helps.title, diagnostic);
  action.command = { title: helps.title, command: helps.command, arguments: [place] };
  return [action];
}

/** The way to be rid of what a check finds. */
export function switchOff(code: string, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const action = quickFix(`Switch off the check "${code}"`, diagnostic);
  action.command = { title: action.title, command: COMMANDS.switchOffCheck, arguments: [code] };
  return action;
}
