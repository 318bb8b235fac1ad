import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { formatNumber } from '../../common/format.ts';
import { nodeFileSystem } from '../../common/fileSystem.ts';
import { describeError, Problem } from '../../common/problem.ts';
import type { BenchmarkRun } from '../../benchmark/run/record.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { openToRead, openToWrite } from '../../monitoring/watch/openDatabase.ts';
import { throttleRow } from '../../presentation/operations/throttleRow.ts';
import { runFigures } from '../../presentation/benchmark/benchmarkRows.ts';
import { isLocal, shownAddress } from '../../services/http/address.ts';
import type { Trust } from '../../services/http/httpExchange.ts';
import { confirmWrite } from '../common/confirmWrite.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { withCancel } from '../common/progress.ts';
import { folderOf, getSetting } from '../settings/settings.ts';
import { askPlan, type AskedPlan } from './askPlan.ts';
import type { BenchmarkHost } from './benchmarkHost.ts';
import { baselineOf, offerReport, showRun } from './reportFlow.ts';

const TIMEOUT_SECONDS = 10;

/** Asks, measures with progress and cancel, deletes the sessions that it made, keeps what was measured and shows it. */
export async function runFlow(benchmark: BenchmarkHost, abort: AbortController): Promise<void> {
  const connection = benchmark.app.watched;
  const plan = await askPlan(benchmark.runs);
  if (plan === undefined || !(await confirm(plan, connection))) return;
  const made = new Set<string>();
  let run: BenchmarkRun | undefined;
  let failed: unknown;
  try {
    run = await measure(benchmark, connection, plan, made, abort);
  } catch (error) {
    failed = error;
  }
  const left = await deleteMade(connection, made, benchmark);
  if (run === undefined) {
    const more = left === undefined ? ` ${deletedSentence(made.size)}` : '';
    if (!abort.signal.aborted) throw failed;
    void showInformationMessage(`The benchmark was cancelled, and nothing is kept of it.${more}`);
    return;
  }
  await benchmark.keep(run);
  benchmark.log.info(`Benchmark (${run.kind}) of ${run.url}: ${runFigures(run)}`);
  await showRun(benchmark, run);
  const baseline = baselineOf(benchmark, run);
  const compared =
    run.kind === 'after' && baseline !== undefined ? ' Compared with the last baseline in the report.' : '';
  const kept = run.kind === 'baseline' ? 'Kept as baseline' : 'Kept as after';
  void offerReport(benchmark, run, `${kept}: ${runFigures(run)}.${compared}`);
}

async function confirm(plan: AskedPlan, connection: Connection): Promise<boolean> {
  const { url, way, arms, rounds, requestsPerRound, connections } = plan;
  const requests = arms.length * rounds * requestsPerRound;
  const lines = [
    `${formatNumber(requests)} GET requests, ${connections} at a time, and half a round more to warm up. Cancel stops it at once.`,
    arms.length === 1 ? 'Without a cookie.' : 'With a session and without a cookie, in turn.',
    ...(way.kind === 'cookie' ? ['The session of the cookie stays as it is.'] : []),
    'Sessions that the run makes are deleted afterwards, and no others.',
    `Counters are read from ${connection.target}: it should be the database of this site.`,
    ...(connection.production ? ['This is a production database.'] : []),
    ...(isLocal(url) ? [] : [`${url.host} is not this machine: the network between is measured too.`]),
  ];
  const RUN = 'Run Benchmark';
  const detail = lines.map((line) => `• ${line}`).join('\n');
  const question = `Load ${shownAddress(url)} with requests?`;
  return (await confirmWrite('benchmark', connection, { question, detail, buttons: [RUN] })) === RUN;
}

async function measure(
  benchmark: BenchmarkHost,
  connection: Connection,
  asked: AskedPlan,
  made: Set<string>,
  abort: AbortController,
): Promise<BenchmarkRun> {
  const [{ runBenchmark }, { runInWorker }, { sessionCookieName }] = await Promise.all([
    import('../../benchmark/run/runBenchmark.ts'),
    import('../../benchmark/load/runInWorker.ts'),
    import('../../django/sessionCookie.ts'),
  ]);
  const trust = trustFor(connection);
  const cookieName = await sessionCookieName(nodeFileSystem, benchmark.app.project);
  const throttle = benchmark.rollback.watch.state;
  return withCancel(
    'Benchmark',
    async ({ signal, report }) => {
      const db = await openToRead(connection, signal);
      try {
        return await runBenchmark(
          { ...asked, timeoutSeconds: TIMEOUT_SECONDS, cookieName, trust },
          {
            db,
            table: connection.table,
            load: (round, stop, onProgress) => runInWorker(benchmark.loadFile, round, stop, onProgress),
            authorities: trust.caFile === '' ? '' : await readFile(trust.caFile, 'utf8'),
            throttle: throttle === undefined ? '' : (throttleRow(throttle).description ?? ''),
            made,
            signal,
            report,
          },
        );
      } finally {
        await db.close();
      }
    },
    abort,
  );
}

/** That of the application's own metrics: it is the same site. */
function trustFor(connection: Connection): Trust {
  const folder = folderOf(connection);
  const caFile = getSetting('application.caFile', folder);
  return {
    caFile: caFile === '' ? '' : path.resolve(folder?.fsPath ?? '.', caFile),
    acceptAnyCertificate: getSetting('application.acceptAnyCertificate', folder),
  };
}

/** Deletes what the run made, also after it was cancelled. @returns why some are left, which was told; undefined: none is */
async function deleteMade(
  connection: Connection,
  made: ReadonlySet<string>,
  { log }: BenchmarkHost,
): Promise<string | undefined> {
  if (made.size === 0) return undefined;
  try {
    const { deleteSessions } = await import('../../postgres/work/deleteSessions.ts');
    const db = await openToWrite(connection);
    try {
      const deleted = await deleteSessions(db, connection.table, [...made]);
      log.info(`Sessions of the benchmark: ${made.size} were made, ${deleted} deleted`);
    } finally {
      await db.close();
    }
    return undefined;
  } catch (error) {
    const why = error instanceof Problem ? error.why : describeError(error);
    log.warn(`Sessions of the benchmark were not deleted: ${describeError(error)}`);
    void showWarningMessage(
      `The ${formatNumber(made.size)} sessions that the benchmark made were not deleted: ${why} They expire as others do.`,
    );
    return why;
  }
}

function deletedSentence(count: number): string {
  return count === 0 ? '' : `The ${formatNumber(count)} sessions that it had made were deleted.`;
}
