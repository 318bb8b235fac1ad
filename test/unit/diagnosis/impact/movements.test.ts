import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RangeData, RangeQuery } from '../../../../src/history/ranges/rangeData.ts';
import { comparisonSentence } from '../../../../src/diagnosis/impact/compareSentence.ts';
import { DAY_MS } from '../../../../src/diagnosis/impact/dayGrid.ts';
import { movementsOf, type MovedSide, type Movements } from '../../../../src/diagnosis/impact/movements.ts';
import { RETENTION } from '../../../../src/history/levels/retention.ts';
import { movementText, type Movement } from '../../../../src/reports/movement.ts';
import { history, START_MS } from './histories.ts';

const STEP_MS = 600_000;
const [READING] = RETENTION;

type Value = (time: number, before: boolean) => number;

/** Seven days before and seven after, of any figures. */
function movedOf(figures: Readonly<Record<string, Value>>, days = 7): Movements {
  const at = START_MS + 7 * DAY_MS;
  const range = (from: number, to: number): MovedSide['range'] => ({ from: new Date(from), to: new Date(to) });
  const source: MovedSide['source'] = {
    levelAt: () => READING,
    readRange: ({ metricIds, from, to }: RangeQuery): RangeData => {
      const times: number[] = [];
      for (let time = from.getTime(); time < to.getTime(); time += STEP_MS) times.push(time);
      const series = metricIds.map((metricId) => {
        const mean = times.map((time) => figures[metricId]?.(time, time < at) ?? null);
        return { metricId, min: mean, mean, max: mean };
      });
      return { at: times, stepMs: STEP_MS, series };
    },
  };
  return movementsOf(
    Object.keys(figures).map((id) => ({ id, unit: id === 'writes.saves' ? 'perMinute' : 'count' })),
    {
      before: { source, range: range(at - days * DAY_MS, at) },
      after: { source, range: range(at, at + days * DAY_MS) },
    },
    { locale: 'en' },
  );
}

const saves = history(5, {
  days: 14,
  stepMinutes: 10,
  rate: 100,
  change: { atMinute: 7 * 1440, factor: 0.15 },
});
const steady = history(6, { days: 14, stepMinutes: 10, rate: 1000, noise: 0.02, dayNoise: 0.01 });
const of =
  ({ values }: ReturnType<typeof history>): Value =>
  (time) =>
    values[(time - START_MS) / STEP_MS] ?? 0;
const verdicts = ({ all }: Movements): Readonly<Record<string, string>> =>
  Object.fromEntries([...all].map(([id, movement]) => [id, `${movement.verdict} ${movementText(movement)}`]));

test('what moved is told from noise by the intervals of the saves, whatever the figure', () => {
  const moved = movedOf({
    'writes.saves': of(saves),
    'application.p95': of(steady),
    'table.total': (_, before) => (before ? 1_000_000 : 1_010_000),
    limit: () => 100,
    gone: (_, before) => (before ? 500 : 0),
    spiked: (time, before) => (before && time === START_MS + 3 * DAY_MS ? 1 : 0),
    came: (_, before) => (before ? 0 : 3),
    nothing: () => 0,
    growth: (_, before) => (before ? -5 : 5),
    hardly: (_, before) => (before ? 1_000_000 : 1_000_001),
  });
  const found = verdicts(moved);
  assert.match(found['writes.saves'] ?? '', /^moved −8[4-6](\.\d)?% \(−8\d(\.\d)?% to −8\d(\.\d)?%\)$/);
  assert.match(found['application.p95'] ?? '', /^within /);
  assert.deepEqual(
    { ...found, 'writes.saves': '', 'application.p95': '' },
    {
      'writes.saves': '',
      'application.p95': '',
      'table.total': 'moved +1%',
      limit: 'within ±0%',
      gone: 'moved −100%',
      spiked: found['spiked'],
      came: 'moved from 0',
      nothing: 'within ±0%',
      growth: 'unknown too little data',
      hardly: 'within ±0%',
    },
  );
  // One moment of a week that did not come again is chance.
  assert.match(found['spiked'] ?? '', /^within /);
  assert.match(moved.basis, /^At the same times of day, 95% intervals from 7 days before and 7 days after\. Of twenty/);
});

test('of one day each, that days may differ is said with it; of an hour beside another nothing is told', () => {
  const day = movedOf({ 'writes.saves': of(saves) }, 1);
  assert.match(day.basis, /how much days differ can’t be told yet from 1 day before and 1 day after/);
  const hour = movedOf({ 'writes.saves': of(saves) }, 1 / 24);
  assert.deepEqual(
    [...hour.all.values()].map(({ verdict }) => verdict),
    ['unknown'],
  );
  assert.equal(hour.basis, '');
  assert.match([...hour.all.values()][0]?.why ?? '', /no time of day in common/);
});

const NONE = { change: '', interval: '', isWide: false, why: '' } as const;
const moved = (change: string, interval = ''): Movement => ({ ...NONE, verdict: 'moved', change, interval });
const within = (interval = '', isWide = false): Movement => ({
  ...NONE,
  verdict: 'within',
  change: '±0%',
  interval,
  isWide,
});
const tooLittle: Movement = { ...NONE, verdict: 'unknown', why: 'Nothing was read before.' };
const row = (
  id: string,
  movement: Movement,
  changeText = '−85%',
): Parameters<typeof comparisonSentence>[0][number] => ({
  id,
  movement,
  changeText,
  differenceText: '',
  percent: changeText.startsWith('too few') ? null : -85,
});

test('the sentence says what moved, what did not, and what can’t be told', () => {
  const all = [
    row('sessions.active', within('−1% to +1%')),
    row('writes.saves', moved('−85%', '−83% to −87%')),
    row('application.p95', within('−2% to +2%')),
    row('table.total', moved('+1%')),
  ];
  assert.equal(comparisonSentence(all), 'Saves −85% (−83% to −87%), response times unchanged within noise, table +1%.');
  const others = [row('writes.saves', within('−60% to +120%', true)), row('writes.inserts', moved('−5%'))];
  assert.equal(comparisonSentence(others), 'Saves within noise (−60% to +120%), 1 other figure beyond noise.');
  const some = [row('writes.saves', within()), row('table.total', within()), row('application.p95', tooLittle)];
  assert.equal(
    comparisonSentence(some, { before: 'shop', after: 'Staging' }),
    'Staging against shop: saves and table unchanged within noise. Too little data to tell response times from noise. Nothing was read before.',
  );
  assert.equal(
    comparisonSentence([row('writes.saves', tooLittle), row('table.total', tooLittle, '+1%')]),
    'Too little data to tell a change from noise. Nothing was read before. By the medians alone: saves −85%, table +1%.',
  );
  assert.equal(
    comparisonSentence([row('writes.saves', tooLittle, 'too few readings after')]),
    'Too little data to tell a change from noise. Nothing was read before.',
  );
  assert.equal(comparisonSentence([]), '');
});
