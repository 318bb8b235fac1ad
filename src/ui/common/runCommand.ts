import * as vscode from 'vscode';
import {
  COMMANDS,
  MANAGE_TRUST,
  VIEWS,
  type ButtonId,
  type CommandArguments,
  type ContextKey,
  type ContextValue,
  type WALKTHROUGH_ID,
} from '../../contributions.ts';

/** Commands of VS Code that are called here, with what they take. @see https://code.visualstudio.com/api/references/commands */
interface BuiltInArguments {
  'vscode.open': [uri: vscode.Uri];
  'vscode.diff': [left: vscode.Uri, right: vscode.Uri, title: string, options: vscode.TextDocumentShowOptions];
  /** Each: what the change is of, before and after it. */
  'vscode.changes': [
    title: string,
    resources: readonly (readonly [of: vscode.Uri, left: vscode.Uri, right: vscode.Uri])[],
  ];
  'markdown.showPreview': [uri: vscode.Uri];
  'markdown.showPreviewToSide': [uri: vscode.Uri];
  'workbench.action.files.saveWithoutFormatting': [];
  'workbench.action.openSettings': [query: string];
  'workbench.action.openWalkthrough': [id: typeof WALKTHROUGH_ID];
  [MANAGE_TRUST]: [];
}

/** VS Code makes a command for each view, which brings it into sight. */
type FocusArguments = Record<`${typeof VIEWS.sessions}.focus`, []>;

type Arguments = CommandArguments & BuiltInArguments & FocusArguments;

/** The one way to run a command, ours or VS Code's: its id and its arguments are checked where it is called. */
export async function runCommand<I extends keyof Arguments>(id: I, ...args: Arguments[I]): Promise<void> {
  await vscode.commands.executeCommand(id, ...args);
}

/** A command that a row of a table of ours names, with what the table gives it. */
export async function runOffered(id: ButtonId, given: readonly unknown[] = []): Promise<void> {
  await vscode.commands.executeCommand(id, ...given);
}

const BUTTONS: ReadonlySet<string> = new Set([...Object.values(COMMANDS), MANAGE_TRUST]);

/** For what comes from a page of ours. */
export function isButton(id: string): id is ButtonId {
  return BUTTONS.has(id);
}

/** What the window was told last. */
const lastValues = new Map<ContextKey, unknown>();

/** Tells the when clauses of menus, keys and welcome texts; only when it changes, for each call goes to the window. */
export function setContext<K extends ContextKey>(key: K, value: ContextValue<K>): void {
  if (lastValues.has(key) && lastValues.get(key) === value) return;
  lastValues.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
