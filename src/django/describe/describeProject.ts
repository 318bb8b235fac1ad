import path from 'node:path';

import { nodeFileSystem, type FileSystem } from '../../common/fileSystem.ts';
import { findProjects } from '../project/findProject.ts';
import { judgeProject } from '../project/judgeProject.ts';
import type { DjangoProject } from '../project/project.ts';
import { describeThrottle } from '../throttle/describeThrottle.ts';
import { settingsFilesOf } from '../throttle/otherSettings.ts';
import { findLikelyThrottles } from '../throttle/likelyThrottle.ts';
import { findThrottleClass } from '../throttle/throttleClass.ts';
import { describeDatabase } from './describeDatabase.ts';
import { placeText } from './origins.ts';
import { judgeProduction, type ProductionJudgement } from './production.ts';
import { projectNames } from './projectNames.ts';
import { sessionPlaceOf } from './sessions.ts';

export interface DescribeOptions {
  /** All that counts as the environment of the process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly settingsModule?: string;
  /** Default: those of this machine. */
  readonly files?: FileSystem;
}

/** What the files of a project say, for scripts and checks from outside. */
export interface ProjectDescription {
  readonly name: string;
  /** '' where none is named. */
  readonly settingsModule: string;
  /** Relative to the folder; '' where it is not there. */
  readonly settingsFile: string;
  /** What is unsure or was not understood, each a sentence. */
  readonly notes: readonly string[];
  readonly database?: {
    readonly alias: string;
    /** As Django would use them. */
    readonly host?: string;
    readonly port?: number;
    readonly name?: string;
    readonly user?: string;
    readonly origin: string;
    /** Where this machine reaches it, when that differs. */
    readonly reachable?: { readonly host: string; readonly port: number; readonly how: string };
  };
  readonly sessions: { readonly engine: string; readonly table?: string; readonly alias: string };
  readonly throttle?: {
    readonly path: string;
    readonly enabled: boolean;
    readonly intervalSeconds?: number;
    readonly intervalOrigin?: string;
  };
  readonly production: ProductionJudgement;
}

/**
 * From text alone: runs nothing, connects to nothing, and knows no environment but the given one. `folder` is what a person opens;
 * of several projects in it the nearest is described. Never throws for a bad project: notes say what failed.
 */
export async function describeProject(folder: string, options: DescribeOptions = {}): Promise<ProjectDescription> {
  const top = path.resolve(folder);
  const nothing: ProjectDescription = {
    name: path.basename(top),
    settingsModule: '',
    settingsFile: '',
    notes: [],
    sessions: { engine: '', alias: 'default' },
    production: judgeProduction({ project: { settingsModule: options.settingsModule ?? '' } }),
  };
  try {
    const { environment = {}, settingsModule, files = nodeFileSystem } = options;
    const found = await findProjects(files, top, {
      environment,
      ...(settingsModule === undefined ? {} : { settingsModule }),
    });
    const [project, ...others] = found;
    if (project === undefined) return { ...nothing, notes: ['No manage.py of Django was found in this folder.'] };
    const more = others.map((other) => path.relative(top, other.root) || '.').join(', ');
    const names = projectNames({ name: path.basename(top), path: top }, found);
    const described = {
      ...(await describe(files, top, project)),
      name: names.get(project.root) ?? nothing.name,
    };
    return more === ''
      ? described
      : { ...described, notes: [...described.notes, `There are other projects: ${more}.`] };
  } catch (error) {
    return {
      ...nothing,
      notes: [`The project can't be read: ${error instanceof Error ? error.message : String(error)}.`],
    };
  }
}

async function describe(
  fs: FileSystem,
  folder: string,
  project: DjangoProject,
): Promise<Omit<ProjectDescription, 'name'>> {
  const sessions = sessionPlaceOf(project);
  const judgement = judgeProject(project, sessions.alias);
  const found = judgement.database ?? project.databases.find(({ alias }) => alias === sessions.alias);
  // Of one that is not known at all there is nothing to say.
  const database = found?.unresolved.ENGINE === undefined ? found : undefined;
  const facts = database === undefined ? undefined : await describeDatabase(fs, folder, project, database);
  const problems = project.problems.map(({ message }) => message);
  const refusal = judgement.usable ? judgement.notes : [judgement.problem.why];
  const notes = [...refusal, ...(facts?.notes ?? []), ...problems];
  const [settingsFile = ''] = project.settingsModule === '' ? [] : project.files;
  const port = Number(database?.port);
  const throttle = await throttleOf(fs, folder, project);
  const text = <K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> =>
    value === undefined || value === '' ? {} : ({ [key]: value } as Record<K, string>);
  return {
    settingsModule: project.settingsModule,
    settingsFile: settingsFile === '' ? '' : path.relative(folder, settingsFile),
    notes: [...new Set(notes)],
    ...(database === undefined || facts === undefined
      ? {}
      : {
          database: {
            alias: database.alias,
            ...text('host', database.host),
            ...(Number.isInteger(port) && port > 0 ? { port } : {}),
            ...text('name', database.name),
            ...text('user', database.user),
            origin: facts.origin,
            ...(facts.reachable === undefined ? {} : { reachable: facts.reachable }),
          },
        }),
    sessions,
    ...(throttle === undefined ? {} : { throttle }),
    production: facts?.production ?? judgeProduction({ project }),
  };
}

async function throttleOf(
  fs: FileSystem,
  folder: string,
  project: DjangoProject,
): Promise<ProjectDescription['throttle']> {
  const texts = new Map<string, string>();
  for (const file of await settingsFilesOf(fs, project)) {
    const text = await fs.readText(file);
    if (text !== undefined) texts.set(file, text);
  }
  const throttle = describeThrottle(project, texts);
  // One of another name is in MIDDLEWARE, where it was found by what it does.
  const [likely] = throttle.state === 'absent' ? await findLikelyThrottles(fs, project) : [];
  const dotted = likely?.path ?? (throttle.state === 'absent' ? undefined : throttle.path);
  if (dotted === undefined) return undefined;
  const source = await findThrottleClass(fs, project, dotted);
  const { interval } = source ?? {};
  const place = interval === undefined ? '' : await placeText(fs, folder, interval.file, interval.from);
  return {
    path: dotted,
    enabled: likely !== undefined || throttle.state === 'on',
    ...(interval === undefined
      ? {}
      : {
          intervalSeconds: interval.seconds,
          intervalOrigin: `${interval.name} in ${place}`,
        }),
  };
}
