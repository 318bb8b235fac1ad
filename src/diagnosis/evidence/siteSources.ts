import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';
import { unknown, type Known, type Measured } from '../../common/measured.ts';
import type { LogName } from '../../contributions.ts';
import { readConnectionUse } from '../../django/project/connections/connectionUse.ts';
import { findProjects } from '../../django/project/findProject.ts';
import type { DjangoProject } from '../../django/project/project.ts';
import { readVisitSettings } from '../../django/project/sessions/visitSettings.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { ServiceState } from '../../monitoring/cleanupService/serviceState.ts';
import type { SearchedCode } from '../../monitoring/saves/suspects.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';
import { readLogEnds } from '../../services/applicationLog/readLogEnds.ts';
import type { SourcesOf } from './gather.ts';
import { signsIn, type ThrottleName } from './logSigns.ts';
import type { Neighbour, SiteEvidence } from './siteEvidence.ts';

/** What the pieces are read from. What is a function is asked when the piece is needed. */
export interface SiteParts {
  readonly files: FileSystem;
  /** undefined: none is known. */
  readonly project: DjangoProject | undefined;
  /** Folders of the workspace, in which other projects are looked for. */
  readonly folders: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly throttle: () => Promise<ThrottleState | undefined> | ThrottleState | undefined;
  readonly cleanupService: () => Promise<ServiceState | undefined> | ServiceState | undefined;
  readonly cleanups: () => readonly CleanupRecord[];
  readonly writers: () => Promise<SearchedCode | undefined> | SearchedCode | undefined;
  /** The setting djangoSessionMonitor.diagnosis.logs, as far as it may be used. */
  readonly logs: readonly LogName[];
  /** What relative paths of logs begin at, and where programs that print them run. */
  readonly folder?: string;
}

const NO_PROJECT = unknown('No Django project is known.', 'Open the folder with its manage.py.');
const NO_SETTINGS = unknown('The settings could not be read from their text.', 'Open the folder with its manage.py.');

const known = <T>(value: T): Known<T> => ({ how: 'exact', value, at: new Date() });
const orUnknown = <T>(value: T | undefined, reason: string, next: string): Measured<T> =>
  value === undefined ? unknown(reason, next) : known(value);

export function siteSources(parts: SiteParts): SourcesOf<SiteEvidence> {
  const { files, project } = parts;
  return {
    throttle: async () => {
      if (project === undefined) return NO_PROJECT;
      return orUnknown(await parts.throttle(), 'The settings were not read.', 'Trust the workspace, and try again.');
    },
    visitSettings: async () => {
      if (project === undefined) return NO_PROJECT;
      const settings = await readVisitSettings(files, project);
      return settings === undefined ? NO_SETTINGS : known(settings);
    },
    neighbours: async (signal) => known(await neighboursOf(parts, signal)),
    cleanupService: async () =>
      orUnknown(
        await parts.cleanupService(),
        'The cleanup service has not been looked at.',
        'Trust the workspace, and wait for its first reading.',
      ),
    cleanups: () => Promise.resolve(known(parts.cleanups())),
    logs: async (signal) => {
      if (parts.logs.length === 0) return NO_LOGS;
      const ends = await readLogEnds(parts.logs, {
        signal,
        ...(parts.folder === undefined ? {} : { folder: parts.folder }),
      });
      const problems = ends.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
      const [first] = problems;
      if (first !== undefined && problems.length === ends.length)
        return unknown(`${first.what}: ${first.why}`, first.next);
      return known(signsIn(ends, throttleName(await parts.throttle())));
    },
    connectionUse: async () => {
      if (project === undefined) return NO_PROJECT;
      const use = await readConnectionUse(files, project, project.sessions?.alias);
      return orUnknown(use, 'DATABASES can’t be read in the settings.', 'Look at CONN_MAX_AGE by hand.');
    },
    writers: async () =>
      orUnknown(
        await parts.writers(),
        'The code that writes to sessions has not been looked for.',
        'Open the view of the sessions: it is looked for once saves have been seen.',
      ),
  };
}

const NO_LOGS = unknown(
  'No log of the application is named.',
  'Name its files, or programs that print them, in djangoSessionMonitor.diagnosis.logs.',
);

async function neighboursOf(
  { files, folders, environment, project }: SiteParts,
  signal: AbortSignal,
): Promise<Neighbour[]> {
  const found: Neighbour[] = [];
  for (const folder of folders) {
    for (const other of await findProjects(files, folder, { environment })) {
      signal.throwIfAborted();
      if (other.root === project?.root || found.some(({ root }) => root === other.root)) continue;
      const settings = await readVisitSettings(files, other);
      if (settings !== undefined) found.push({ root: other.root, settings });
    }
  }
  return found;
}

function throttleName(state: ThrottleState | undefined): ThrottleName | undefined {
  const dotted = state?.throttle.path;
  if (state === undefined || dotted === undefined) return undefined;
  const className = dotted.split('.').at(-1) ?? dotted;
  // As it ends on another machine: with the folder that it is in.
  const file = state.source?.file.split(path.sep).slice(-2).join('/');
  return { className, ...(file === undefined ? {} : { file }) };
}
