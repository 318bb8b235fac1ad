import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonArms, judgeExpectations } from '../../../src/benchmark/compare/expectations.ts';
import { comparisonReport, runReport } from '../../../src/benchmark/report/benchmarkReport.ts';
import { isBenchmarkRun, type ArmRun, type RoundFigures } from '../../../src/benchmark/run/record.ts';
import { reportHtml } from '../../../src/reports/reportHtml.ts';
import { reportMarkdown } from '../../../src/reports/reportMarkdown.ts';
import { benchmarkMarks, benchmarksRow } from '../../../src/presentation/benchmark/benchmarkRows.ts';
import { armRun, benchmarkRun, roundFigures } from './runs.ts';

const NOISE = [1, 1.02, 0.98, 1.01, 0.99];

function arm(round: Partial<RoundFigures>, saves: number | null, noise: readonly number[] = NOISE): ArmRun {
  return armRun(
    noise.map((factor) => {
      const base = roundFigures({ saves, ...round });
      const times = (ms: number | null): number | null => (ms === null ? null : ms * factor);
      return { ...base, seconds: base.seconds * factor, p50: times(base.p50), p95: times(base.p95) };
    }),
  );
}

function verdicts(before: ArmRun, after: ArmRun): string {
  return judgeExpectations(before, after)
    .map(({ verdict }) => verdict)
    .join(' ');
}

test('a throttle that helps meets all three, and what is unchanged is called so', () => {
  const before = arm({}, 200);
  assert.equal(verdicts(before, arm({ seconds: 1.5, p50: 15, p95: 30 }, 2)), 'met met met');
  assert.equal(verdicts(before, before), 'met notMet met');
  assert.match(judgeExpectations(before, before)[1]?.why ?? '', /unchanged/);
});

test('what is worse is not met, and what the noise hides can’t be told', () => {
  const before = arm({}, 200);
  assert.equal(verdicts(before, arm({ seconds: 3, p50: 30, p95: 60 }, 200)), 'notMet notMet notMet');
  const noisy = [1, 1.6, 0.7, 1.3, 0.8];
  assert.equal(verdicts(arm({}, 200, noisy), arm({}, 20, noisy)), 'cannotTell met cannotTell');
  const [rate] = judgeExpectations(arm({}, 200, noisy), arm({ seconds: 1.6 }, 20, [1, 1.3, 0.8, 1.2, 0.9]));
  assert.match(rate?.why ?? '', /The noise is larger than the effect; some \d+ rounds each would tell\.$/);
});

test('one round, no counters and nothing saved before can’t be told; a site that fails after is worse, however fast', () => {
  const before = arm({}, 200);
  assert.equal(verdicts(arm({}, 200, [1]), arm({}, 20, [1])), 'cannotTell met cannotTell');
  assert.equal(verdicts(before, arm({}, null)), 'met cannotTell met');
  assert.equal(verdicts(arm({}, 0), arm({}, 0)), 'met cannotTell met');
  assert.equal(verdicts(before, arm({ seconds: 0.1, answered: 100, failed: 100 }, 0)), 'notMet met notMet');
});

test('where the machine was another, speeds can’t be told, and counts can', () => {
  const slower = arm({ seconds: 3, p50: 30, p95: 60, machine: 400 }, 2);
  assert.equal(verdicts(arm({}, 200), slower), 'cannotTell met cannotTell');
  assert.match(
    judgeExpectations(arm({}, 200), slower)[0]?.why ?? '',
    /^The machine itself was not certainly as fast in both runs: −20%/,
  );
});

test('wrk knows no 95th percentile: response times can’t be told, the rest can', () => {
  assert.equal(verdicts(arm({}, 200), arm({ p95: null }, 20)), 'met met cannotTell');
});

test('the report says the verdicts, and is one file with its charts', () => {
  const [before, after] = [benchmarkRun('baseline', [arm({}, 200)]), benchmarkRun('after', [arm({ seconds: 1.5 }, 2)])];
  const report = comparisonReport(before, after, {});
  const text = reportMarkdown(report, false);
  for (const said of [
    /\| Session writes are much fewer \| Met \| Session writes a request: −99%/,
    /!\[Requests a second\. Baseline: .*After: .*\]\(data:image\/svg\+xml;base64,/,
    /SQL statements a request/,
    /How this was worked out/,
  ]) {
    assert.match(text, said);
  }
  assert.match(reportHtml(report), /<img class="drawing" src="data:image\/svg\+xml;base64,/);
  assert.match(reportMarkdown(runReport(after, {}), false), /Requests a second \| \d/);
  const other = benchmarkRun('after', [{ ...arm({}, 2), arm: 'noSession' }], {
    url: 'http://127.0.0.1:8000/other/',
    connections: 20,
  });
  assert.deepEqual(commonArms(before, other), []);
  const unlike = reportMarkdown(comparisonReport(before, other, {}), false);
  for (const said of [/no arm in common/, /different pages/, /10 and 20 connections/]) assert.match(unlike, said);
});

test('a kept run is read again as it was; what is none is left out', () => {
  const run = benchmarkRun('baseline', [arm({}, 200)]);
  assert.ok(isBenchmarkRun(JSON.parse(JSON.stringify(run))));
  for (const bad of [
    null,
    {},
    { ...run, version: 2 },
    { ...run, arms: [{ arm: 'session' }] },
    { ...run, kind: 'other' },
  ]) {
    assert.ok(!isBenchmarkRun(bad));
  }
});

test('the tree has one closed node, and imported runs are no marks', () => {
  const runs = [benchmarkRun('after', [arm({}, 2)]), benchmarkRun('baseline', [arm({}, 200)], { by: 'ab' })];
  assert.equal(benchmarksRow([], {}), undefined);
  const { children = [], expanded } =
    benchmarksRow(runs, { now: new Date('2026-11-27T15:00:00Z') }) ?? assert.fail('no row');
  assert.deepEqual([children.length, expanded], [2, undefined]);
  assert.match(children[0]?.description ?? '', /100 requests\/s, p95 40\sms, 0\.01 session writes a request/);
  const marks = benchmarkMarks(runs);
  assert.deepEqual(marks.map(({ kind }) => kind), ['benchmark']); // prettier-ignore
  assert.match(marks[0]?.text ?? '', /^Benchmark \(after\) of http:/);
});
