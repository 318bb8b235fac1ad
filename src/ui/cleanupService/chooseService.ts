import { relative } from 'node:path';
import * as vscode from 'vscode';
import { SETTINGS_SECTION } from '../../contributions.ts';
import { commandsStand } from '../../presentation/texts/serviceProblems.ts';
import type { CleanupCandidate } from '../../services/cleanupService/findCleanupService.ts';
import { showQuickPick } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { getSetting, updateSetting } from '../settings/settings.ts';

const WHY: Readonly<Record<CleanupCandidate['why'], string>> = {
  setting: 'named in the settings',
  command: 'its command runs clearsessions',
  script: 'its script runs clearsessions',
  schedule: 'runs the tasks that are scheduled, clearsessions among them',
  name: 'by its name only',
};

interface Choice {
  readonly composeFile: string;
  readonly composeService: string;
}

/** Lets a person pick one of the services in compose files, and keeps that in the settings of the workspace. */
export async function chooseService(
  folder: vscode.WorkspaceFolder | undefined,
  current?: CleanupCandidate,
): Promise<void> {
  if (isSet('statusCommand', folder) || isSet('logsCommand', folder)) throw commandsStand();
  const candidates = folder === undefined ? [] : await findAll(folder.uri.fsPath);
  const items = [
    ...candidates.map((candidate) => ({ ...itemOf(candidate, folder?.uri.fsPath ?? '', current), candidate })),
    { label: '$(search) Find it by itself', description: 'the surest one in the compose files', candidate: undefined },
    { label: '$(settings-gear) Name a container or commands in the settings…', settings: true },
  ];
  const chosen = await showQuickPick(items, {
    title: 'Which service clears expired sessions?',
    placeHolder:
      candidates.length === 0 ? 'No compose file here has one that is known to' : 'Services in compose files',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return;
  if ('settings' in chosen) {
    await runCommand('workbench.action.openSettings', `${SETTINGS_SECTION}.cleanupService`);
    return;
  }
  const { candidate } = chosen;
  await keep(
    candidate === undefined
      ? { composeFile: '', composeService: '' }
      : { composeFile: relative(folder?.uri.fsPath ?? '', candidate.composeFile), composeService: candidate.service },
    folder,
  );
}

async function findAll(folder: string): Promise<readonly CleanupCandidate[]> {
  const [{ findCleanupServices }, { nodeFileSystem }] = await Promise.all([
    import('../../services/cleanupService/findCleanupService.ts'),
    import('../../common/fileSystem.ts'),
  ]);
  return (await findCleanupServices(nodeFileSystem, folder, process.env)).candidates;
}

function itemOf(
  candidate: CleanupCandidate,
  folder: string,
  current: CleanupCandidate | undefined,
): { label: string; description: string; detail: string } {
  const { service, composeFile, containerName, why } = candidate;
  const isCurrent = current?.composeFile === composeFile && current.service === service;
  return {
    label: `${isCurrent ? '$(check) ' : ''}${service}`,
    description: relative(folder, composeFile),
    detail: [...(containerName === undefined ? [] : [`container ${containerName}`]), WHY[why]].join(' · '),
  };
}

/** A container that is named stands over the compose file, so it has to go. */
async function keep(
  { composeFile, composeService }: Choice,
  folder: vscode.WorkspaceFolder | undefined,
): Promise<void> {
  const { Global, WorkspaceFolder } = vscode.ConfigurationTarget;
  const target = folder === undefined ? Global : WorkspaceFolder;
  if (isSet('container', folder)) await updateSetting('cleanupService.container', '', target, folder?.uri);
  await updateSetting('cleanupService.composeFile', composeFile, target, folder?.uri);
  await updateSetting('cleanupService.composeService', composeService, target, folder?.uri);
}

function isSet(
  key: 'container' | 'statusCommand' | 'logsCommand',
  folder: vscode.WorkspaceFolder | undefined,
): boolean {
  return getSetting(`cleanupService.${key}`, folder?.uri).length > 0;
}
