import { userInfo } from 'node:os';
import * as vscode from 'vscode';
import type { Ending } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import type { Measured } from '../../common/measured.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { every } from '../../common/timers.ts';
import type { DjangoProject } from '../../django/project/project.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import type { EngineFacts } from '../../postgres/cleanup/obstacles/obstacles.ts';
import type { CleanupPause } from '../../postgres/cleanup/plan/pause.ts';
import type { CleanupProgress } from '../../postgres/cleanup/plan/types.ts';
import {
  begun,
  endedBy,
  recordOfProgress,
  type CleanupKind,
  type CleanupRecord,
  type RecordContext,
  type RunningRecord,
} from '../../postgres/cleanup/run/records.ts';
import type { Cleanups } from '../../presentation/operations/cleanupRows.ts';
import { ALREADY_RUNNING, NO_DATABASE, UNTRUSTED } from '../../presentation/texts/cleanupProblems.ts';
import { deletedText } from '../../presentation/texts/recordTexts.ts';
import type { App } from '../connection/app.ts';
import { CleanupStore } from './cleanupStore.ts';

/** Where a person asked for it. */
export type CleanupOrigin = 'palette' | 'tree' | 'alert';

export interface CleanupRunOptions<T> {
  readonly pause?: CleanupPause;
  readonly countAfter: boolean;
  /** For the history, which has it before anything is deleted. Undefined: this is nothing for the history. */
  readonly history?: {
    readonly begun: RunningRecord;
    readonly ended: (result: T) => CleanupRecord;
  };
}

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<unknown>;
  readonly pause?: CleanupPause;
  progress?: CleanupProgress;
}

/** What every kind of cleanup shares: one at a time in this window, its progress for the tree, and the history. */
export class Cleanup implements Ending {
  readonly app: App;
  readonly log: Log;
  readonly #store: CleanupStore;
  readonly #changed: Emitter<undefined>;
  #running: Running | undefined;
  #drawnAt = 0;

