import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';
import { Problem } from '../../common/problem.ts';
import { parseComposeFile, type ComposeFile } from '../../compose/composeFile.ts';
import { isActive, type ComposeService } from '../../compose/composeService.ts';
import { COMPOSE_FILE } from '../../compose/composeModel.ts';
import { composeVariables, type Variables } from '../../compose/composeVariables.ts';
import type { CommandFinding } from './command/commandFinding.ts';
import { missedWindow } from './command/clockWindow.ts';
import { commandFindings } from './command/commandFindings.ts';
import { serviceScript } from './command/serviceScript.ts';
import { findSchedules, type CleanupSchedule } from './schedules.ts';
import { CLEARS, CLEARS_BY_NAME } from './log/words.ts';
import { findFilesAround } from '../../compose/findFiles.ts';

/** A service of a compose file that clears expired sessions. */
export interface CleanupCandidate {
  readonly composeFile: string;
  readonly service: string;
  /** Name of the compose project. */
  readonly project: string;
  readonly containerName?: string;
  /** Where the name of the service stands in the compose file, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** How it was recognised, the surest first. */
  readonly why: (typeof WHYS)[number];
  /** The script that runs clearsessions, for why = 'script'. */
  readonly script?: string;
  /** What its shell runs: the text of the script, or what the command gives to a shell; else the command itself. */
  readonly shell: string;
  /** It has profiles, of which none is active: it runs only where that is asked for. */
  readonly isOptional?: true;
  /** What its command can't mean as it is written. */
  readonly findings: readonly CommandFinding[];
}

/** 'setting': a person named it. 'command' and 'script' run clearsessions, 'schedule' what is scheduled; 'name' only sounds like it. */
const WHYS = ['setting', 'command', 'script', 'schedule', 'name'] as const;

/** What runs the tasks of a schedule, by the command of its service. */
const RUNNERS: Readonly<Partial<Record<CleanupSchedule['how'], RegExp>>> = {
  'Celery beat': /celery[^\n]*worker/u,
  'Python scheduler': /\brun_huey\b|\bhuey_consumer/u,
  cron: /\bsupercronic\b|\bcrond?\b/u,
  'django-crontab': /\bcrond?\b/u,
};

export interface FoundServices {
  /** The surest first; then those of compose.yaml before those of a variant of it. */
  readonly candidates: readonly CleanupCandidate[];
  /** What else clears sessions by time. */
  readonly schedules: readonly CleanupSchedule[];
  /** Compose files that could not be read. */
  readonly problems: readonly Problem[];
}

const MAX_EXTENDS = 5;

/** Looks for services that run clearsessions in the compose files of a workspace folder. Nothing is run. */
export async function findCleanupServices(
  files: FileSystem,
  folder: string,
  environment: Variables,
): Promise<FoundServices> {
  const candidates: CleanupCandidate[] = [];
  const problems: Problem[] = [];
  const schedules = await findSchedules(files, folder);
  for (const file of await findFilesAround(files, folder, COMPOSE_FILE)) {
    try {
      const compose = await readComposeFile(files, file, environment);
      for (const service of compose?.services ?? []) {
        const found = compose && (await judge(files, compose, service, environment, schedules));
        if (found) candidates.push(found);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error);
    }
  }
  return { candidates: candidates.sort((a, b) => rank(a) - rank(b)), schedules, problems };
}

/** What always runs comes first, then the surest; compose.yaml comes before compose.dev.yaml. */
function rank({ why, composeFile, isOptional }: CleanupCandidate): number {
  return (isOptional ? 1_000 : 0) + WHYS.indexOf(why) * 10 + path.basename(composeFile).split('.').length;
}

/** The service that the settings name. Throws a `Problem` when the file or the service in it is not there. */
export async function namedService(
  files: FileSystem,
  composeFile: string,
  name: string,
  environment: Variables,
): Promise<CleanupCandidate> {
  const what = `The cleanup service ${name} can’t be looked up`;
  const compose = await readComposeFile(files, composeFile, environment);
  const setting = 'Correct djangoSessionMonitor.cleanupService';
  if (compose === undefined) {
    const why = `There is no file ${composeFile}, or it can’t be read.`;
    throw new Problem({ code: 'compose-file-missing', what, why, next: `${setting}.composeFile.`, transient: false });
  }
  const service = compose.services.find((candidate) => candidate.name === name);
  if (service !== undefined) return candidate(compose, await flatten(files, compose, service, environment), 'setting');
  const names = compose.services.map((one) => one.name).join(', ');
  const why = `${path.basename(composeFile)} has no such service; it has ${names === '' ? 'none' : names}.`;
  throw new Problem({
    code: 'compose-service-missing',
    what,
    why,
    next: `${setting}.composeService.`,
    transient: false,
  });
}

