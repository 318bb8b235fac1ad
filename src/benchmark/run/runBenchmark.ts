import { Problem } from '../../common/problem.ts';
import { sleep } from '../../common/timers.ts';
import type { Database } from '../../postgres/connect/connection.ts';
import type { SessionTable } from '../../postgres/table/readings.ts';
import { shownAddress } from '../../services/http/address.ts';
import type { RoundPlan, RoundProgress, RoundResult } from '../load/round.ts';
import { ArmFigures } from './armFigures.ts';
import { countingNotes, savesPerSecond } from './countingNotes.ts';
import { Counters, countersBetween } from './counters.ts';
import { checkPlan, LIMITS, MOST_SECONDS, type Arm, type BenchmarkPlan } from './plan.ts';
import { prepare } from './prepare.ts';
import type { BenchmarkRun } from './record.ts';

export interface BenchmarkParts {
  /** Read only. */
  readonly db: Database;
  readonly table: SessionTable;
  /** Runs one round of load. */
  readonly load: (
    plan: RoundPlan,
    signal: AbortSignal,
    onProgress: (progress: RoundProgress) => void,
  ) => Promise<RoundResult>;
  /** PEM of trust.caFile; '' for those of Node. */
  readonly authorities: string;
  /** For the record: see BenchmarkRun. */
  readonly throttle: string;
  /** Keys of the sessions that the run has made, as they are made: also of one that fails or is cancelled. Secrets. */
  readonly made: Set<string>;
  readonly signal: AbortSignal;
  /** `share`: 0 to 1. */
  readonly report: (message: string, share?: number) => void;
}

const QUIET_MS = 2_000;
/** Requests of a warm-up, as a share of a round's. */
const WARM_UP = 0.5;

/**
 * Measures a page: arms in turn, each round between two readings of the database's counters. The sessions that it made are the
 * caller's to delete, whatever becomes of it.
 * @throws Problem when the page can't be measured or stops answering; the signal's reason when it is cancelled
 */
export async function runBenchmark(plan: BenchmarkPlan, parts: BenchmarkParts): Promise<BenchmarkRun> {
  checkPlan(plan);
  const { signal, report, db } = parts;
  const startedAt = new Date();
  report('Looking at the page');
  const { arms, cookies, notes } = await prepare(plan, parts.made, signal, report);
  const counters = new Counters(db, parts.table, signal);
  const runner = new Runner(plan, parts, counters, cookies);

  report('Seeing what others write meanwhile');
  const quietSince = Date.now();
  const quiet = await counters.read(startedAt.getTime(), false);
  await sleep(QUIET_MS, signal);
  const beforeLoad = await counters.read(quietSince, false);
  const otherSavesPerSecond = savesPerSecond(quiet, beforeLoad);

  for (const arm of arms) {
    report('Warming up');
    await runner.load(arm, Math.max(plan.connections, Math.ceil(plan.requestsPerRound * WARM_UP)), () => undefined);
  }
  const figures = await runner.rounds(arms, startedAt);
  const { value: statements = [] } = (await counters.read(Date.now(), true)).statements;
  const texts = new Map(statements.map(({ queryId, query }) => [queryId, query]));
  return {
    version: 1,
    kind: plan.kind,
    by: 'extension',
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    url: shownAddress(plan.url),
    target: db.target,
    connections: plan.connections,
    requestsPerRound: plan.requestsPerRound,
    arms: figures.map((one) => one.finish(texts)),
    otherSavesPerSecond,
    throttle: parts.throttle,
    notes: [...notes, ...runner.notes, ...countingNotes(beforeLoad, otherSavesPerSecond)],
  };
}

class Runner {
  readonly notes: string[] = [];
  readonly #plan: BenchmarkPlan;
  readonly #parts: BenchmarkParts;
  readonly #counters: Counters;
  readonly #cookies: readonly string[];
  /** Keys of sessions that were given to the run: a site that saves one sets its cookie anew, and it is nobody's to delete. */
  readonly #given: readonly string[];

