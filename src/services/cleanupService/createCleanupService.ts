import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';
import { Problem } from '../../common/problem.ts';
import type { Variables } from '../../compose/composeVariables.ts';
import type { ContainerTarget } from '../containers/locateContainer.ts';
import { ContainerCleanupService, enginesFor } from './cleanupService.ts';
import { CommandCleanupService, hasCommands } from './commandCleanupService.ts';
import { findCleanupServices, namedService, type CleanupCandidate } from './findCleanupService.ts';
import { LogPattern } from './log/logPattern.ts';
import type { CleanupService } from './reading.ts';
import type { CleanupSchedule } from './schedules.ts';
import type { ServiceCommands } from './serviceCommands.ts';

/** The settings djangoSessionMonitor.cleanupService.*; empty means that nothing is set. */
export interface CleanupServiceSettings {
  /** 'auto', 'docker', 'podman' or a path. */
  readonly engine: string;
  readonly container: string;
  /** Absolute, or relative to the workspace folder. */
  readonly composeFile: string;
  readonly composeService: string;
  readonly logPattern: string;
  readonly statusCommand: readonly string[];
  readonly logsCommand: readonly string[];
  readonly restartCommand: readonly string[];
}

export interface Workspace {
  readonly files: FileSystem;
  /** The workspace folder; undefined: none is open, so that only a named container or commands can be watched. */
  readonly folder: string | undefined;
  readonly environment: Variables;
}

export interface CreatedService {
  /** undefined: no setting names one, and no compose file has one. */
  readonly service?: CleanupService;
  /** The compose service that it is, for opening its file; undefined behind commands or a container without one. */
  readonly candidate?: CleanupCandidate;
  /** All that were found, for choosing. */
  readonly candidates: readonly CleanupCandidate[];
  /** What else clears sessions by time, as files of the workspace say. */
  readonly schedules: readonly CleanupSchedule[];
  /** What of the settings or the compose files can't be used. */
  readonly problems: readonly Problem[];
}

/** The cleanup service as the settings name it, else as a compose file of the workspace has it. Nothing is run. */
export async function createCleanupService(
  settings: CleanupServiceSettings,
  workspace: Workspace,
): Promise<CreatedService> {
  const problems: Problem[] = [];
  const pattern = patternOf(settings.logPattern, problems);
  const { environment, folder } = workspace;
  const commands: ServiceCommands = {
    status: settings.statusCommand,
    logs: settings.logsCommand,
    restart: settings.restartCommand,
  };
  if (hasCommands(commands)) {
    const cwd = folder === undefined ? {} : { cwd: folder };
    const service = new CommandCleanupService({ commands, pattern, environment, ...cwd });
    return { service, candidates: [], schedules: [], problems };
  }
  const { candidates, schedules } = await candidatesFor(settings, workspace, problems);
  const candidate = chosen(settings, candidates);
  const target = targetOf(settings, candidate);
  if (target === undefined) return { candidates, schedules, problems };
  const engines = enginesFor(settings.engine, environment);
  const mayBeElsewhere = candidate?.why === 'schedule';
  const service = new ContainerCleanupService({ target, engines, pattern, mayBeElsewhere });
  return { service, ...(candidate && { candidate }), candidates, schedules, problems };
}

/** A pattern that can't be used is told; the default then takes its place. */
function patternOf(source: string, problems: Problem[]): LogPattern {
  try {
    return new LogPattern(source);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    problems.push(problem);
    return new LogPattern();
  }
}

const NONE = { candidates: [], schedules: [] } as const;

async function candidatesFor(
  { composeFile, composeService }: CleanupServiceSettings,
  { files, folder, environment }: Workspace,
  problems: Problem[],
): Promise<Pick<CreatedService, 'candidates' | 'schedules'>> {
  if (folder === undefined) return NONE;
  if (composeFile !== '' && composeService !== '') {
    try {
      const named = await namedService(files, path.resolve(folder, composeFile), composeService, environment);
      return { candidates: [named], schedules: [] };
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      problems.push(problem);
      return NONE;
    }
  }
  const found = await findCleanupServices(files, folder, environment);
  problems.push(...found.problems);
  const file = composeFile === '' ? undefined : path.resolve(folder, composeFile);
  const candidates = found.candidates.filter(
    (one) =>
      (file === undefined || one.composeFile === file) && (composeService === '' || one.service === composeService),
  );
  return { candidates, schedules: found.schedules };
}

/** A container that is named decides which compose service it is: another one's labels must not stand for it. */
function chosen(
  { container }: CleanupServiceSettings,
  candidates: readonly CleanupCandidate[],
): CleanupCandidate | undefined {
  return container === '' ? candidates[0] : candidates.find((one) => one.containerName === container);
}

function targetOf({ container }: CleanupServiceSettings, candidate?: CleanupCandidate): ContainerTarget | undefined {
  if (candidate === undefined) return container === '' ? undefined : { containerName: container };
  const { project, service, containerName } = candidate;
  const named = container === '' ? containerName : container;
  const compose = { composeProject: project, composeService: service };
  return named === undefined ? compose : { containerName: named, ...compose };
}