async function readComposeFile(
  files: FileSystem,
  file: string,
  environment: Variables,
): Promise<ComposeFile | undefined> {
  const text = await files.readText(file);
  if (text === undefined) return undefined;
  const dotenv = await files.readText(path.join(path.dirname(file), '.env'));
  return parseComposeFile(file, text, composeVariables(dotenv, environment));
}

function candidate(
  compose: ComposeFile,
  service: ComposeService,
  why: CleanupCandidate['why'],
  script?: { readonly file: string; readonly text: string },
): CleanupCandidate {
  const { path: composeFile, project } = compose;
  const { name, from, to, containerName } = service;
  const names = {
    ...(containerName === undefined ? {} : { containerName }),
    ...(script === undefined ? {} : { script: script.file }),
    ...(isActive(service, compose.variables) ? {} : { isOptional: true as const }),
  };
  const shell = script?.text ?? serviceScript(service) ?? service.words.join(' ');
  const inScript =
    script === undefined ? [] : missedWindow(script.text, script.text).map((one) => ({ ...one, file: script.file }));
  const findings = [...commandFindings(compose, service), ...inScript];
  return { composeFile, service: name, project, from, to, why, shell, findings, ...names };
}

async function judge(
  files: FileSystem,
  compose: ComposeFile,
  unflattened: ComposeService,
  environment: Variables,
  schedules: readonly CleanupSchedule[],
): Promise<CleanupCandidate | undefined> {
  const service = await flatten(files, compose, unflattened, environment);
  const command = service.words.join(' ');
  if (CLEARS.test(command)) return candidate(compose, service, 'command');
  for (const script of scriptPaths(compose, service)) {
    const text = await files.readText(script);
    if (text !== undefined && CLEARS.test(text)) return candidate(compose, service, 'script', { file: script, text });
  }
  if (schedules.some(({ how }) => RUNNERS[how]?.test(command) === true)) return candidate(compose, service, 'schedule');
  const names = [service.name, service.containerName ?? '', command];
  return names.some((text) => CLEARS_BY_NAME.test(text)) ? candidate(compose, service, 'name') : undefined;
}

/** What `extends` brings: the words and build context that the service does not say itself; never the container's name. */
async function flatten(
  files: FileSystem,
  compose: ComposeFile,
  service: ComposeService,
  environment: Variables,
  depth = 0,
): Promise<ComposeService> {
  const { extends: base } = service;
  if (base === undefined || depth >= MAX_EXTENDS) return service;
  const file = base.file === undefined ? compose.path : path.resolve(path.dirname(compose.path), base.file);
  const from = file === compose.path ? compose : await readComposeFile(files, file, environment);
  const extended = from?.services.find((one) => one.name === base.service);
  if (from === undefined || extended === undefined) return service;
  const { words, buildContext } = await flatten(files, from, extended, environment, depth + 1);
  return {
    ...service,
    words: service.words.length === 0 ? words : service.words,
    ...(service.buildContext === undefined && buildContext !== undefined ? { buildContext } : {}),
  };
}

/**
 * Where files that the command names may be in the workspace. A path inside the container, such as /app/scripts/x.sh, is
 * looked for by its ends, below the compose file and below the folder of the image.
 */
function scriptPaths(compose: ComposeFile, service: ComposeService): string[] {
  const folder = path.dirname(compose.path);
  const folders = new Set([folder, path.resolve(folder, service.buildContext ?? '.')]);
  const words = service.words
    .flatMap((word) => word.split(/[\s;&|'"`()]+/u))
    .filter((word) => /[\w-]\.\w+$/u.test(word));
  const paths = words.flatMap((word) => {
    const parts = word.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
    return parts.map((_, i) => parts.slice(i).join('/'));
  });
  return [...folders].flatMap((base) => paths.map((end) => path.join(base, end)));
}
