import * as vscode from 'vscode';
import { formatAge } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import type { BenchmarkRun, RunKind } from '../../benchmark/run/record.ts';
import type { Report } from '../../reports/reportBlocks.ts';
import { runFigures } from '../../presentation/benchmark/benchmarkRows.ts';
import { showInformationMessage, showQuickPick } from '../common/messages.ts';
import type { BenchmarkHost } from './benchmarkHost.ts';

/** The last baseline of the same page before a run. */
export function baselineOf({ runs }: BenchmarkHost, run: BenchmarkRun): BenchmarkRun | undefined {
  return runs.find(({ kind, url, startedAt }) => kind === 'baseline' && url === run.url && startedAt < run.startedAt);
}

/** A run beside the editor: against its baseline, where it is one of after and has one. */
export async function showRun(benchmark: BenchmarkHost, run: BenchmarkRun): Promise<void> {
  const report = await reportOf(benchmark, run);
  await benchmark.documents.show(nameOf(run), report);
}

/** Says what came of it, and offers to save the report. */
export async function offerReport(benchmark: BenchmarkHost, run: BenchmarkRun, text: string): Promise<void> {
  const SAVE = 'Save Report…';
  if ((await showInformationMessage(text, SAVE)) === SAVE) await save(benchmark, await reportOf(benchmark, run));
}

async function save({ log }: BenchmarkHost, report: Report): Promise<void> {
  const { saveReportFile } = await import('../common/saveReportFile.ts');
  const name = `django-sessions-benchmark-${new Date().toISOString().slice(0, 10)}`;
  await saveReportFile({ title: 'Save Report', name, extension: 'html', compose: () => Promise.resolve(report), log });
}

async function reportOf(benchmark: BenchmarkHost, run: BenchmarkRun): Promise<Report> {
  const { comparisonReport, runReport } = await import('../../benchmark/report/benchmarkReport.ts');
  const baseline = run.kind === 'after' ? baselineOf(benchmark, run) : undefined;
  const options = { locale: vscode.env.language };
  return baseline === undefined ? runReport(run, options) : comparisonReport(baseline, run, options);
}

/** Asks for a run of before and one of after, and shows the two against each other. */
export async function compareFlow(benchmark: BenchmarkHost): Promise<void> {
  const { runs } = benchmark;
  const before = await choose(runs, 'baseline');
  const after =
    before === undefined
      ? undefined
      : await choose(
          runs.filter((run) => run !== before),
          'after',
          before,
        );
  if (before === undefined || after === undefined) return;
  const { comparisonReport } = await import('../../benchmark/report/benchmarkReport.ts');
  const { commonArms, judgeExpectations } = await import('../../benchmark/compare/expectations.ts');
  const report = comparisonReport(before, after, { locale: vscode.env.language });
  await benchmark.documents.show('Benchmarks compared', report);
  const [pair] = commonArms(before, after);
  const verdicts = pair === undefined ? [] : judgeExpectations(pair[0], pair[1]);
  const words = { met: 'met', notMet: 'not met', cannotTell: 'can’t be told' };
  const SAVE = 'Save Report…';
  const text = verdicts.map(({ title, verdict }) => `${title}: ${words[verdict]}.`).join(' ');
  const said = text === '' ? 'The two have nothing in common that could be compared.' : text;
  void showInformationMessage(said, SAVE).then((chosen) => (chosen === SAVE ? save(benchmark, report) : undefined));
}

/** Those of the kind first, of the same page as the other before them. */
async function choose(
  runs: readonly BenchmarkRun[],
  kind: RunKind,
  like?: BenchmarkRun,
): Promise<BenchmarkRun | undefined> {
  if (runs.length === 0) throw new Problem(like === undefined ? NONE : ONLY_ONE);
  const rank = (run: BenchmarkRun): number =>
    (run.kind === kind ? 0 : 1) + (like === undefined || run.url === like.url ? 0 : 2);
  const items = runs
    .toSorted((one, other) => rank(one) - rank(other))
    .map((run) => ({
      label: `${run.kind === 'baseline' ? 'Baseline' : 'After'}, ${formatAge(new Date(run.startedAt), new Date())}`,
      description: run.url,
      detail: [run.by === 'extension' ? '' : `${run.by}:`, runFigures(run)].filter(Boolean).join(' '),
      run,
    }));
  const title = kind === 'baseline' ? 'Compare benchmarks: which is before?' : 'Compare benchmarks: which is after?';
  return (await showQuickPick(items, { title, matchOnDescription: true }))?.run;
}

/** Of its tab. */
function nameOf({ kind, startedAt }: BenchmarkRun): string {
  return `Benchmark ${kind} ${startedAt.slice(0, 16).replace('T', ' ').replace(':', '.')}`;
}

const NONE = {
  code: 'benchmark-none',
  what: 'There is nothing to compare',
  why: 'No benchmark of this database is kept.',
  next: 'Run one before the change and one after it.',
  transient: false,
};

const ONLY_ONE = { ...NONE, why: 'Only one benchmark is kept.', next: 'Run another one, after the change.' };
