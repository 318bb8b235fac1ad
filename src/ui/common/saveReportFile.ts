import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { writeWhole } from '../../common/writeWhole.ts';
import type { Report } from '../../reports/reportBlocks.ts';
import { reportHtml } from '../../reports/reportHtml.ts';
import { reportMarkdown } from '../../reports/reportMarkdown.ts';
import { showInformationMessage } from './messages.ts';
import { withCancel, type Work } from './progress.ts';
import { runCommand } from './runCommand.ts';
import { foldersOnDisk } from './foldersOnDisk.ts';

/** What a file can be, by the end of its name. */
const FORMATS: readonly {
  readonly label: string;
  readonly extensions: readonly [string, ...string[]];
  readonly write: (report: Report) => string;
  readonly open: (target: vscode.Uri) => Thenable<unknown>;
}[] = [
  {
    label: 'HTML',
    extensions: ['html', 'htm'],
    write: reportHtml,
    open: (target) => vscode.env.openExternal(target),
  },
  {
    label: 'Markdown',
    extensions: ['md', 'markdown'],
    write: (report) => reportMarkdown(report),
    open: (target) => runCommand('markdown.showPreview', target),
  },
];

/** Work that takes no longer needs no notification. */
const QUICK_MS = 1000;

export interface ReportFile {
  /** Of the dialog: "Save Report". */
  readonly title: string;
  /** Of the file, without the end that says what it is; what is no letter or digit becomes a hyphen. */
  readonly name: string;
  /** The end that is offered first. */
  readonly extension: 'html' | 'md';
  readonly compose: (work: Work) => Promise<Report>;
  readonly log: Log;
}

/** Asks where to, and writes one file. @throws Problem where it can't be written */
export async function saveReportFile({ title, name, extension, compose, log }: ReportFile): Promise<void> {
  const target = await askTarget(title, name, extension);
  if (target === undefined) return;
  const format = FORMATS.find(({ extensions }) =>
    extensions.some((end) => target.path.toLowerCase().endsWith(`.${end}`)),
  );
  if (format === undefined) throw new Problem(UNKNOWN_FORMAT);
  const isDone = await withProgress('Saving the report', async (work) => {
    try {
      const text = format.write(await compose(work));
      await write(target, text, work.signal);
      return true;
    } catch (error) {
      if (work.signal.aborted) return false;
      throw error instanceof Problem ? error : notSaved(error);
    }
  });
  if (!isDone) {
    vscode.window.setStatusBarMessage('The report was cancelled, and nothing was written.', 5000);
    return;
  }
  log.info(`Report saved: ${target.fsPath}`);
  const OPEN = 'Open';
  const answer = await showInformationMessage(
    `The report is saved as ${vscode.workspace.asRelativePath(target)}.`,
    OPEN,
  );
  if (answer === OPEN) await format.open(target);
}

async function askTarget(title: string, name: string, extension: string): Promise<vscode.Uri | undefined> {
  const folder = foldersOnDisk()[0]?.uri;
  const file = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.${extension}`;
  const first = FORMATS.toSorted((a, b) => rank(b.extensions, extension) - rank(a.extensions, extension));
  return vscode.window.showSaveDialog({
    title,
    filters: Object.fromEntries(first.map(({ label, extensions }) => [label, [...extensions]])),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, file) }),
  });
}

function rank(extensions: readonly string[], extension: string): number {
  return extensions.includes(extension) ? 1 : 0;
}

/** The whole file or nothing of it. */
async function write(target: vscode.Uri, text: string, signal: AbortSignal): Promise<void> {
  if (target.scheme === 'file') await writeWhole(target.fsPath, [text], { signal });
  else await vscode.workspace.fs.writeFile(target, Buffer.from(text));
}

/** In a notification as soon as it takes long enough to wonder. */
async function withProgress<T>(title: string, work: (work: Work) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let answered: Work['report'] | undefined;
  let last = '';
  const done = work({
    signal: abort.signal,
    report: (message) => {
      last = message;
      answered?.(message);
    },
  });
  const timer = later(() => {
    const shown = withCancel(
      title,
      async ({ report }) => {
        answered = report;
        report(last);
        await done;
      },
      abort,
    );
    shown.catch(() => undefined); // it is `done` that is waited for below, and whose failure is told
  }, QUICK_MS);
  try {
    return await done;
  } finally {
    timer.dispose();
  }
}

function notSaved(error: unknown): Problem {
  return new Problem(
    {
      code: 'report-not-saved',
      what: 'The report was not saved',
      why: `${error instanceof Error ? error.message : describeError(error)}.`,
      next: 'Choose another folder, or make room, and save it again.',
      transient: true,
    },
    { cause: error },
  );
}

const UNKNOWN_FORMAT = {
  code: 'unknown-format',
  what: 'The report was not saved',
  why: 'Its name says neither HTML nor Markdown.',
  next: 'Save it under a name that ends with .html or .md.',
  transient: false,
};
