import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { formatNumber } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import { EXPORT_TARGETS, type ExportContext, type ExportTarget } from '../../export/targets.ts';
import { DEFAULT_INTERVAL } from '../../services/cleanupService/facts.ts';
import { fromQualified } from '../../postgres/table/tableName.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';
import { showInformationMessage, showQuickPicks } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { runCommand } from '../common/runCommand.ts';
import type { InvestigationParts } from '../investigation.ts';
import { getNumber } from '../settings/settings.ts';
import { writeFolder, type FileToWrite } from '../../export/writeFolder.ts';

type Parts = Pick<InvestigationParts, 'app' | 'cleanupService' | 'log'>;

/** Below the folder that a person chooses. */
const FOLDER = 'django-session-monitoring';
const TITLE = 'Export to Monitoring Systems';

/** Writes the metrics and alert rules of the database that is watched as files of other systems. @throws Problem */
export async function exportMonitoring(parts: Parts): Promise<void> {
  const context = contextOf(parts);
  const targets = await askTargets();
  if (targets === undefined || targets.length === 0) return;
  const folder = await askFolder();
  if (folder === undefined) return;
  const root = vscode.Uri.joinPath(folder, FOLDER);
  const files = targets.flatMap((target) =>
    target.files(context).map(({ path, text }) => ({ path: `${target.id}/${path}`, text })),
  );
  const changed = await changedFiles(root, files);
  if (changed.length > 0 && !(await confirmed(root, changed))) return;
  const toWrite = changed.map(({ file }) => file);
  const written = await withCancel('Exporting to monitoring systems', ({ signal, report }) =>
    writeFolder(root.fsPath, toWrite, signal, (path, share) => report(path, share)),
  );
  parts.log.info(`Exported for ${targets.map(({ label }) => label).join(', ')}: ${written} files in ${root.fsPath}`);
  for (const { id } of targets) await runCommand('markdown.showPreview', vscode.Uri.joinPath(root, id, 'README.md'));
  void showInformationMessage(told(written, toWrite.length, files.length, vscode.workspace.asRelativePath(root)));
}

function contextOf({ app, cleanupService }: Parts): ExportContext {
  const { state } = app;
  const snapshot = app.monitor.history.latest;
  if (state.kind !== 'connected' || snapshot === undefined) throw new Problem(NOT_READ);
  const { metrics, settings } = snapshot;
  const service = cleanupService.state;
  return {
    table: fromQualified(metrics.table.qualifiedName),
    database: metrics.server.database,
    connection: state.connection.name,
    rules: state.alerts,
    intervalSeconds: getNumber('intervalSeconds', 'window'),
    throttleIntervalSeconds: settings.throttleIntervalSeconds,
    ...(settings.cookieAgeSeconds === undefined ? {} : { cookieAgeSeconds: settings.cookieAgeSeconds }),
    cleanupIntervalSeconds: service?.status?.interval ?? service?.setup.intervalSeconds ?? DEFAULT_INTERVAL,
  };
}

async function askTargets(): Promise<readonly ExportTarget[] | undefined> {
  const items = EXPORT_TARGETS.map((target) => ({ label: target.label, description: target.detail, target }));
  const chosen = await showQuickPicks(items, { title: TITLE, placeHolder: 'Which of them do you use?' });
  return chosen?.map(({ target }) => target);
}

async function askFolder(): Promise<vscode.Uri | undefined> {
  const start = foldersOnDisk()[0]?.uri;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: TITLE,
      openLabel: 'Export Here',
      canSelectFiles: false,
      canSelectFolders: true,
      ...(start === undefined ? {} : { defaultUri: start }),
    })) ?? [];
  if (folder !== undefined && folder.scheme !== 'file') throw new Problem(NO_FOLDER);
  return folder;
}

/** Those that are not there yet as they are to be. */
async function changedFiles(
  root: vscode.Uri,
  files: readonly FileToWrite[],
): Promise<{ readonly file: FileToWrite; readonly overwrites: boolean }[]> {
  const before = await Promise.all(files.map(({ path }) => textAt(vscode.Uri.joinPath(root, path).fsPath)));
  return files
    .map((file, i) => ({ file, overwrites: before[i] !== undefined, same: before[i] === file.text }))
    .filter(({ same }) => !same);
}

async function textAt(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function confirmed(
  root: vscode.Uri,
  changed: readonly { readonly file: FileToWrite; readonly overwrites: boolean }[],
): Promise<boolean> {
  const WRITE = 'Write';
  const { length } = changed;
  const overwritten = changed.filter(({ overwrites }) => overwrites).map(({ file }) => file.path);
  const question = length === 1 ? `Write one file to ${root.fsPath}?` : `Write ${length} files to ${root.fsPath}?`;
  const detail =
    overwritten.length === 0
      ? 'None of them is there yet. They hold no password.'
      : `These are there with other contents and will be overwritten:\n${overwritten.join('\n')}`;
  return (await showInformationMessage(question, { modal: true, detail }, WRITE)) === WRITE;
}

function told(written: number, wanted: number, all: number, folder: string): string {
  if (wanted === 0) return `All ${formatNumber(all)} files in ${folder} are as they would be written now.`;
  if (written < wanted) {
    return `The export was cancelled: ${formatNumber(written)} of ${formatNumber(wanted)} files are written in ${folder}.`;
  }
  return written === 1
    ? `One file is written in ${folder}.`
    : `${formatNumber(written)} files are written in ${folder}.`;
}

const NOT_READ = {
  code: 'not-read',
  what: 'There is nothing to export',
  why: 'The session table has not been read yet.',
  next: 'Connect to a database and wait for the first reading.',
  transient: true,
};

const NO_FOLDER = {
  code: 'no-folder',
  what: 'Nothing was exported',
  why: 'This place is not in a file system of the machine that the extension runs on.',
  next: 'Choose a folder on that machine.',
  transient: false,
};
