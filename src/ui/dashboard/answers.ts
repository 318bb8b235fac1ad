import { inspect } from 'node:util';
import * as vscode from 'vscode';
import type { ToDashboard, ToHost } from '../../webview/protocol.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { rangeAnswer } from './rangeAnswer.ts';
import { savePicture } from './savePicture.ts';

/** What an answer may know of the page that asked. */
export interface Asker {
  readonly parts: DashboardParts;
  /** Ids of the actions that it was offered last. */
  readonly offered: ReadonlySet<string>;
  /** It has been loaded: from now on messages reach it. */
  begin(): void;
  post(message: ToDashboard): void;
}

type Answer<K extends ToHost['type']> = (
  message: Extract<ToHost, { type: K }>,
  page: Asker,
) => void | PromiseLike<void>;

/** What is done about each message of a page. */
const ANSWERS: { readonly [K in ToHost['type']]: Answer<K> } = {
  ready: (_, page) => page.begin(),
  range: (message, page) => page.post(rangeAnswer(page.parts.source, message)),
  run: async ({ action }, { offered, parts }) => {
    if (offered.has(action)) await vscode.commands.executeCommand(action);
    else parts.log.warn(`The dashboard asked for an action that it was not offered: ${shown(action)}`);
  },
  copy: async ({ text }) => {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage('$(copy) Copied', 3000);
  },
  savePicture: ({ name, data }) => savePicture(name, data),
  failed: ({ message }, { parts }) => parts.log.error(`The dashboard failed: ${message}`),
};

export async function answer(message: ToHost, page: Asker): Promise<void> {
  // The table has for each type the answer to just that type, which TypeScript can't follow through the union.
  await (ANSWERS[message.type] as Answer<ToHost['type']>)(message, page);
}

/** A message for the log, cut off where it is long. */
export function shown(message: unknown): string {
  const text = inspect(message, { depth: 3, breakLength: Infinity });
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
