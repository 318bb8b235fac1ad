import { inspect } from 'node:util';
import * as vscode from 'vscode';
import { COMMANDS } from '../../contributions.ts';
import { besideMessage } from '../../presentation/answers/besideAnswer.ts';
import { answerComparison } from '../../presentation/answers/compareAnswer.ts';
import type { RangeAnswers } from '../../presentation/answers/rangeAnswer.ts';
import type { StatementSource } from '../../presentation/answers/statements.ts';
import type { PageWork } from '../../presentation/dashboard/pageWork.ts';
import type { ReportPictures } from '../../presentation/dashboard/reportPictures.ts';
import { FIRST_REQUEST, type ToDashboard, type ToHost } from '../../webview/protocol/protocol.ts';
import { rangeOf, type TimeBounds } from '../../webview/protocol/view.ts';
import { isButton, runCommand } from '../common/runCommand.ts';
import type { DashboardParts } from './dashboardParts.ts';
import { savePicture } from './savePicture.ts';

/** What an answer may know of the page that asked. */
export interface AskingPage {
  readonly parts: DashboardParts;
  /** Ids of the actions that it was offered last. */
  readonly offered: ReadonlySet<string>;
  readonly work: PageWork;
  /** From when to when this editor has a history, milliseconds since the epoch; null: it has none. */
  readonly extent: TimeBounds | null;
  readonly ranges: RangeAnswers;
  readonly statements: StatementSource;
  readonly reports: ReportPictures;
  /** It has been loaded: from now on messages reach it. */
  begin(): void;
  post(message: ToDashboard): void;
}

type Answer<K extends ToHost['type']> = (
  message: Extract<ToHost, { type: K }>,
  page: AskingPage,
) => void | PromiseLike<void>;

/** What is done about each message of a page. */
const ANSWERS: { readonly [K in ToHost['type']]: Answer<K> } = {
  ready: ({ view, maxPoints }, page) => {
    page.begin();
    const range = rangeOf(view, Date.now(), page.extent);
    return page.ranges.answer({ type: 'range', request: FIRST_REQUEST, of: 'all', ...range, maxPoints });
  },
  range: (message, { ranges }) => ranges.answer(message),
  run: async ({ action }, { offered, parts }) => {
    if (offered.has(action) && isButton(action)) await runCommand(action);
    else parts.log.warn(`The dashboard asked for an action that it was not offered: ${excerpt(action)}`);
  },
  copy: async ({ text }) => {
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage('$(copy) Copied', 3000);
  },
  savePicture: ({ name, data }) => savePicture(name, data),
  explain: (message, { statements }) => statements.explain(message),
  openPlan: async (message, { statements }) => {
    const document = await vscode.workspace.openTextDocument({ content: statements.document(message) });
    await vscode.window.showTextDocument(document, { preview: false });
  },
  compare: (message, page) => answerComparison(message, page, vscode.env.language),
  beside: (message, page) => page.post(besideMessage(message, page.parts)),
  saveReport: () => runCommand(COMMANDS.saveReport),
  report: (message, { reports }) => reports.heard(message),
  exportHistory: ({ from, to }) => runCommand(COMMANDS.exportHistory, { from, to }),
  failed: ({ message }, { parts }) => parts.log.error(`The dashboard failed: ${message}`),
};

export async function answer(message: ToHost, page: AskingPage): Promise<void> {
  // The table has for each type the answer to just that type, which TypeScript can't follow through the union.
  await (ANSWERS[message.type] as Answer<ToHost['type']>)(message, page);
}

/** A message for the log, cut off where it is long. */
export function excerpt(message: unknown): string {
  const text = inspect(message, { depth: 3, breakLength: Infinity });
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
