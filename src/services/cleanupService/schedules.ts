import path from 'node:path';
import type { FileSystem } from '../../common/fileSystem.ts';
import { findFiles } from '../../compose/findFiles.ts';
import { CLEARS, CLEARS_BY_NAME } from './log/words.ts';

/** Something other than a compose service that clears sessions by time, as a file of the workspace says. */
export interface CleanupSchedule {
  readonly how: (typeof KINDS)[number]['how'];
  /** The task, the unit or the job. */
  readonly name: string;
  /** As written there: crontab(hour=3, minute=0), 0 3 * * *, daily. */
  readonly when?: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** A command that prints its log, to be set for cleanupService.logsCommand. */
  readonly logs?: readonly string[];
}

type Found = Omit<CleanupSchedule, 'how' | 'file'>;

interface Kind {
  readonly how: string;
  readonly file: RegExp;
  /** `ours`: whether a task of that name clears sessions. */
  readonly find: (text: string, file: string, ours: (task: string) => boolean) => Found[];
}

const FILE = /\.py$|(?:^|[._-])cron(?:tab|s)?(?:[._-]\w+)*$|\.(?:service|timer)$|\.ya?ml$/iu;
/** Modules in which schedules and their tasks stand: a workspace may hold thousands of others. */
const MODULE =
  /(?:settings?|conf(?:ig)?|celery|tasks?|crons?|jobs?|sched\w*|beat|huey|base|prod\w*|local|dev\w*|common|staging|apps)\w*\.py$|[\\/](?:settings|conf|config|environments|tasks)[\\/]\w+\.py$/iu;
/** Files that are read at most. */
const MAX_FILES = 600;

/** Whether a schedule may stand in a file, by its name: of Python only the modules that usually hold them. */
export function mayHoldSchedule(file: string): boolean {
  return FILE.test(path.basename(file)) && (!file.endsWith('.py') || MODULE.test(file));
}

const QUOTED = String.raw`['"]([\w.:-]+)['"]`;
const WHEN = String.raw`(crontab\([^()]*\)|(?:datetime\.)?timedelta\([^()]*\)|schedule\([^()]*\)|[\d.]+(?:\s*\*\s*[\d.]+)*|['"][^'"\n]+['"])`;
const TASK = new RegExp(String.raw`['"]task['"]\s*:\s*${QUOTED}`, 'gu');
const PERIODIC = new RegExp(String.raw`add_periodic_task\(\s*${WHEN}\s*,\s*([\w.]+)\.(?:s|si|signature)\(`, 'gu');
const DECORATED = new RegExp(
  String.raw`@(?:\w+\.)?(?:(?:db_)?periodic_task|scheduled_job|cron|crontab)\(([^\n]*)\)\s*\n(?:@[^\n]*\n)*def (\w+)`,
  'gu',
);
const CRONJOB = new RegExp(String.raw`\(\s*['"]([^'"\n]+)['"]\s*,\s*${QUOTED}(?:\s*,\s*[[(]\s*${QUOTED})?`, 'gu');

