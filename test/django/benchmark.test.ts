import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { commonArms, judgeExpectations } from '../../src/benchmark/compare/expectations.ts';
import type { BenchmarkRun } from '../../src/benchmark/run/record.ts';
import type { BenchmarkParts } from '../../src/benchmark/run/runBenchmark.ts';
import { ratioInterval } from '../../src/benchmark/statistics/intervals.ts';
import { Problem } from '../../src/common/problem.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { deleteSessions } from '../../src/postgres/work/deleteSessions.ts';
import { runAb } from '../kit/abResult.ts';
import { ensureTool, skipWithout } from '../kit/apt.ts';
import { run as runTool } from '../kit/process.ts';
import { readResults } from '../../src/benchmark/import/importRuns.ts';
import { countedWrites, countWrites, startBenchmarkSite, type BenchmarkSite } from '../kit/benchmarkSite.ts';
import { freePort } from '../kit/serverProcess.ts';
import { benchmark, byForm, inWorker, NO_TRUST, TABLE } from './benchmarkSupport.ts';

/** The benchmark on a real Django behind gunicorn: what it counts is what triggers of the table count, and what ab measures. */

const skip = await skipWithout('debianDjango', 'gunicorn', 'ab', 'wrk');
let site: BenchmarkSite;
let db: Database;

before(async () => {
  if (skip !== undefined) return;
  site = await startBenchmarkSite();
  await countWrites(site.sql);
  db = await connect({ connectionString: site.postgres.connectionString('postgres'), readOnly: true });
});
after(async () => {
  if (skip !== undefined) return;
  await db.close();
  await site.stop();
});

interface Counted {
  readonly saves: number;
  readonly inserts: number;
}

/** A load that notes what the triggers counted in each round. */
function counting(into: Counted[]): BenchmarkParts['load'] {
  return async (...args) => {
    const first = await countedWrites(site.sql);
    const result = await inWorker(...args);
    const last = await countedWrites(site.sql);
    into.push({ saves: last.update - first.update, inserts: last.insert - first.insert });
    return result;
  };
}

/** Of all rounds in the order in which they ran; the warm-ups of the arms come first. */
function writesOf({ arms }: BenchmarkRun): Counted[] {
  const rounds = Math.max(...arms.map((arm) => arm.rounds.length));
  return Array.from({ length: rounds }, (_, i) => (i % 2 === 0 ? arms : arms.toReversed()).map((arm) => arm.rounds[i]))
    .flat()
    .map((round) => {
      const { counters } = round ?? assert.fail('no round');
      assert.ok(counters?.complete === true);
      return { saves: counters.saves, inserts: counters.inserts };
    });
}

async function sessions(): Promise<number> {
  const { rows } = await site.sql.query<{ n: number }>('SELECT count(*)::int AS n FROM django_session');
  return rows[0]?.n ?? assert.fail('no count');
}

async function deleteMade(made: ReadonlySet<string>): Promise<number> {
  const writing = await connect({ connectionString: site.postgres.connectionString('postgres') });
  try {
    return await deleteSessions(writing, TABLE, [...made]);
  } finally {
    await writing.close();
  }
}

test('counts what the database does: saves at each request, with a throttle, and new sessions', { skip }, async (t) => {
  const runs: BenchmarkRun[] = [];
  for (const habit of ['everyRequest', 'throttled'] as const) {
    const server = await site.serve(habit);
    try {
      const made = new Set<string>();
      const counted: Counted[] = [];
      const plan = { url: new URL('account/', server.url), way: byForm(server.url) };
      const run = await benchmark(db, plan, { made, load: counting(counted) });
      assert.deepEqual(run.arms.map(({ arm }) => arm), ['session']); // prettier-ignore
      assert.match(run.notes.join(' '), /Without a cookie it was not measured: It wants a login/);
      assert.deepEqual(writesOf(run), counted.slice(1));
      const answer = await fetch(plan.url, { headers: { cookie: `sessionid=${[...made].at(-1) ?? ''}` } });
      const queries = Number(answer.headers.get('x-queries'));
      for (const round of run.arms[0]?.rounds ?? []) {
        assert.deepEqual([round.answered, round.failed], [20, 0]);
        assert.equal(round.counters?.statements, 20 * queries);
      }
      t.diagnostic(`${habit}: ${JSON.stringify(counted.slice(1))}, ${queries} queries a request`);
      runs.push(run);
      if (habit === 'everyRequest') await keepsGiven(plan.url, [...made].at(-1) ?? assert.fail('no session'));
      assert.equal(await deleteMade(made), made.size);
      assert.equal(await sessions(), 0);
    } finally {
      await server.stop();
    }
  }
  const [baseline, later] = runs;
  assert.ok(baseline !== undefined && later !== undefined);
  assert.ok(writesOf(baseline).every(({ saves }) => saves === 20));
  assert.ok(writesOf(later).every(({ saves }) => saves === 0));
  const [pair] = commonArms(baseline, later);
  const writes = judgeExpectations(...(pair ?? assert.fail('no arm'))).find(({ id }) => id === 'writes');
  assert.equal(writes?.verdict, 'met', writes?.why);
});