  constructor(plan: BenchmarkPlan, parts: BenchmarkParts, counters: Counters, cookies: readonly string[]) {
    this.#plan = plan;
    this.#parts = parts;
    this.#counters = counters;
    this.#cookies = cookies;
    const name = `${plan.cookieName}=`;
    const pairs = plan.way.kind === 'cookie' ? cookies.flatMap((header) => header.split('; ')) : [];
    this.#given = pairs.filter((pair) => pair.startsWith(name)).map((pair) => pair.slice(name.length));
  }

  /** All rounds, the order of the arms turned round each time, so that what drifts meanwhile is no difference between them. */
  async rounds(arms: readonly Arm[], startedAt: Date): Promise<readonly ArmFigures[]> {
    const { rounds, requestsPerRound } = this.#plan;
    const { report } = this.#parts;
    const figures = arms.map((arm) => new ArmFigures(arm));
    let before = await this.#counters.read(startedAt.getTime(), false, this.#onWait);
    const total = rounds * arms.length;
    for (let i = 0; i < total; i++) {
      const round = Math.floor(i / arms.length);
      const place = i % arms.length;
      const one = figures[round % 2 === 0 ? place : arms.length - 1 - place];
      if (one === undefined) break;
      if (place === 0 && round >= LIMITS.rounds.minimum && secondsSince(startedAt) > MOST_SECONDS) {
        this.notes.push(`It ended after ${round} of ${rounds} rounds: ${MOST_SECONDS / 60} minutes are the most.`);
        break;
      }
      const what = `Round ${round + 1} of ${rounds}, ${ARM_TEXTS[one.arm]}`;
      report(what, i / total);
      const begun = Date.now();
      const work = this.load(one.arm, requestsPerRound, (answers) =>
        report(what, (i + answers / requestsPerRound) / total),
      );
      const [result, connections] = await Promise.all([work, this.#counters.watchConnections(work)]);
      const after = await this.#counters.read(begun, false, this.#onWait);
      one.add(result, countersBetween(before, after, connections));
      before = after;
    }
    return figures;
  }

  /** One round; what it made is known also when it failed. @throws Problem when hardly anything was answered */
  async load(arm: Arm, requests: number, onProgress: (answers: number) => void): Promise<RoundResult> {
    const { url, connections, timeoutSeconds, cookieName, trust } = this.#plan;
    const { load, authorities, signal, made } = this.#parts;
    const cookies = arm === 'session' ? this.#cookies : [];
    const { acceptAnyCertificate } = trust;
    const round = {
      url: url.href,
      connections,
      requests,
      timeoutSeconds,
      cookies,
      cookieName,
      authorities,
      acceptAnyCertificate,
    };
    const result = await load(round, signal, (progress) => {
      for (const key of progress.made) if (!this.#given.includes(key)) made.add(key);
      onProgress(progress.answers);
    });
    if (result.latenciesMs.length < requests / 2) throw stopped(url, requests, result);
    return result;
  }

  readonly #onWait = (): void => {
    this.#parts.report('Waiting until the database has counted everything: idle connections tell it within 10 s');
  };
}

const ARM_TEXTS = { session: 'with a session', noSession: 'without a cookie' } as const;

function secondsSince(at: Date): number {
  return (Date.now() - at.getTime()) / 1000;
}

function stopped(url: URL, requests: number, { statuses, failures, latenciesMs }: RoundResult): Problem {
  const counted = Object.entries({ ...statuses, ...failures }).map(([what, times]) => `${what} ${times} times`);
  return new Problem({
    code: 'benchmark-site-failed',
    what: `The benchmark of ${shownAddress(url)} was ended`,
    why: `Of ${requests} requests of a round ${latenciesMs.length} were answered as they should be (${counted.join(', ') || 'nothing came back'}).`,
    next: 'Look into the log of the site; with fewer connections it may bear it.',
    transient: false,
  });
}
