import * as vscode from 'vscode';
import { createInputBox } from './messages.ts';

/** A question in a series. It sees what was answered before and gives back the answers with its own added. */
export type Step<T> = (answers: T, position: StepPosition) => Promise<StepResult<T>>;
export type StepResult<T> = { readonly kind: 'next'; readonly answers: T } | { readonly kind: 'back' | 'cancel' };

export interface StepPosition {
  readonly step: number;
  /** 0: a single question, of which there is nothing to count. */
  readonly totalSteps: number;
}

/** Asks one question after the other, with a way back to what was answered; undefined when the person gave up. */
export async function runSteps<T>(steps: readonly Step<T>[], start: T): Promise<T | undefined> {
  let answers = start;
  let index = 0;
  for (;;) {
    const step = steps[index];
    if (step === undefined) return index < 0 ? undefined : answers;
    const result = await step(answers, { step: index + 1, totalSteps: steps.length });
    if (result.kind === 'cancel') return undefined;
    if (result.kind === 'next') answers = result.answers;
    index += result.kind === 'next' ? 1 : -1;
  }
}

export interface InputOptions {
  readonly title: string;
  readonly prompt: string;
  readonly value?: string;
  readonly placeholder?: string;
  readonly password?: boolean;
  /** A sentence when the text won't do. */
  readonly validate?: (text: string) => string | undefined;
}

type Answer<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'back' | 'cancel' };

export function askText(options: InputOptions, position: StepPosition): Promise<Answer<string>> {
  const { box, accepts } = createInputBox(options.prompt, options.validate);
  box.value = options.value ?? '';
  box.placeholder = options.placeholder ?? '';
  box.password = options.password === true;
  return ask(box, options.title, position, () => (accepts() ? { value: box.value } : undefined));
}

export function askChoice<I extends vscode.QuickPickItem>(
  title: string,
  items: readonly I[],
  position: StepPosition,
  placeholder = '',
): Promise<Answer<I>> {
  const pick = vscode.window.createQuickPick<I>();
  pick.items = items;
  pick.placeholder = placeholder;
  return ask(pick, title, position, () => {
    const item = pick.activeItems[0];
    return item === undefined ? undefined : { value: item };
  });
}

function ask<T>(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  title: string,
  position: StepPosition,
  accept: () => { readonly value: T } | undefined,
): Promise<Answer<T>> {
  input.title = title;
  input.step = position.totalSteps === 0 ? undefined : position.step;
  input.totalSteps = position.totalSteps === 0 ? undefined : position.totalSteps;
  input.ignoreFocusOut = true;
  input.buttons = position.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    const end = (answer: Answer<T>): void => {
      resolve(answer);
      input.dispose();
    };
    input.onDidAccept(() => {
      const accepted = accept();
      if (accepted !== undefined) end({ kind: 'answer', value: accepted.value });
    });
    input.onDidTriggerButton(() => {
      end({ kind: 'back' });
    });
    input.onDidHide(() => {
      end({ kind: 'cancel' });
    });
    input.show();
  });
}