test(
  'sessions that it made are deleted, and no others; new sessions are counted; it agrees with ab',
  { skip },
  async (t) => {
    const server = await site.serve('neither');
    try {
      const url = new URL('greeting/', server.url);
      const bystander = await fetch(url);
      const cookie = bystander.headers.getSetCookie()[0]?.split(';', 1)[0] ?? assert.fail('no session');
      const made = new Set<string>();
      const counted: Counted[] = [];
      const run = await benchmark(db, { url, way: { kind: 'visit' } }, { made, load: counting(counted) });
      assert.deepEqual(writesOf(run), counted.slice(2));
      const byArm = run.arms.map(({ arm, rounds }) => [arm, ...rounds.map(({ counters }) => counters?.inserts)]);
      assert.deepEqual(byArm, [['session', 0, 0, 0], ['noSession', 20, 20, 20]]); // prettier-ignore
      assert.equal(await sessions(), made.size + 1);
      assert.equal(await deleteMade(made), made.size);
      assert.equal(await sessions(), 1);
      assert.ok(!made.has(cookie.slice('sessionid='.length)));

      const rates: Record<'ab' | 'ours', number[]> = { ab: [], ours: [] };
      const medians: Record<'ab' | 'ours', number[]> = { ab: [], ours: [] };
      for (const who of ['ab', 'ours', 'ours', 'ab', 'ab', 'ours'] as const) {
        if (who === 'ab') {
          const { answered, failed, seconds, p50 } = await runAb(url.href, 60, 4, cookie);
          assert.deepEqual([answered, failed], [60, 0]);
          rates.ab.push(answered / seconds);
          medians.ab.push(p50 ?? assert.fail('no median'));
        } else {
          const round = { url: url.href, connections: 4, requests: 60, timeoutSeconds: 10, cookies: [cookie] };
          const signal = new AbortController().signal;
          const all = { ...round, cookieName: 'sessionid', authorities: '', acceptAnyCertificate: false };
          const { latenciesMs, seconds } = await inWorker(all, signal, () => undefined);
          assert.equal(latenciesMs.length, 60);
          rates.ours.push(latenciesMs.length / seconds);
          medians.ours.push(latenciesMs.toSorted()[30] ?? 0);
        }
      }
      for (const [what, { ab, ours }] of Object.entries({ rates, medians })) {
        const ratio = ratioInterval(ab, ours) ?? assert.fail('no interval');
        t.diagnostic(
          `${what}: ours ÷ ab ${ratio.value.toFixed(3)} (${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`,
        );
        // The two can't be told apart, or by less than a tenth.
        assert.ok(ratio.low < 1.1 && ratio.high > 0.9, JSON.stringify({ what, ab, ours }));
      }

      const wrk = ['-t1', '-c2', '-d1s', '--latency', '-H', `Cookie: ${cookie}`, url.href];
      const [imported] = readResults(await runTool(await ensureTool('wrk'), wrk));
      assert.deepEqual([imported?.by, imported?.url, imported?.connections], ['wrk', url.href, 2]);
      assert.ok((imported?.answered ?? 0) > 0 && (imported?.p50 ?? 0) > 0);

      await cancels(server.url, t);
      await refusals(server.url);
    } finally {
      await server.stop();
    }
  },
);

/** A session that was given by its cookie is saved at each request, and its cookie set anew: it is not the run's to delete. */
async function keepsGiven(url: URL, key: string): Promise<void> {
  const made = new Set<string>();
  const way = { kind: 'cookie', cookie: `sessionid=${key}` } as const;
  await benchmark(db, { url, way, arms: ['session'], requestsPerRound: 5, connections: 1 }, { made });
  assert.deepEqual([...made], []);
}

/** Cancelled in the middle of a round: nothing more is sent, and what was made is known. */
async function cancels(base: string, t: { diagnostic: (text: string) => void }): Promise<void> {
  const abort = new AbortController();
  const made = new Set<string>();
  let pressed = 0;
  const load: BenchmarkParts['load'] = (round, signal, onProgress) =>
    inWorker(round, signal, (progress) => {
      onProgress(progress);
      if (pressed > 0 || progress.answers < 10) return;
      pressed = performance.now();
      abort.abort();
    });
  const plan = {
    url: new URL('greeting/', base),
    way: { kind: 'none' },
    arms: ['noSession'],
    requestsPerRound: 5_000,
  } as const;
  await assert.rejects(benchmark(db, plan, { made, signal: abort.signal, load }), { name: 'AbortError' });
  t.diagnostic(
    `cancelled: it ended ${Math.round(performance.now() - pressed)} ms after, with ${made.size} sessions made`,
  );
  assert.ok(made.size >= 10 && made.size < 5_000);
  const left = await sessions();
  assert.equal(left, made.size + 1, 'sessions that were made and are not known');
  assert.equal(await deleteMade(made), made.size);
  assert.equal(await sessions(), 1, 'sent behind the cancel');
}

async function refusals(base: string): Promise<void> {
  const down = `http://127.0.0.1:${await freePort()}/`;
  const none = { kind: 'none' } as const;
  const wrong = { ...byForm(base), password: 'wrong' };
  const cookie = { kind: 'cookie', cookie: 'sessionid=abc' } as const;
  const cases = [
    [down, none, 'connection-refused'],
    [`${base}moved/`, none, 'benchmark-redirects'],
    [`${base}account/`, none, 'benchmark-needs-login'],
    [`${base}account/`, cookie, 'benchmark-needs-login'],
    [`${base}account/`, wrong, 'benchmark-login-refused'],
    [base, { kind: 'visit' } as const, 'benchmark-no-session'],
    [`${base}fail/`, none, 'benchmark-server-error'],
    [`${base}nothing/`, none, 'benchmark-not-found'],
    [`${base}never/`, none, 'timeout'],
  ] as const;
  for (const [url, way, code] of cases) {
    const arms = way.kind === 'none' ? (['noSession'] as const) : (['session'] as const);
    const plan = { url: new URL(url), way, arms, timeoutSeconds: 1, trust: NO_TRUST };
    await assert.rejects(benchmark(db, plan), (error: unknown) => {
      assert.ok(error instanceof Problem, String(error));
      assert.equal(error.code, code, error.message);
      assert.ok(!error.message.includes('tried again by itself'), error.message);
      return true;
    });
  }
}
