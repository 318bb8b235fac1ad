import { stat } from 'node:fs/promises';
import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import { runProcess, type ProcessOptions, type RunResult } from '../../common/runProcess.ts';
import { parseContainers, type Container } from './container.ts';
import { engineProblem, startProblem } from './engineErrors.ts';
import { LineSplitter, LOG_ENCODING, mergeByTime, parseLogLine, type LogLine } from './logLines.ts';

/** docker or podman, used by its command line as a person would: with the current context, DOCKER_HOST and all. */
export interface EngineOptions {
  /** 'docker', 'podman' or the path of one of them. */
  readonly program: string;
  /** By default that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** For one answer; default 10 s. */
  readonly timeoutMs?: number;
}

export interface LogTail {
  /** Oldest first. */
  readonly lines: readonly LogLine[];
  /** Whether there is nothing before them. */
  readonly complete: boolean;
}

/** Characters of each stream that are kept of a log. */
const MAX_LOG = 2_000_000;
/** Bytes of a log that is read as a whole. */
const SMALL_LOG = 256 * 1024;
const MAX_JSON = 8_000_000;
/** Beyond the seconds that the engine gives a container to stop. */
const RESTART_EXTRA_MS = 30_000;
const STOP_SECONDS = 10;
/** A clock that differs by less than this is the same, or the answer took that long. */
const CLOCK_TOLERANCE_MS = 1_000;

export class ContainerEngine {
  readonly program: string;
  readonly #environment: EngineOptions['environment'];
  readonly #timeoutMs: number;

  constructor(options: EngineOptions) {
    this.program = options.program;
    this.#environment = options.environment;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
  }

  get environment(): EngineOptions['environment'] {
    return this.#environment;
  }

  /** Those of the containers that exist, by name or id, in the order of the names. Throws a `Problem`. */
  async inspect(names: readonly string[], signal?: AbortSignal): Promise<Container[]> {
    if (names.length === 0) return [];
    const what = 'The state of the cleanup service can’t be read';
    const run = await this.#run(what, ['inspect', '--type', 'container', '--', ...names], { signal });
    const others = run.stderr.split('\n').filter((line) => !/no such (?:container|object)|^\s*$|^time="/iu.test(line));
    if (run.ended !== 'itself' || (run.code !== 0 && others.length > 0)) throw this.#problem(what, run);
    const containers = parseContainers(run.stdout.trim() === '' ? '[]' : run.stdout);
    if (containers !== undefined) return containers;
    const why = `${this.program} inspect did not answer in JSON.`;
    const next = 'Name docker or podman in djangoSessionMonitor.cleanupService.engine.';
    throw new Problem({ code: 'engine-answer', what, why, next, transient: false });
  }

  /** Full ids of all containers, running or not, that carry these labels. */
  async idsWithLabels(labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<string[]> {
    const what = 'The container of the cleanup service can’t be looked for';
    const filters = Object.entries(labels).flatMap(([name, value]) => ['--filter', `label=${name}=${value}`]);
    const run = await this.#run(what, ['ps', '--all', '--quiet', '--no-trunc', ...filters], { signal });
    if (run.code !== 0) throw this.#problem(what, run);
    return run.stdout.split(/\s+/u).filter((id) => /^[0-9a-f]{12,}$/u.test(id));
  }

  /**
   * The last lines of the log, both streams in the order of their times. The engine reads a large log from its end, so that its
   * size does not matter. Throws a `Problem`.
   */
  async logTail({ id, logPath }: Container, count: number, signal?: AbortSignal): Promise<LogTail> {
    const what = 'The log of the cleanup service can’t be read';
    // podman before 4.7 mixes up lines that were written in pieces when it reads from the end (its issue 19545).
    const tail = (await isSmall(logPath)) ? [] : ['--tail', String(count)];
    const args = ['logs', '--timestamps', ...tail, '--', id];
    const run = await this.#run(what, args, { signal, maxOutput: MAX_LOG, keep: 'last', encoding: LOG_ENCODING });
    if (run.ended !== 'itself' || run.code !== 0) throw this.#problem(what, run);
    const [out, err] = [linesOf(run.stdout, 'stdout'), linesOf(run.stderr, 'stderr')];
    const all = mergeByTime(out, err);
    const lines = all.slice(-count);
    return { lines, complete: all.length < count && run.stdout.length < MAX_LOG && run.stderr.length < MAX_LOG };
  }

  /** Arguments that follow a log with the time of each line; `since` as RFC 3339. */
  followArguments(id: string, options: { readonly tail?: number; readonly since?: string }): string[] {
    const tail = options.tail === undefined ? [] : ['--tail', String(options.tail)];
    const since = options.since === undefined ? [] : ['--since', options.since];
    return ['logs', '--follow', '--timestamps', ...tail, ...since, '--', id];
  }

  /** Stops the container if it runs, and starts it. Throws a `Problem`. */
  async restart(container: Container, signal?: AbortSignal): Promise<void> {
    const what = `${container.name} can’t be restarted`;
    const timeoutMs = STOP_SECONDS * 1000 + RESTART_EXTRA_MS;
    // Frozen processes can't stop.
    const thaw = container.phase === 'paused' ? [['unpause', '--', container.id]] : [];
    for (const args of [...thaw, ['restart', '--time', String(STOP_SECONDS), '--', container.id]]) {
      const run = await this.#run(what, args, { signal, timeoutMs });
      if (run.code !== 0) throw this.#problem(what, run, timeoutMs);
    }
  }

  /**
   * By how many milliseconds the engine's clock is ahead of ours, 0 within a second. Unknown where it does not tell: podman;
   * it mostly runs on this machine.
   */
  async clockAheadMs(signal?: AbortSignal): Promise<Measured> {
    const before = Date.now();
    const run = await this.#run('The clock of the engine can’t be read', ['info', '--format', '{{.SystemTime}}'], {
      signal,
    }).catch((error: unknown) => {
      if (error instanceof Problem) return undefined;
      throw error;
    });
    const at = new Date();
    const time = Date.parse(run?.stdout.trim() ?? '');
    if (run?.code !== 0 || Number.isNaN(time)) return unknown(`${this.program} does not tell the time of its clock.`);
    const half = (at.getTime() - before) / 2;
    const ahead = Math.round(time - (before + half));
    const value = Math.abs(ahead) <= Math.max(CLOCK_TOLERANCE_MS, half) ? 0 : ahead;
    return { how: 'estimated', value, at, plusMinus: Math.round(half) };
  }

