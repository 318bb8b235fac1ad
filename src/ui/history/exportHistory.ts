import * as vscode from 'vscode';
import { formatValue } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import { writeWhole } from '../../common/writeWhole.ts';
import type { ExportFormat } from '../../history/ranges/exportRange.ts';
import { METRICS } from '../../monitoring/metrics/metrics.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { runCommand } from '../common/runCommand.ts';
import type { App } from '../connection/app.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

/** Milliseconds since the epoch. */
export interface ExportRange {
  readonly from: number;
  readonly to: number;
}

const DAY = 24 * 3600 * 1000;

/** What is offered where no range is shown. Infinity: all there is. */
const SPANS: readonly { readonly label: string; readonly ms: number }[] = [
  { label: 'The last hour', ms: 3600 * 1000 },
  { label: 'The last day', ms: DAY },
  { label: 'The last 7 days', ms: 7 * DAY },
  { label: 'The last 30 days', ms: 30 * DAY },
  { label: 'Everything', ms: Infinity },
];

const FORMATS: readonly {
  readonly label: string;
  readonly description: string;
  readonly format: ExportFormat;
  readonly extension: 'csv' | 'json';
}[] = [
  {
    label: 'Readings as CSV',
    description: 'a row each, with minimum, mean and maximum where they are thinned',
    format: 'csv',
    extension: 'csv',
  },
  {
    label: 'Annotations as CSV',
    description: 'cleanups, rollbacks, restarts, alerts, gaps',
    format: 'annotationsCsv',
    extension: 'csv',
  },
  { label: 'Readings and annotations as JSON', description: 'with units', format: 'json', extension: 'json' },
];

/** Writes a range of the history into a file that a person chooses. */
export async function exportHistory(app: App, shown?: ExportRange): Promise<void> {
  const store = app.history;
  const extent = store?.extent();
  if (store === undefined || extent === undefined) throw new Problem(NO_HISTORY);
  const range = shown ?? (await askRange(extent.to.getTime() + 1));
  if (range === undefined) return;
  const chosen = await showQuickPick(FORMATS, { title: 'Export History', placeHolder: 'As what?' });
  if (chosen === undefined) return;
  const from = new Date(Math.max(range.from, extent.from.getTime()));
  const to = new Date(range.to);
  const target = await vscode.window.showSaveDialog({
    title: 'Export History',
    filters: { [chosen.extension.toUpperCase()]: [chosen.extension] },
    ...defaultUri(`django-sessions-${from.toISOString().slice(0, 10)}.${chosen.extension}`),
  });
  if (target === undefined) return;
  if (target.scheme !== 'file') throw new Problem(NO_FILE);
  const metricIds = METRICS.map(({ id }) => id);
  const isDone = await withCancel('Exporting the history', async ({ signal, report }) => {
    const pieces = store.exportRange({ format: chosen.format, from, to, metricIds });
    const onBytes = (bytes: number): void => report(formatValue(bytes, 'bytes', { locale: vscode.env.language }));
    try {
      await writeWhole(target.fsPath, pieces, { signal, onBytes });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  });
  if (!isDone) {
    void showInformationMessage('The export was cancelled, and nothing was written.');
    return;
  }
  const OPEN = 'Open';
  const answer = await showInformationMessage(
    `The history is exported to ${vscode.workspace.asRelativePath(target)}.`,
    OPEN,
  );
  if (answer === OPEN) await runCommand('vscode.open', target);
}

async function askRange(to: number): Promise<ExportRange | undefined> {
  const chosen = await showQuickPick(SPANS, { title: 'Export History', placeHolder: 'Of what time?' });
  return chosen === undefined ? undefined : { from: chosen.ms === Infinity ? 0 : to - chosen.ms, to };
}

function defaultUri(name: string): { readonly defaultUri?: vscode.Uri } {
  const folder = foldersOnDisk()[0]?.uri;
  return folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) };
}

const NO_HISTORY = {
  code: 'no-history',
  what: 'There is nothing to export',
  why: 'Nothing has been read in this window or before it.',
  next: 'Connect to a database and wait for the first reading.',
  transient: false,
};

const NO_FILE = {
  code: 'no-file',
  what: 'The history was not exported',
  why: 'This place is not in a file system that the extension can write to piece by piece.',
  next: 'Choose a file on the machine that the extension runs on.',
  transient: false,
};