/** Only such files are looked at more closely. */
const SAYS = /session|['"]task['"]|periodic_task|CRONJOBS/iu;

const clears = (text: string): boolean => CLEARS.test(text) || CLEARS_BY_NAME.test(text);
const found = (name: string, match: RegExpExecArray, when?: string): Found => ({
  name,
  from: match.index,
  to: match.index + match[0].length,
  ...(when === undefined ? {} : { when }),
});

/** Functions of a module that run clearsessions, whatever they are called. */
function tasksIn(text: string): string[] {
  const parts = text.split(/^(?:async )?def (?=\w)/mu).slice(1);
  return parts
    .filter((part) => /call_command\(\s*['"]clearsessions['"]/u.test(part))
    .map((part) => /^\w+/u.exec(part)?.[0] ?? '');
}

const KINDS = [
  {
    how: 'Celery beat',
    file: /\.py$/u,
    find: (text, _, ours) => [
      ...[...text.matchAll(TASK)].flatMap((match) => {
        const [, task = ''] = match;
        const around = text.slice(match.index).split('}')[0] ?? '';
        const before = text.slice(0, match.index).split('{').at(-1) ?? '';
        const when = new RegExp(String.raw`['"]schedule['"]\s*:\s*${WHEN}`, 'u').exec(`${before}${around}`)?.[1];
        // Its arguments may name the command.
        return ours(task) || CLEARS.test(around) ? [found(task, match, when)] : [];
      }),
      ...[...text.matchAll(PERIODIC)].flatMap((match) =>
        ours(match[2] ?? '') ? [found(match[2] ?? '', match, match[1])] : [],
      ),
    ],
  },
  {
    how: 'Python scheduler',
    file: /\.py$/u,
    find: (text, _, ours) =>
      [...text.matchAll(DECORATED)].flatMap((match) => {
        const [, when = '', task = ''] = match;
        return ours(task) ? [found(task, match, when)] : [];
      }),
  },
  {
    how: 'django-crontab',
    file: /\.py$/u,
    find: (text, _, ours) => {
      const list = /^CRONJOBS\s*=\s*[[(]/mu.exec(text);
      if (list === null) return [];
      return [...text.slice(list.index).matchAll(CRONJOB)].flatMap((match) => {
        const [, when, task = '', argument = ''] = match;
        if (!ours(task) && !clears(argument)) return [];
        const { from, to, ...about } = found(argument === '' ? task : argument, match, when);
        return [{ ...about, from: list.index + from, to: list.index + to }];
      });
    },
  },
  {
    how: 'cron',
    file: /(?:^|[._-])cron(?:tab|s)?(?:[._-]\w+)*$/iu,
    find: (text) =>
      [...text.matchAll(/^[ \t]*(@\w+|(?:[\d*,/A-Za-z-]+[ \t]+){4}[\d*,/A-Za-z-]+)[ \t]+(\S[^\n]*)$/gmu)].flatMap(
        (match) => (clears(match[2] ?? '') ? [found('clearsessions', match, match[1])] : []),
      ),
  },
  {
    how: 'systemd',
    file: /\.service$/u,
    find: (text, file) =>
      [...text.matchAll(/^ExecStart=(.*)$/gmu)].flatMap((match) => {
        if (!clears(match[1] ?? '')) return [];
        const unit = path.basename(file, '.service');
        return [{ ...found(unit, match), logs: ['journalctl', '-u', unit, '-o', 'short-iso', '-n', '500'] }];
      }),
  },
  {
    how: 'Kubernetes',
    file: /\.ya?ml$/u,
    find: (text) => {
      const all: Found[] = [];
      let offset = 0;
      for (const part of text.split(/^---[^\n]*$/mu)) {
        const kind = /^kind:\s*CronJob\b/mu.exec(part);
        if (kind !== null && CLEARS.test(part)) {
          const name =
            /^metadata:\s*\n(?:[ \t]+[^\n]*\n)*?[ \t]+name:\s*["']?([^\s"']+)/mu.exec(part)?.[1] ?? 'CronJob';
          const when = /^[ \t]+schedule:\s*["']?([^"'#\n]*[^"'#\s])/mu.exec(part)?.[1];
          const from = text.indexOf(part, offset) + kind.index;
          const logs = [
            'kubectl',
            'get',
            'events',
            '--sort-by=.lastTimestamp',
            '--field-selector',
            `involvedObject.name=${name}`,
          ];
          all.push({ name, from, to: from + kind[0].length, ...(when === undefined ? {} : { when }), logs });
        }
        offset += part.length;
      }
      return all;
    },
  },
] as const satisfies readonly Kind[];

/** Looks for what clears sessions by time in the files of a workspace folder. Nothing is run. */
export async function findSchedules(files: FileSystem, folder: string): Promise<CleanupSchedule[]> {
  const texts = new Map<string, string>();
  const named = await findFiles(files, folder, FILE);
  for (const file of named.filter(mayHoldSchedule).slice(0, MAX_FILES)) {
    const text = await files.readText(file);
    if (text !== undefined && SAYS.test(text)) texts.set(file, text);
  }
  // A task may have any name, and stand in another module than its schedule.
  const tasks = new Set([...texts].flatMap(([file, text]) => (file.endsWith('.py') ? tasksIn(text) : [])));
  const ours = (task: string): boolean => clears(task) || tasks.has(task.split('.').at(-1) ?? '');
  const schedules: CleanupSchedule[] = [];
  for (const [file, text] of texts) {
    for (const kind of KINDS.filter((one) => one.file.test(path.basename(file)))) {
      for (const one of kind.find(text, file, ours)) {
        const when = kind.how === 'systemd' ? await timerOf(files, file) : undefined;
        schedules.push({ ...one, how: kind.how, file, ...(when && { when }) });
      }
    }
  }
  return schedules;
}

async function timerOf(files: FileSystem, service: string): Promise<string | undefined> {
  const timer = await files.readText(service.replace(/\.service$/u, '.timer'));
  return /^OnCalendar=(.+)$/mu.exec(timer ?? '')?.[1];
}
