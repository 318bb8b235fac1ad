import * as vscode from 'vscode';
import { filled } from '../../common/filled.ts';
import { formatDuration, formatNumber } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import { commandLine } from '../../compose/commandWords.ts';
import { COMMANDS, SETTINGS_SECTION } from '../../contributions.ts';
import { clearsessionsBy } from '../../monitoring/metricsCommand/metricsCommand.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import { NO_PROJECT, NOT_BY_COMMAND } from '../../presentation/texts/cleanupProblems.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showErrorMessage, showInformationMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { runCommand } from '../common/runCommand.ts';
import { commandOf, runVisibly, type Command } from '../common/runVisibly.ts';
import { chosenInterpreter } from '../connection/interpreter.ts';
import { projectFolder } from '../settings/projectFolder.ts';
import { getSetting } from '../settings/settings.ts';
import type { Cleanup, CleanupOrigin } from './cleanup.ts';
import { expiredNow, lastExpired } from './expiredNow.ts';

const RUN = 'Run';
const WHAT = 'clearsessions was not run';

/** Runs Django's own clearsessions as a visible task, and tells the counts before and after as our own cleanup does. */
export async function djangoClearsessions(cleanup: Cleanup, from: CleanupOrigin): Promise<void> {
  const connection = cleanup.begin();
  const { command, cwd } = await commandToRun(cleanup, connection);
  const line = commandLine(command);
  const detail = `${line}\n\n${cwd === undefined ? '' : `In ${cwd}. `}${lastExpired(cleanup)}It deletes all expired sessions in one transaction, which may take long where there are many.`;
  const question = `Run clearsessions for ${connection.command === undefined ? connection.target : connection.name}?`;
  if ((await confirmWrite('runClearsessions', connection, { question, detail, buttons: [RUN], mild: true })) !== RUN)
    return;
  const context = cleanup.context(connection, from);
  const abort = new AbortController();
  const ended = ({ before, after, exitCode, elapsedMs }: Outcome): CleanupRecord => ({
    kind: 'django',
    ...context,
    how: 'command',
    outcome: exitCode === 0 ? 'done' : abort.signal.aborted ? 'cancelled' : 'failed',
    // Sessions are created and renewed meanwhile: what was expired and is gone is what it deleted.
    deleted: Math.max(0, before - after),
    expiredBefore: before,
    expiredAfter: after,
    elapsedMs,
    batches: 1,
    longestBatchMs: elapsedMs,
    notes: exitCode === 0 ? [] : [`${line} ended with exit code ${String(exitCode ?? 'unknown')}.`],
  });
  const history = { begun: cleanup.begun('django', 'command', undefined, context), ended };
  const outcome = await cleanup.run(abort, { countAfter: connection.command === undefined, history }, () =>
    withCancel(
      'Running clearsessions',
      async ({ signal, report }) => {
        report('counting');
        const before = await expiredNow(cleanup, connection);
        report('running');
        const began = performance.now();
        const exitCode = await runVisibly({
          name: 'clearsessions',
          what: WHAT,
          command,
          cwd,
          setting: 'cleanup.clearsessionsCommand',
          signal,
        });
        const elapsedMs = performance.now() - began;
        report('counting');
        return { before, after: await expiredNow(cleanup, connection), exitCode, elapsedMs };
      },
      abort,
    ),
  );
  notifyResult(ended(outcome), line, outcome.exitCode, connection.command === undefined);
}

/** Expired sessions. */
interface Outcome {
  readonly before: number;
  readonly after: number;
  readonly exitCode: number | undefined;
  readonly elapsedMs: number;
}

function notifyResult(
  { deleted, expiredBefore, expiredAfter, elapsedMs }: CleanupRecord,
  line: string,
  exitCode: number | undefined,
  mayVacuum: boolean,
): void {
  const figures = `${formatNumber(deleted)} expired sessions are gone: ${formatNumber(expiredBefore ?? 0)} before, ${formatNumber(expiredAfter ?? 0)} now`;
  if (exitCode === 0) {
    void offerVacuum(
      `clearsessions ended with exit code 0 after ${formatDuration(elapsedMs / 1000)}. ${figures}.`,
      deleted > 0 && mayVacuum,
    );
    return;
  }
  void showErrorMessage(
    `clearsessions failed: ${line} ended with exit code ${String(exitCode ?? 'unknown')}. What it wrote stands in the terminal. ${figures}.`,
  );
}

async function offerVacuum(text: string, worth: boolean): Promise<void> {
  const VACUUM = 'Vacuum…';
  const chosen = await showInformationMessage(text, ...(worth ? [VACUUM] : []));
  if (chosen === VACUUM) await runCommand(COMMANDS.vacuumSessions);
}

interface ToRun {
  readonly command: Command;
  readonly cwd: string | undefined;
}

/** The command of the settings (in a container, for one); else the way of the metrics; else manage.py with the interpreter of the project. */
async function commandToRun(cleanup: Cleanup, { command: metrics }: Connection): Promise<ToRun> {
  const { project } = cleanup.app;
  const scope = project === undefined ? undefined : vscode.Uri.file(project.root);
  const set: unknown = getSetting('cleanup.clearsessionsCommand', scope);
  const cwd = project?.root ?? projectFolder(undefined)?.uri.fsPath;
  if (!Array.isArray(set) || set.length > 0)
    return { command: commandOf(set, 'cleanup.clearsessionsCommand', WHAT), cwd };
  if (metrics !== undefined) {
    const [program, ...args] = clearsessionsBy(metrics.words) ?? [];
    if (program === undefined) throw NOT_BY_COMMAND;
    return { command: [program, ...args], cwd: metrics.cwd };
  }
  if (project === undefined || scope === undefined) throw NO_PROJECT;
  const { findInterpreter } = await import('../../django/project/findInterpreter.ts');
  const fromPythonExtension = await chosenInterpreter(scope, cleanup.log);
  const python = await findInterpreter(project.root, {
    ...(fromPythonExtension === undefined ? {} : { fromPythonExtension }),
    ...workspaceFolder(scope),
  });
  if (python === undefined) throw NO_PYTHON;
  const module = filled(getSetting('settingsModule', scope));
  const settings = module === undefined ? [] : ['--settings', module];
  return { command: [python.path, project.managePy, 'clearsessions', ...settings], cwd: project.root };
}

function workspaceFolder(uri: vscode.Uri): { workspaceFolder?: string } {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  return folder === undefined ? {} : { workspaceFolder: folder };
}

const NO_PYTHON = new Problem({
  code: 'interpreter-missing',
  what: WHAT,
  why: 'No Python interpreter was found in the Python extension, in a .venv beside manage.py, or on the PATH.',
  next: `Select the interpreter of the project, or set ${SETTINGS_SECTION}.cleanup.clearsessionsCommand, such as a command in a container.`,
  transient: false,
});
