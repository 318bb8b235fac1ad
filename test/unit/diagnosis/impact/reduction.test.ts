import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, dayGrid } from '../../../../src/diagnosis/impact/dayGrid.ts';
import { reductionSentence } from '../../../../src/diagnosis/impact/impactTexts.ts';
import { reductionOf, type Reduction } from '../../../../src/diagnosis/impact/reduction.ts';
import { history, START_MS, type HistoryOptions } from './histories.ts';

const STEP_MINUTES = 10;
const STEP_MS = STEP_MINUTES * 60_000;

interface Case {
  readonly before: number;
  readonly after: number;
  readonly factor: number;
  readonly options?: Partial<HistoryOptions>;
}

/** Of a change at some time of some day, which depends on the seed. */
function reached(seed: number, { before, after, factor, options = {} }: Case): Reduction {
  const minute = Math.round((before * DAY_MS) / 60_000) + ((seed * 7919) % 1440);
  const site = { days: Math.ceil(before + after + 2), stepMinutes: STEP_MINUTES, rate: 100, ...options };
  const saves = history(seed, { ...site, change: { atMinute: minute, factor } });
  const at = START_MS + minute * 60_000;
  return reductionOf(
    dayGrid(saves, { from: new Date(at - before * DAY_MS), to: new Date(at) }, STEP_MS, 'to'),
    dayGrid(saves, { from: new Date(at), to: new Date(at + after * DAY_MS) }, STEP_MS, 'from'),
  );
}

const CASES: readonly (Case & { readonly least: number })[] = [
  { before: 7, after: 7, factor: 0.15, least: 0.85 },
  { before: 7, after: 7, factor: 0.15, options: { weekend: 0.5 }, least: 0.95 },
  { before: 7, after: 1, factor: 0.15, least: 0.9 },
  // Two hours after the change: the same two hours of the seven days before.
  { before: 7, after: 2 / 24, factor: 0.15, least: 0.9 },
  { before: 3, after: 3, factor: 1, least: 0.9 },
];

test('the interval has the true reduction in about 95 of 100 histories, whatever the time of day', (t) => {
  for (const one of CASES) {
    const results = Array.from({ length: 100 }, (_, seed) => reached(seed + 1, one));
    const inside = results.filter((r) => r.kind === 'known' && r.low <= one.factor && one.factor <= r.high).length;
    const ratios = results.flatMap((r) => (r.kind === 'known' ? r.ratio : [])).sort((a, b) => a - b);
    const middle = ratios[50] ?? 0;
    t.diagnostic(
      `${one.before} and ${one.after.toFixed(2)} days: ${inside} of 100 hold ${one.factor}, median ${middle.toFixed(3)}`,
    );
    assert.ok(inside >= 100 * one.least, `${inside} of 100`);
    assert.ok(Math.abs(middle / one.factor - 1) < 0.05, `median ${middle}`);
  }
});

test('the rhythm of the day is no change: two hours of an evening are not held against the night before', () => {
  // A plain comparison of the two hours before and after 20:00 would tell a fall by more than a half.
  const saves = history(3, { days: 8, stepMinutes: STEP_MINUTES, rate: 100 });
  const at = START_MS + 7 * DAY_MS + 20 * 3_600_000;
  const after = dayGrid(saves, { from: new Date(at), to: new Date(at + 2 * 3_600_000) }, STEP_MS, 'from');
  const ofWeek = reductionOf(
    dayGrid(saves, { from: new Date(at - 7 * DAY_MS), to: new Date(at) }, STEP_MS, 'to'),
    after,
  );
  assert.ok(ofWeek.kind === 'known' && ofWeek.low < 1 && ofWeek.high > 1, JSON.stringify(ofWeek));
  assert.match(reductionSentence(ofWeek), /can be chance/);
  const beside = reductionOf(
    dayGrid(saves, { from: new Date(at - 2 * 3_600_000), to: new Date(at) }, STEP_MS, 'to'),
    after,
  );
  assert.ok(beside.kind === 'unknown');
  assert.match(beside.why, /no time of day in common/);
});

test('too little, nothing before and nothing after are said, and never made a figure', () => {
  const range = { from: new Date(START_MS), to: new Date(START_MS + DAY_MS) };
  const of = (values: (number | null)[]): ReturnType<typeof dayGrid> =>
    dayGrid({ at: values.map((_, i) => START_MS + i * STEP_MS), values }, range, STEP_MS, 'from');
  const day = new Array<number>(144).fill(10);
  const none = new Array<number>(144).fill(0);
  assert.deepEqual(reductionOf(of([]), of(day)), { kind: 'unknown', why: 'Nothing was read before.' });
  assert.deepEqual(reductionOf(of(day), of([null])), { kind: 'unknown', why: 'Nothing has been read after it yet.' });
  assert.match((reductionOf(of(none), of(day)) as { why: string }).why, /nothing before at the times/);
  const ended = reductionOf(of(day), of(none));
  assert.ok(ended.kind === 'known' && ended.ratio === 0 && ended.low === 0 && ended.high > 0 && ended.high < 0.001);
  const one = reductionOf(of(day), of(day.map((value) => value / 2)));
  assert.equal(one.kind === 'known' && one.from, 'spans');
  assert.match(
    reductionSentence(one),
    /^Saves at the same times of day: −50%\. .*how much days differ can’t be told yet/,
  );
});
