import * as vscode from 'vscode';
import { EndingStore } from '../../common/disposable.ts';
import type { Event } from '../../common/events.ts';
import { describeError, Problem } from '../../common/problem.ts';
import { isBenchmarkRun, type BenchmarkRun } from '../../benchmark/run/record.ts';
import { benchmarkMarks, benchmarksRow } from '../../presentation/benchmark/benchmarkRows.ts';
import { RecordStore } from '../common/recordStore.ts';
import type { App } from '../connection/app.ts';
import type { Additions, Investigation, InvestigationParts } from '../investigation.ts';
import type { Rollback } from '../rollback/rollback.ts';
import { ReportDocuments } from './reportDocuments.ts';
import type { BenchmarkHost } from './benchmarkHost.ts';

/** A run takes some kilobytes of the memory of the extension. */
const KEEP = 20;

/** Load on a page before and after a change: what was measured is kept, compared and shown as a report. */
export class Benchmark implements Investigation, BenchmarkHost {
  readonly app: App;
  readonly rollback: Rollback;
  readonly log: vscode.LogOutputChannel;
  readonly documents: ReportDocuments;
  readonly loadFile: string;
  readonly #ends: EndingStore;
  readonly #store: RecordStore<BenchmarkRun>;
  #running: AbortController | undefined;

  constructor({ app, rollback, context, log }: InvestigationParts) {
    this.app = app;
    this.rollback = rollback;
    this.log = log;
    this.loadFile = vscode.Uri.joinPath(context.extensionUri, 'dist', 'load.cjs').fsPath;
    this.#ends = new EndingStore((error) => log.error(describeError(error)));
    this.documents = this.#ends.add(new ReportDocuments());
    const kind = { key: 'benchmarks', plural: 'benchmarks', keep: KEEP, isRecord: isBenchmarkRun, isSame };
    this.#store = this.#ends.add(new RecordStore<BenchmarkRun>(context.globalState, kind, log));
  }

  get onDidChange(): Event<undefined> {
    return this.#store.onDidChange;
  }

  get runs(): readonly BenchmarkRun[] {
    const target = this.app.active?.target;
    return this.#store.records.filter((run) => run.target === target || run.target === '');
  }

  additions(now: Date): Additions {
    const row = benchmarksRow(this.runs, { locale: vscode.env.language, now });
    return { marks: benchmarkMarks(this.runs), ...(row === undefined ? {} : { investigationRows: [row] }) };
  }

  keep(run: BenchmarkRun): Promise<void> {
    return this.#store.put(run);
  }

  async run(): Promise<void> {
    if (!vscode.workspace.isTrusted) throw new Problem(UNTRUSTED_SITE);
    if (this.#running !== undefined) throw new Problem(RUNNING);
    const { runFlow } = await import('./runFlow.ts');
    const abort = new AbortController();
    this.#running = abort;
    try {
      await runFlow(this, abort);
    } finally {
      this.#running = undefined;
    }
  }

  async compare(): Promise<void> {
    const { compareFlow } = await import('./reportFlow.ts');
    await compareFlow(this);
  }

  async import(): Promise<void> {
    const { importFlow } = await import('./importFlow.ts');
    await importFlow(this);
  }

  /** The report of a run that is kept. */
  async show(startedAt: string): Promise<void> {
    const run = this.runs.find((one) => one.startedAt === startedAt);
    if (run === undefined) throw new Problem(GONE);
    const { showRun } = await import('./reportFlow.ts');
    await showRun(this, run);
  }

  dispose(): Promise<void> {
    this.#running?.abort();
    return this.#ends.dispose();
  }
}

const isSame = (one: BenchmarkRun, other: BenchmarkRun): boolean => one.startedAt === other.startedAt;

const UNTRUSTED_SITE = {
  code: 'untrusted',
  what: 'No benchmark is run here',
  why: 'This workspace is in Restricted Mode, and what it names may not be loaded with requests.',
  next: 'Trust the workspace first.',
  transient: false,
};

const RUNNING = {
  code: 'benchmark-running',
  what: 'No other benchmark was started',
  why: 'One runs already in this window, and the two would measure each other.',
  next: 'Wait for its end, or cancel it.',
  transient: false,
};

const GONE = {
  code: 'benchmark-gone',
  what: 'The benchmark can’t be shown',
  why: `It is not kept any more: the last ${KEEP} are.`,
  next: 'Choose another.',
  transient: false,
};
