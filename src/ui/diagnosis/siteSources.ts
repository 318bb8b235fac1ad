import * as vscode from 'vscode';
import { nodeFileSystem } from '../../common/fileSystem.ts';
import type { LogName } from '../../contributions.ts';
import type { SourcesOf } from '../../diagnosis/evidence/gather.ts';
import type { SiteEvidence } from '../../diagnosis/evidence/siteEvidence.ts';
import type { InvestigationParts } from '../investigation.ts';
import { getSetting } from '../settings/settings.ts';
import { foldersOnDisk } from '../common/foldersOnDisk.ts';

/** What the project, its logs and what was done from here say. */
export async function editorSiteSources(parts: InvestigationParts): Promise<SourcesOf<SiteEvidence>> {
  const { siteSources } = await import('../../diagnosis/evidence/siteSources.ts');
  const { app, rollback, cleanupService, cleanup, writers } = parts;
  const { project } = app;
  const folders = foldersOnDisk().map(({ uri }) => uri.fsPath);
  const folder = project?.root ?? folders[0];
  return siteSources({
    files: nodeFileSystem,
    project,
    folders: vscode.workspace.isTrusted ? folders : [],
    environment: process.env,
    throttle: () => rollback.watch.read(),
    cleanupService: () => cleanupService.state,
    cleanups: () => cleanup.records,
    writers: () => writers.search(),
    logs: vscode.workspace.isTrusted ? logNames(folder) : [],
    ...(folder === undefined ? {} : { folder }),
  });
}

/** settings.json is written by people: what names no log is passed over. */
function logNames(folder: string | undefined): readonly LogName[] {
  const rows: unknown = getSetting('diagnosis.logs', folder === undefined ? undefined : vscode.Uri.file(folder));
  return Array.isArray(rows) ? rows.filter(isLogName) : [];
}

function isLogName(value: unknown): value is LogName {
  if (typeof value === 'string') return value !== '';
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string') && value[0] !== '';
}
