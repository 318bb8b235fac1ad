import * as vscode from 'vscode';
import type { CommandArguments, CommandId } from '../../contributions.ts';
import { inertText } from '../../presentation/texts/inertText.ts';

/**
 * The only way to say something in VS Code: every notification, question, progress, prompt and hover goes through
 * here, where links in it are taken out (`inertText`), for much of it was written by a server, a log or a repository. The linter
 * sees to it that nothing goes around. Buttons are how a person is offered something to run.
 */

interface Show {
  <T extends string>(text: string, ...buttons: T[]): Thenable<T | undefined>;
  <T extends string>(text: string, options: vscode.MessageOptions, ...buttons: T[]): Thenable<T | undefined>;
}

export const showInformationMessage = showBy((...said) => vscode.window.showInformationMessage(...said));
export const showWarningMessage = showBy((...said) => vscode.window.showWarningMessage(...said));
export const showErrorMessage = showBy((...said) => vscode.window.showErrorMessage(...said));

type MessageArguments = [text: string, options: vscode.MessageOptions, ...buttons: string[]];

function showBy(show: (...said: MessageArguments) => Thenable<string | undefined>): Show {
  return <T extends string>(text: string, first?: vscode.MessageOptions | T, ...rest: T[]) => {
    const options = typeof first === 'object' ? first : {};
    const buttons = typeof first === 'string' ? [first, ...rest] : rest;
    const detail = options.detail === undefined ? {} : { detail: inertText(options.detail) };
    return show(inertText(text), { ...options, ...detail }, ...buttons) as Thenable<T | undefined>;
  };
}

type Progress = Parameters<Parameters<typeof vscode.window.withProgress>[1]>[0];

export function withProgress<R>(
  options: vscode.ProgressOptions,
  work: (progress: Progress, token: vscode.CancellationToken) => Thenable<R>,
): Thenable<R> {
  const title = options.title === undefined ? {} : { title: inertText(options.title) };
  return vscode.window.withProgress({ ...options, ...title }, (progress, token) => {
    const report: Progress['report'] = ({ message, ...value }) => {
      progress.report({ ...value, ...(message === undefined ? {} : { message: inertText(message) }) });
    };
    return work({ report }, token);
  });
}

/** A sentence when the text won't do. */
type Validate = (text: string) => string | undefined;

interface InputBoxOptions extends Omit<vscode.InputBoxOptions, 'prompt' | 'validateInput'> {
  readonly prompt: string;
  readonly validateInput?: Validate;
}

/** A choice of one that stays until it is made or given up: a tree whose refresh ends as it opens takes the focus away (VS Code's own). */
export function showQuickPick<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Thenable<T | undefined> {
  return vscode.window.showQuickPick(items, { ...options, ignoreFocusOut: true });
}

/** A choice of any number; undefined: given up. */
export function showQuickPicks<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: vscode.QuickPickOptions,
): Thenable<T[] | undefined> {
  return vscode.window.showQuickPick(items, { ...options, canPickMany: true, ignoreFocusOut: true });
}

export function showInputBox({ prompt, validateInput, ...options }: InputBoxOptions): Thenable<string | undefined> {
  const complain = (text: string): string | undefined => complaintOf(validateInput, text);
  return vscode.window.showInputBox({ ...options, prompt: inertText(prompt), validateInput: complain });
}

/** An input box that complains while its text is typed; `accepts` does so again, and says whether it will do. */
export function createInputBox(
  prompt: string,
  validate: Validate | undefined,
): { readonly box: vscode.InputBox; readonly accepts: () => boolean } {
  const box = vscode.window.createInputBox();
  box.prompt = inertText(prompt);
  const accepts = (): boolean => {
    box.validationMessage = complaintOf(validate, box.value);
    return box.validationMessage === undefined;
  };
  box.onDidChangeValue(accepts);
  return { box, accepts };
}

function complaintOf(validate: Validate | undefined, text: string): string | undefined {
  const complaint = validate?.(text);
  return complaint === undefined ? undefined : inertText(complaint);
}

/** For hovers. What it says of others has been through `escapeMarkdown`; commands, HTML and icons are not rendered besides. */
export function hoverText(markdown: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown);
  text.isTrusted = false;
  text.supportHtml = false;
  text.supportThemeIcons = false;
  return text;
}

/** The same with a link below it that runs this one command of ours and no other, whoever else would have one run. */
export function commandHover<I extends CommandId>(
  markdown: string,
  label: string,
  id: I,
  ...args: CommandArguments[I]
): vscode.MarkdownString {
  const text = hoverText(`${markdown}\n\n[${label}](command:${id}?${encodeURIComponent(JSON.stringify(args))})`);
  text.isTrusted = { enabledCommands: [id] };
  return text;
}
