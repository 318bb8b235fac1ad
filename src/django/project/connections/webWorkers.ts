import path from 'node:path';
import type { FileSystem } from '../../../common/fileSystem.ts';
import type { DjangoProject } from '../project.ts';

/** Processes and threads that serve the site, as far as its files say so. */
export interface WebWorkers {
  readonly processes: number;
  /** Of each process. */
  readonly threads: number;
  /** Where it is said, for people: "gunicorn.conf.py". */
  readonly where: string;
}

/** Options of gunicorn, uvicorn, hypercorn, granian and uwsgi. */
const PROCESSES = /(?:^|\s)(?:--workers|--processes|-w|-p)(?:[\s=]+|(?=\d))(\d+)(?=\s|$)/u;
const THREADS = /(?:^|\s)(?:--threads|--enable-threads\s+--threads)[\s=]+(\d+)(?=\s|$)/u;
const SERVER = /\b(?:gunicorn|uvicorn|hypercorn|granian|uwsgi|waitress-serve)\b/u;

/** Files beside manage.py, or one folder above, that say how the site is served. */
const FILES = ['gunicorn.conf.py', 'gunicorn_config.py', 'Procfile', 'uwsgi.ini'];
const CONFIG_PROCESSES = /^\s*(?:workers|processes)\s*=\s*(\d+)\s*(?:[#;].*)?$/mu;
const CONFIG_THREADS = /^\s*threads\s*=\s*(\d+)\s*(?:[#;].*)?$/mu;

/** undefined: nothing says how many there are. */
export async function readWebWorkers(
  fileSystem: FileSystem,
  { root, compose }: DjangoProject,
): Promise<WebWorkers | undefined> {
  const service = compose?.webCommand;
  const fromService = service === undefined ? undefined : ofCommand(service.words, `service ${service.name}`);
  if (fromService !== undefined) return fromService;
  for (const folder of [root, path.dirname(root)]) {
    for (const name of FILES) {
      const text = await fileSystem.readText(path.join(folder, name));
      const found = text === undefined ? undefined : ofFile(name, text);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function ofCommand(command: string, where: string): WebWorkers | undefined {
  if (!SERVER.test(command)) return undefined;
  const processes = PROCESSES.exec(command)?.[1];
  const threads = THREADS.exec(command)?.[1];
  if (processes === undefined && threads === undefined) return undefined;
  return { processes: Number(processes ?? 1), threads: Number(threads ?? 1), where };
}

function ofFile(name: string, text: string): WebWorkers | undefined {
  if (name === 'Procfile') return ofCommand(/^web:(.*)$/mu.exec(text)?.[1] ?? '', name);
  const processes = CONFIG_PROCESSES.exec(text)?.[1];
  const threads = CONFIG_THREADS.exec(text)?.[1];
  if (processes === undefined && threads === undefined) return undefined;
  return { processes: Number(processes ?? 1), threads: Number(threads ?? 1), where: name };
}
