import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import type { RollbackAction } from '../../django/rollback/rollback.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import type { SavePolicy } from '../../django/throttle/expectedWrites.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { classOf } from '../../presentation/operations/throttleRow.ts';
import { ACTION_NAMES, type RollbackOrigin } from '../../presentation/texts/rollbackTypes.ts';
import { confirmTyped, confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { applyChanges, areOutdated, unsavedWarnings, untilEditorsFollow, type Applied } from './applyChanges.ts';
import type { ChangePreview, FileChange } from './changePreview.ts';
import { planChange, type Planned } from './planRollback.ts';
import type { RollbackHistory } from './rollbackHistory.ts';
import type { ThrottleWatch } from './throttleWatch.ts';

export interface RollbackParts {
  readonly watch: ThrottleWatch;
  readonly preview: ChangePreview;
  readonly history: RollbackHistory;
  readonly options: (file: string) => SettingsFileOptions;
  /** What the settings say now. */
  readonly policy: () => SavePolicy;
  /** The database that is watched, if one is. */
  readonly connection: () => Connection | undefined;
  /** Called once the files are changed and saved. */
  readonly onApplied: (done: RollbackDone) => Promise<void>;
}

/** A rollback or a restore that has been made. */
export interface RollbackDone {
  readonly action: RollbackAction;
  readonly origin: RollbackOrigin;
  readonly middleware: string;
  readonly inUse: boolean;
  /** What the settings said before. */
  readonly before: SavePolicy;
  readonly changes: readonly FileChange[];
  readonly applied: Applied;
}

export interface RollbackRequest {
  readonly action: RollbackAction;
  readonly origin: RollbackOrigin;
  /** The settings file in which it was asked for; by default the one that decides in the project. */
  readonly file?: string;
}

/** Plans, shows the change as a diff, and waits for Apply or Discard: nothing is written before that. */
export async function startRollback(parts: RollbackParts, request: RollbackRequest): Promise<void> {
  if (!vscode.workspace.isTrusted) throw UNTRUSTED;
  const happensToBeOpen = request.origin === 'palette';
  const planned = await planChange(parts.watch, { ...request, happensToBeOpen }, parts.options);
  if (planned.kind !== 'edit') {
    await notifyWhyNot(parts, request, planned);
    return;
  }
  await showChange(parts, request, planned);
}

type EditPlan = Extract<Planned, { kind: 'edit' }>;

export async function showChange(parts: RollbackParts, request: RollbackRequest, plan: EditPlan): Promise<void> {
  const { title } = ACTION_NAMES[request.action];
  const summary = `${classOf(plan.middleware)} in ${filesText(plan.changes)}.`;
  await parts.preview.show({ title, summary, changes: plan.changes, apply: () => applyShown(parts, request, plan) });
}

const APPLY = 'Apply';

async function applyShown(parts: RollbackParts, request: RollbackRequest, plan: EditPlan): Promise<void> {
  if (await areOutdated(plan.changes)) {
    await showAnew(parts, request, plan);
    return;
  }
  const { title } = ACTION_NAMES[request.action];
  const warnings = [...plan.warnings, ...(await unsavedWarnings(plan.changes))];
  if (warnings.length > 0) {
    const detail = warnings.map((warning) => `• ${warning}`).join('\n\n');
    const question = `Apply the ${title.toLowerCase()} to ${filesText(plan.changes)}?`;
    const asked = { question, detail, buttons: [APPLY] };
    if ((await confirmWrite('changeThrottle', parts.connection(), asked)) !== APPLY) return;
  } else if (!(await confirmTyped('changeThrottle', parts.connection()))) return;
  await parts.preview.discard();
  const before = parts.policy();
  const applied = await applyChanges(plan.changes);
  if (applied === 'outdated') {
    await showAnew(parts, request, plan);
    return;
  }
  await parts.onApplied({
    ...request,
    middleware: plan.middleware,
    inUse: plan.inUse,
    before,
    changes: plan.changes,
    applied,
  });
}

/** What was read is no longer what would happen. */
async function showAnew(parts: RollbackParts, request: RollbackRequest, plan: EditPlan): Promise<void> {
  await untilEditorsFollow(plan.changes);
  await startRollback(parts, request);
  const { title } = ACTION_NAMES[request.action];
  void showWarningMessage(`${title}: the file has changed meanwhile, so the change is shown anew.`);
}

const OPEN = 'Open Settings';
const COMPARE = 'Compare with Earlier State…';

/** Refusing leaves the file untouched; where only a text from before a rollback helps, it says so and asks. */
async function notifyWhyNot(
  parts: RollbackParts,
  request: RollbackRequest,
  planned: Exclude<Planned, { kind: 'edit' }>,
): Promise<void> {
  const { file, reason, kind } = planned;
  const earlier =
    request.action === 'restore' && file !== undefined ? await parts.history.earlierText(file) : undefined;
  const { title } = ACTION_NAMES[request.action];
  const what = kind === 'refused' ? `${title} refused, nothing was changed` : `${title}: nothing to do`;
  const show = kind === 'refused' ? showWarningMessage : showInformationMessage;
  const hint =
    earlier === undefined ? '' : ' The extension has kept the text from before the last rollback, which may help.';
  const actions = [...(earlier === undefined ? [] : [COMPARE]), ...(file === undefined ? [] : [OPEN])];
  const chosen = await show(`${what}. ${reason}${hint}`, ...actions);
  if (chosen === OPEN && file !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(file));
  if (chosen === COMPARE && file !== undefined && earlier !== undefined) {
    const document = await vscode.workspace.openTextDocument(file);
    const warning =
      'This is the whole file as it was before the rollback: every change that was made to it since then goes as well.';
    await showChange(parts, request, {
      kind: 'edit',
      changes: [{ file, before: document.getText(), after: earlier.text }],
      warnings: [warning],
      middleware: earlier.record.middleware,
      inUse: true,
    });
  }
}

function filesText(changes: readonly FileChange[]): string {
  return changes.map(({ file }) => vscode.workspace.asRelativePath(file, false)).join(' and ');
}

const UNTRUSTED = new Problem({
  code: 'untrusted',
  what: 'The settings were not changed',
  why: 'This folder is in Restricted Mode.',
  next: 'Trust the folder (Workspaces: Manage Workspace Trust), then try again.',
  transient: false,
});