  #problem(what: string, run: RunResult, timeoutMs = this.#timeoutMs): Problem {
    return engineProblem(what, this.program, run, timeoutMs);
  }

  async #run(
    what: string,
    args: readonly string[],
    options: Partial<Omit<ProcessOptions, 'signal'>> & { signal?: AbortSignal | undefined },
  ): Promise<RunResult> {
    const { signal, ...rest } = options;
    const bounds: ProcessOptions = {
      timeoutMs: this.#timeoutMs,
      maxOutput: MAX_JSON,
      ...(this.#environment && { environment: this.#environment }),
      ...(signal && { signal }),
      ...rest,
    };
    try {
      return await runProcess(this.program, args, bounds);
    } catch (error) {
      throw startProblem(what, this.program, error);
    }
  }
}

/** Whether the log is known to be so small that reading all of it costs nothing: where its file is on this machine and ours to see. */
async function isSmall(logPath: string | undefined): Promise<boolean> {
  if (logPath === undefined) return false;
  return await stat(logPath).then(
    ({ size }) => size <= SMALL_LOG,
    () => false, // the engine is on another machine, or its files are not ours to see
  );
}

/** Milliseconds to subtract from the engine's times; what is unknown is taken for the same clock. */
export function aheadOrZero(clock: Measured): number {
  return isKnown(clock) ? clock.value : 0;
}

/** A line without time on standard error is one of the client's own; on standard output it is the cut end of a longer one. */
function linesOf(text: string, stream: LogLine['stream']): LogLine[] {
  const splitter = new LineSplitter();
  const lines = [...splitter.push(text), ...splitter.flush()].map((line) => parseLogLine(line, stream));
  return lines.filter((line) => line.nanoseconds !== undefined);
}
