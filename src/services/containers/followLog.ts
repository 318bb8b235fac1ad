import type { Disposable } from '../../common/disposable.ts';
import { Problem } from '../../common/problem.ts';
import { startProcess, type StartedProcess } from '../../common/runProcess.ts';
import { sleep } from '../../common/timers.ts';
import type { Container } from './container.ts';
import type { ContainerEngine } from './engine.ts';
import { startProblem } from './engineErrors.ts';
import { LineSplitter, LOG_ENCODING, parseLogLine, type LogLine } from './logLines.ts';

export interface FollowedLog extends Disposable {
  /**
   * Lines as they come. Ends when it is disposed or cancelled, or when the container is removed; while the container is stopped
   * it waits. Throws a `Problem` when the log can't be followed. To be iterated once.
   */
  readonly lines: AsyncIterable<LogLine>;
  readonly container: Container;
}

export interface FollowOptions {
  /** Lines from before to begin with. */
  readonly tail: number;
  readonly signal?: AbortSignal;
}

/** Lines that wait for the reader at most: then the program that writes them waits too. */
const MAX_WAITING = 1_000;
/** How often a stopped container is looked at. */
const LOOK_AGAIN_MS = 1_000;

export function followContainer(engine: ContainerEngine, container: Container, options: FollowOptions): FollowedLog {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  return {
    container,
    lines: follow(engine, container, options.tail, signal),
    dispose: () => stop.abort(),
  };
}

async function* follow(
  engine: ContainerEngine,
  container: Container,
  tail: number,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const newest = new Newest();
  while (!signal.aborted) {
    const from = newest.at === undefined ? { tail } : { since: rfc3339(newest.at) };
    const isRepeated = newest.repetitions();
    for await (const line of attach(engine, engine.followArguments(container.id, from), signal)) {
      if (isRepeated(line)) continue;
      newest.add(line);
      yield line;
    }
    if (!(await untilRunning(engine, container, signal))) return;
  }
}

/** Where a log was left, for going on there: an engine repeats the lines of the moment that it is asked from. */
class Newest {
  at: bigint | undefined;
  #texts: string[] = [];

  add({ nanoseconds, text }: LogLine): void {
    if (nanoseconds === undefined || nanoseconds < (this.at ?? 0n)) return;
    if (nanoseconds !== this.at) this.#texts = [];
    this.at = nanoseconds;
    this.#texts.push(text);
  }

  /**
   * Tells the lines that have been there already from those that are new, as of now. Of the lines of the last moment those up to
   * the last that was seen are old: the ones before the tail have not been seen, and an engine may tell whole seconds only.
   */
  repetitions(): (line: LogLine) => boolean {
    const { at } = this;
    const last = this.#texts.at(-1);
    let toCome = this.#texts.filter((text) => text === last).length;
    return ({ nanoseconds, text }) => {
      if (at === undefined || nanoseconds === undefined || nanoseconds > at) return false;
      if (nanoseconds < at) return true;
      if (toCome === 0) return false;
      if (text === last) toCome--;
      return true;
    };
  }
}

/** The engine ends a log when its container stops. Resolves false when there is nothing left to wait for. */
async function untilRunning(engine: ContainerEngine, { id }: Container, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    if (signal.aborted) return false;
    try {
      const [now] = await engine.inspect([id], signal);
      if (now === undefined) return false;
      // At once, when it has been started meanwhile, would spin if its log ended for another reason.
      await sleep(LOOK_AGAIN_MS, signal);
      if (now.phase === 'running') return true;
    } catch (error) {
      if (isAborted(signal)) return false;
      throw error;
    }
  }
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted;

/** One run of `logs --follow`. */
async function* attach(engine: ContainerEngine, args: readonly string[], signal: AbortSignal): AsyncGenerator<LogLine> {
  const what = 'The log of the cleanup service can’t be followed';
  const program = startProcess(engine.program, args, engine.environment && { environment: engine.environment });
  const queue = new LineQueue(program, (error) => startProblem(what, engine.program, error));
  const end = (): void => program.end();
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!signal.aborted) {
      const line = await queue.next();
      if (line === undefined) return;
      yield line;
    }
  } finally {
    signal.removeEventListener('abort', end);
    program.end();
  }
}

/** Lines of both streams in the order in which they come, without ever holding many. */
class LineQueue {
  readonly #program: StartedProcess;
  readonly #lines: LogLine[] = [];
  #wake: () => void = () => {};
  #ended = false;
  #error: Problem | undefined;

  constructor(program: StartedProcess, problemOf: (error: unknown) => Problem) {
    this.#program = program;
    for (const name of ['stdout', 'stderr'] as const) {
      const splitter = new LineSplitter();
      program[name].setEncoding(LOG_ENCODING).on('data', (chunk: string) => this.#add(splitter.push(chunk), name));
      program[name].once('end', () => this.#add(splitter.flush(), name));
    }
    void program.closed
      .catch((error: unknown) => {
        this.#error = problemOf(error);
      })
      .finally(() => {
        this.#ended = true;
        this.#wake();
      });
  }

  #add(raw: readonly string[], stream: LogLine['stream']): void {
    // Lines without time are words of the client itself.
    this.#lines.push(...raw.map((line) => parseLogLine(line, stream)).filter((line) => line.nanoseconds !== undefined));
    if (this.#lines.length > MAX_WAITING) this.#flow('pause');
    this.#wake();
  }

  /** The next line; undefined at the end. */
  async next(): Promise<LogLine | undefined> {
    while (this.#lines.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const line = this.#lines.shift();
    if (line === undefined && this.#error !== undefined) throw this.#error;
    if (this.#lines.length === 0) this.#flow('resume');
    return line;
  }

  #flow(action: 'pause' | 'resume'): void {
    this.#program.stdout[action]();
    this.#program.stderr[action]();
  }
}

function rfc3339(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const fraction = (nanoseconds % 1_000_000_000n).toString().padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
}
