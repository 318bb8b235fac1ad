import { unknown, type Measured } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import type { Container } from '../containers/container.ts';
import { aheadOrZero, ContainerEngine, type EngineOptions, type LogTail } from '../containers/engine.ts';
import { followContainer, type FollowedLog } from '../containers/followLog.ts';
import { describeTarget, locateContainer, type ContainerTarget, type Located } from '../containers/locateContainer.ts';
import { restartContainer, type RestartResult } from '../containers/restartContainer.ts';
import { LogPattern } from './log/logPattern.ts';
import type { CleanupReading, CleanupService, LogReading } from './reading.ts';
import { readLines } from './log/readCleanupLog.ts';

export interface ContainerServiceOptions {
  readonly target: ContainerTarget;
  /** Asked in this order; the first that has the container is kept. See `enginesFor`. */
  readonly engines: readonly EngineOptions[];
  readonly pattern: LogPattern;
  /** Whether what it does may as well be done elsewhere, so that a container that is not there is no trouble by itself. */
  readonly mayBeElsewhere?: boolean;
}

/** Lines that are enough for a service that logs its runs only, and for one that chatters. */
const LINES = [200, 5_000] as const;
/** Lines that are kept for people. */
const KEPT_LINES = 20;
/** How long a difference of clocks is believed. */
const CLOCK_MS = 600_000;

/** What the setting djangoSessionMonitor.cleanupService.engine means: 'auto', 'docker', 'podman' or a path. */
export function enginesFor(setting: string, environment?: EngineOptions['environment']): EngineOptions[] {
  const programs = setting === 'auto' || setting === '' ? ['docker', 'podman'] : [setting];
  return programs.map((program) => (environment === undefined ? { program } : { program, environment }));
}

/** The cleanup service in a container. It remembers which engine has it, its id and the engine's clock. */
export class ContainerCleanupService implements CleanupService {
  readonly canRestart = true;
  readonly #target: ContainerTarget;
  readonly #engines: readonly ContainerEngine[];
  readonly #pattern: LogPattern;
  readonly #mayBeElsewhere: boolean;
  #known: { readonly engine: ContainerEngine; readonly id: string } | undefined;
  #clock: Measured = unknown('The clock of the engine has not been read yet.');
  #clockReadAt = 0;

  constructor(options: ContainerServiceOptions) {
    this.#target = options.target;
    this.#engines = options.engines.map((engine) => new ContainerEngine(engine));
    this.#pattern = options.pattern;
    this.#mayBeElsewhere = options.mayBeElsewhere === true;
  }