  constructor(app: App, memory: vscode.Memento, log: Log) {
    this.app = app;
    this.log = log;
    this.#store = new CleanupStore(memory, log);
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
    this.#store.onDidChange(() => {
      this.#changed.fire(undefined);
    });
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  /** Every run on the connection that is watched, newest first. */
  get records(): readonly CleanupRecord[] {
    const target = this.app.active?.target;
    return this.#store.records.filter((record) => record.target === target);
  }

  /** What the rows of the tree are drawn from. */
  get state(): Cleanups {
    const running = this.#running;
    return {
      records: this.records,
      possible: this.app.active !== undefined,
      ...(running === undefined
        ? {}
        : {
            running: {
              paused: running.pause?.paused === true,
              ...(running.progress === undefined ? {} : { progress: running.progress }),
            },
          }),
    };
  }

  /** The connection to work on; a Problem in Restricted Mode, without one, or while another cleanup runs here. */
  begin(): Connection {
    if (!vscode.workspace.isTrusted) throw UNTRUSTED;
    if (this.#running !== undefined) throw ALREADY_RUNNING;
    const connection = this.app.active;
    if (connection === undefined) throw NO_DATABASE;
    return connection;
  }

  /**
   * Runs one, keeps others from starting meanwhile, and has the next reading taken at once; `countAfter`: with an exact count,
   * where counting is known not to take long.
   */
  async run<T>(abort: AbortController, options: CleanupRunOptions<T>, work: () => Promise<T>): Promise<T> {
    const { pause, countAfter, history } = options;
    if (this.#running !== undefined) throw ALREADY_RUNNING;
    const { promise: ended, resolve } = Promise.withResolvers<undefined>();
    const running: Running = { abort, ended, ...(pause === undefined ? {} : { pause }) };
    this.#running = running;
    this.#changed.fire(undefined);
    try {
      return await (history === undefined ? work() : this.#recorded(running, history, work));
    } finally {
      resolve(undefined);
      this.#running = undefined;
      this.#changed.fire(undefined);
      this.#readAgain(countAfter);
    }
  }

  /** Draws how far the running one is, some times a second: batches may be much shorter. */
  progress(progress: CleanupProgress): void {
    const running = this.#running;
    if (running === undefined) return;
    const newPhase = shownPhase(running.progress) !== shownPhase(progress);
    const now = performance.now();
    running.progress = progress;
    if (!newPhase && now - this.#drawnAt < DRAW_MS) return;
    this.#drawnAt = now;
    this.#changed.fire(undefined);
  }

  pause(): void {
    const { pause } = this.#running ?? {};
    if (pause === undefined) throw NOTHING_TO_PAUSE;
    pause.pause();
    this.#changed.fire(undefined);
  }

  resume(): void {
    this.#running?.pause?.resume();
    this.#changed.fire(undefined);
  }

  cancel(): void {
    this.#running?.abort.abort();
  }

  /** Who asked for what, for the history. */
  context(connection: Connection, from: CleanupOrigin): RecordContext {
    return {
      startedAt: new Date().toISOString(),
      who: userInfo().username,
      from,
      target: connection.target,
      table: tableText(connection.table),
    };
  }

  /** The first record of a run, before anything is deleted. */
  begun(
    kind: CleanupKind,
    how: CleanupRecord['how'],
    expiredBefore: Measured | undefined,
    context: RecordContext,
  ): RunningRecord {
    return begun(kind, how, expiredBefore?.value ?? null, context, this.#store.runner);
  }

  /** Keeps what is known of a run: before it, while it goes on, and whatever becomes of it. */
  async #recorded<T>(
    running: Running,
    { begun: first, ended }: NonNullable<CleanupRunOptions<T>['history']>,
    work: () => Promise<T>,
  ): Promise<T> {
    const now = (): RunningRecord => {
      const { progress } = running;
      const seen = { ...first, seenAt: new Date().toISOString() };
      return progress === undefined ? seen : recordOfProgress(seen, progress);
    };
    await this.#store.put(first);
    let writing = Promise.resolve();
    const timer = every(() => {
      writing = this.#store.put(now());
    }, RECORD_EVERY_MS);
    const end = async (record: CleanupRecord): Promise<void> => {
      timer.dispose();
      await writing; // what is written last is what stays
      const { kind, outcome, target } = record;
      this.log.info(`Cleanup (${kind}) of ${target}: ${outcome}, ${deletedText(record)} deleted`);
      await this.#store.put(record);
    };
    try {
      const result = await work();
      await end(ended(result));
      return result;
    } catch (error) {
      await end(endedBy(now(), error, running.abort.signal.aborted));
      throw error;
    }
  }

  /** Resolves when the one that runs has ended, and with it its connection. */
  async dispose(): Promise<void> {
    const ended = this.#running?.ended;
    this.cancel();
    this.#changed.dispose();
    await ended;
    this.#store.dispose();
  }

  #readAgain(exact: boolean): void {
    if (this.app.active === undefined) return;
    this.app.monitor.refresh({ exact }).catch((error: unknown) => {
      this.log.warn(`The reading after the cleanup failed: ${describeError(error)}`);
    });
  }
}

/** The table as the history has it. */
/** Of the project that is open, where it is the one that is watched. */
export function engineFacts(project: DjangoProject | undefined): EngineFacts {
  const { cached = false, ownClearing } = project?.sessions ?? {};
  return { cached, clearsItself: ownClearing !== undefined };
}

export function tableText({ schema, name }: Connection['table']): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** Batches and the rests between them are one to who looks on. */
function shownPhase(progress: CleanupProgress | undefined): string | undefined {
  return progress?.phase === 'resting' ? 'clearing' : progress?.phase;
}

/** Milliseconds between two drawings of the progress. */
const DRAW_MS = 250;
/** Milliseconds between two writings of what a run has done so far: what a window that is closed in the middle leaves. */
const RECORD_EVERY_MS = 1_000;

const NOTHING_TO_PAUSE = new Problem({
  code: 'nothing-to-pause',
  what: 'There is nothing to pause',
  why: 'No cleanup is running in this window.',
  next: 'Start one by "Django Sessions: Clear Expired Sessions…".',
  transient: false,
});
