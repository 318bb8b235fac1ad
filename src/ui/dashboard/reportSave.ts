import * as vscode from 'vscode';
import { describeError, Problem } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { writeWhole } from '../../common/writeWhole.ts';
import { comparedRange } from '../../presentation/answers/compareAnswer.ts';
import { reportFacts } from '../../presentation/answers/reportFacts.ts';
import type { Drawn } from '../../presentation/dashboard/reportPictures.ts';
import { makeReport } from '../../reports/report.ts';
import type { Report } from '../../reports/reportBlocks.ts';
import { reportHtml } from '../../reports/reportHtml.ts';
import { reportMarkdown } from '../../reports/reportMarkdown.ts';
import { showInformationMessage } from '../common/messages.ts';
import { withCancel, type Work } from '../common/progress.ts';
import { runCommand } from '../common/runCommand.ts';
import type { DashboardParts } from './dashboardParts.ts';

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
    write: reportMarkdown,
    open: (target) => runCommand('markdown.showPreview', target),
  },
];

/** What a report is of where no range is shown. */
const DAY_MS = 24 * 3600 * 1000;
/** Work that takes no longer needs no notification. */
const QUICK_MS = 1000;

/** Draws what is shown; undefined: it could not be drawn. */
export type Draw = (signal: AbortSignal) => Promise<Drawn | undefined>;

/** Asks where to, and writes one file that says what is shown and known. */
export async function saveReport(parts: DashboardParts, draw: Draw): Promise<void> {
  const { app, source, log } = parts;
  if (app.state.kind !== 'connected' || source.extent() === undefined) throw new Problem(NOTHING);
  const target = await askTarget(app.state.connection.name);
  if (target === undefined) return;
  const format = FORMATS.find(({ extensions }) =>
    extensions.some((end) => target.path.toLowerCase().endsWith(`.${end}`)),
  );
  if (format === undefined) throw new Problem(UNKNOWN_FORMAT);
  const isDone = await withProgress('Saving the report', async ({ signal, report }) => {
    try {
      report('Drawing the charts');
      const drawn = await draw(signal);
      signal.throwIfAborted();
      report('Working out the figures');
      const text = format.write(await compose(parts, drawn, signal));
      await write(target, text, signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
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

async function compose(
  { app, source }: DashboardParts,
  drawn: Drawn | undefined,
  signal: AbortSignal,
): Promise<Report> {
  const { state } = app;
  if (state.kind !== 'connected') throw new Problem(NOTHING);
  const madeAt = new Date();
  const range =
    drawn === undefined ? { from: new Date(madeAt.getTime() - DAY_MS), to: madeAt } : comparedRange(drawn.shown);
  const wanted = { range, drawn, madeAt, version: version() };
  return makeReport(await reportFacts(state, source, wanted, signal), { locale: vscode.env.language });
}

async function askTarget(name: string): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const words = `django-sessions-${name}-${new Date().toISOString().slice(0, 10)}`;
  const file = `${words.replaceAll(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}.html`;
  return vscode.window.showSaveDialog({
    title: 'Save Report',
    filters: Object.fromEntries(FORMATS.map(({ label, extensions }) => [label, [...extensions]])),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, file) }),
  });
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

function version(): string {
  const extension = vscode.extensions.getExtension('django-session-monitor.django-session-monitor');
  const { version: found } = (extension?.packageJSON ?? {}) as { readonly version?: unknown };
  return typeof found === 'string' ? found : '';
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

const NOTHING = {
  code: 'no-history',
  what: 'There is nothing to report',
  why: 'Nothing has been read in this window or before it.',
  next: 'Connect to a database and wait for the first reading.',
  transient: false,
};

const UNKNOWN_FORMAT = {
  code: 'unknown-format',
  what: 'The report was not saved',
  why: 'Its name says neither HTML nor Markdown.',
  next: 'Save it under a name that ends with .html or .md.',
  transient: false,
};