  async read(signal?: AbortSignal): Promise<CleanupReading> {
    const began = performance.now();
    const name = describeTarget(this.#target);
    const base = { name, clockAheadMs: this.#clock, notes: [] };
    const done = (): { at: Date; tookMs: number } => ({ at: new Date(), tookMs: performance.now() - began });
    try {
      const { engine, container, note } = await this.#locate(signal);
      const by = engine.program;
      const notes = note === undefined ? [] : [note];
      if (container === undefined && this.#mayBeElsewhere) {
        const elsewhere = `${by} has no container for ${name}: its tasks may run elsewhere.`;
        return { ...base, ...done(), by, state: 'unknown', notes: [...notes, elsewhere] };
      }
      if (container === undefined) return { ...base, ...done(), by, state: 'notFound', notes };
      await this.#readClock(engine, signal);
      const log = await this.#readLog(engine, container, signal);
      const state = container.phase === 'other' ? 'unknown' : container.phase;
      const about = { name: container.name, clockAheadMs: this.#clock, notes };
      return { ...about, ...done(), by, state, container, log };
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const by = this.#engines.map((engine) => engine.program).join(', ');
      return { ...base, ...done(), by, problem, state: 'unknown' };
    }
  }

  async restart(signal?: AbortSignal): Promise<RestartResult> {
    const { engine, container } = await this.#require('can’t be restarted', signal);
    return await restartContainer(engine, container, signal);
  }

  readonly followLog = async (tail = 100, signal?: AbortSignal): Promise<FollowedLog> => {
    const { engine, container } = await this.#require('has no log to follow', signal);
    return followContainer(engine, container, { tail, ...(signal && { signal }) });
  };

  async #require(what: string, signal?: AbortSignal): Promise<{ engine: ContainerEngine; container: Container }> {
    const { engine, container } = await this.#locate(signal);
    if (container !== undefined) return { engine, container };
    throw new Problem({
      code: 'container-missing',
      what: `${describeTarget(this.#target)} ${what}`,
      why: `${engine.program} has no such container.`,
      next: 'Start it with "docker compose up -d", or correct djangoSessionMonitor.cleanupService.container.',
      transient: true,
    });
  }

  /** The engine that has the container; else the first that answers. Throws the `Problem` of the best when none does. */
  async #locate(signal?: AbortSignal): Promise<Located & { engine: ContainerEngine }> {
    const known = this.#known;
    const engines =
      known === undefined ? this.#engines : [known.engine, ...this.#engines.filter((e) => e !== known.engine)];
    const problems: Problem[] = [];
    let answered: ContainerEngine | undefined;
    for (const engine of engines) {
      try {
        const knownId = known?.engine === engine ? known.id : undefined;
        const located = await locateContainer(engine, this.#target, knownId, signal);
        if (located.container === undefined) answered ??= engine;
        else {
          this.#known = { engine, id: located.container.id };
          return { ...located, engine };
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === 'cancelled') throw error;
        problems.push(error);
      }
    }
    // An engine that had the container and fails now is what there is to tell, whatever another one says.
    if (answered !== undefined && (known === undefined || answered === known.engine)) {
      const asked = problems.filter((one) => one.code !== 'engine-missing');
      return { engine: answered, ...(asked.length > 0 && { note: asked.map((one) => one.message).join(' ') }) };
    }
    throw problems.find((one) => one.code !== 'engine-missing') ?? noEngine(this.#engines, problems[0]);
  }

  async #readClock(engine: ContainerEngine, signal?: AbortSignal): Promise<void> {
    if (Date.now() - this.#clockReadAt < CLOCK_MS) return;
    this.#clock = await engine.clockAheadMs(signal);
    this.#clockReadAt = Date.now();
  }

  async #readLog(engine: ContainerEngine, container: Container, signal?: AbortSignal): Promise<LogReading> {
    const ahead = aheadOrZero(this.#clock);
    try {
      let log = readRuns(await engine.logTail(container, LINES[0], signal), this.#pattern, ahead);
      if (log.runs.length === 0 && !log.complete) {
        log = readRuns(await engine.logTail(container, LINES[1], signal), this.#pattern, ahead);
      }
      return log;
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code === 'cancelled') throw problem;
      return { runs: [], lines: [], looked: 0, complete: false, problem };
    }
  }
}

/** What the lines tell; a pattern that can't be used is told in the reading, beside the lines. */
export function readRuns(tail: LogTail, pattern: LogPattern, clockAheadMs: number): LogReading {
  const { lines, complete } = tail;
  const base = { lines: lines.slice(-KEPT_LINES), looked: lines.length, complete };
  try {
    return { ...base, ...readLines(lines, pattern, new Date(), clockAheadMs) };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return { ...base, runs: [], problem };
  }
}

function noEngine(engines: readonly ContainerEngine[], first: Problem | undefined): Problem {
  if (engines.length === 1 && first !== undefined) return first;
  return new Problem(
    {
      code: 'engine-missing',
      what: 'The cleanup service can’t be watched',
      why: `There is no container engine: neither ${engines.map((e) => e.program).join(' nor ')} is on the PATH of VS Code.`,
      next: 'Install one, name it in djangoSessionMonitor.cleanupService.engine, or set a status, a logs and a restart command.',
      transient: false,
    },
    { cause: first },
  );
}
