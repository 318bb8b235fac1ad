import * as vscode from 'vscode';
import { formatNumber } from '../../common/format.ts';
import { Problem } from '../../common/problem.ts';
import type { Arm } from '../../benchmark/run/plan.ts';
import type { RunKind } from '../../benchmark/run/record.ts';
import { runFigures } from '../../presentation/benchmark/benchmarkRows.ts';
import { askChoice, runSteps, type Step } from '../common/steps.ts';
import type { BenchmarkHost } from './benchmarkHost.ts';
import { offerReport, showRun } from './reportFlow.ts';

interface Answers {
  readonly from?: 'clipboard' | 'file';
  readonly arm?: Arm;
  readonly kind?: RunKind;
}

const TITLE = 'Import benchmark result';
/** Bytes. */
const MOST_BYTES = 4_000_000;

/** Takes what ab or wrk has printed, one run or several of the same, and keeps it as a run. */
export async function importFlow(benchmark: BenchmarkHost): Promise<void> {
  const { importedRun, readResults } = await import('../../benchmark/import/importRuns.ts');
  const { from } = (await runSteps<Answers>([fromStep], {})) ?? {};
  if (from === undefined) return;
  const text = from === 'clipboard' ? await vscode.env.clipboard.readText() : await readChosenFile();
  if (text === undefined) return;
  const rounds = readResults(text);
  const { arm, kind } = (await runSteps<Answers>([armStep, kindStep], {})) ?? {};
  if (arm === undefined || kind === undefined) return;
  const run = importedRun(rounds, { kind, arm, at: new Date() });
  await benchmark.keep(run);
  await showRun(benchmark, run);
  const results = rounds.length === 1 ? 'one result' : `${formatNumber(rounds.length)} results`;
  void offerReport(benchmark, run, `Imported ${results} of ${run.by}: ${runFigures(run)}.`);
}

async function readChosenFile(): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title: TITLE, openLabel: 'Import' })) ?? [];
  if (file === undefined) return undefined;
  const { size } = await vscode.workspace.fs.stat(file);
  if (size > MOST_BYTES) throw new Problem(TOO_LARGE);
  return Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
}

const choice = <K extends keyof Answers>(
  key: K,
  placeholder: string,
  items: readonly (vscode.QuickPickItem & { readonly value: NonNullable<Answers[K]> })[],
): Step<Answers> => {
  return async (answers, position) => {
    const answer = await askChoice(TITLE, items, position, placeholder);
    return answer.kind === 'answer' ? { kind: 'next', answers: { ...answers, [key]: answer.value.value } } : answer;
  };
};

const fromStep = choice(
  'from',
  'Where is what ab or wrk has printed? Several runs of the same may stand one behind the other.',
  [
    { value: 'clipboard', label: 'In the clipboard' },
    { value: 'file', label: 'In a file…' },
  ],
);

const armStep = choice('arm', 'Was a session’s cookie sent?', [
  { value: 'noSession', label: 'No', detail: 'As ab does by itself' },
  { value: 'session', label: 'Yes', detail: 'With ab -C or wrk -H' },
]);

const kindStep = choice('kind', 'What is it kept as?', [
  { value: 'baseline', label: 'Baseline', detail: 'What was before a change' },
  { value: 'after', label: 'After', detail: 'What is after it' },
]);

const TOO_LARGE = {
  code: 'benchmark-import',
  what: 'The benchmark result could not be imported',
  why: 'The file is larger than 4 MB.',
  next: 'Choose the file that holds what ab or wrk has printed.',
  transient: false,
};
