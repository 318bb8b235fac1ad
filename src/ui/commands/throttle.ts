import * as vscode from 'vscode';
import type { ThrottleArgument } from '../../contributions.ts';
import type { RollbackAction } from '../../django/rollback/rollback.ts';
import { looksLikeSettings } from '../../presentation/settingsFile/looksLikeSettings.ts';
import type { RollbackOrigin, RollbackRecord } from '../../presentation/texts/rollbackTypes.ts';
import { showInformationMessage } from '../common/messages.ts';
import type { Rollback } from '../rollback/rollback.ts';
import { getSetting, updateSetting } from '../settings/settings.ts';

/** Starts a rollback or a restore from wherever it was asked for. */
export async function switchThrottle(
  rollback: Rollback,
  action: RollbackAction,
  argument: ThrottleArgument | undefined,
): Promise<void> {
  const { origin, file } = placeOf(argument, rollback.history.records);
  await rollback.start({ action, origin, ...(file === undefined ? {} : { file }) });
}

interface Place {
  readonly origin: RollbackOrigin;
  readonly file?: string;
}

/** Rows by the beginning of their id. */
const ROW_ORIGINS: readonly (readonly [prefix: string, origin: RollbackOrigin])[] = [
  ['rollback/', 'history'],
  ['alert/', 'alert'],
];

function placeOf(argument: ThrottleArgument | undefined, records: readonly RollbackRecord[]): Place {
  if (argument === undefined) return fromPalette();
  if (typeof argument === 'object' && 'origin' in argument) return argument;
  const rowId = typeof argument === 'string' ? argument : argument.rowId;
  const origin = ROW_ORIGINS.find(([prefix]) => rowId.startsWith(prefix))?.[1] ?? 'tree';
  const file = records.find(({ id }) => rowId === `rollback/${id}`)?.files[0];
  return file === undefined ? { origin } : { origin, file };
}

/** A settings file that is in front is the one that is meant, if it lists the throttle; otherwise the project is. */
function fromPalette(): Place {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const meant = uri?.scheme === 'file' && looksLikeSettings(uri.fsPath);
  return meant ? { origin: 'palette', file: uri.fsPath } : { origin: 'palette' };
}

/** Adds a check to those that are switched off, where the person's other settings of it stand; undone in the settings. */
export async function switchOffCheck(code: string): Promise<void> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  const resource = vscode.window.activeTextEditor?.document.uri ?? first?.uri;
  const folder = (resource && vscode.workspace.getWorkspaceFolder(resource)) ?? first;
  const codes: unknown = getSetting('disabledChecks', folder?.uri);
  const before = Array.isArray(codes) ? codes.filter((one) => typeof one === 'string') : [];
  const { Global, WorkspaceFolder } = vscode.ConfigurationTarget;
  const target = folder === undefined ? Global : WorkspaceFolder;
  await updateSetting('disabledChecks', [...new Set([...before, code])], target, folder?.uri);
  const chosen = await showInformationMessage(
    `The check "${code}" is switched off in this workspace.`,
    'Switch It On Again',
  );
  if (chosen !== undefined) await updateSetting('disabledChecks', before, target, folder?.uri);
}
