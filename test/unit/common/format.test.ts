import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../../src/common/format.ts';
import { unknown } from '../../../src/common/measured.ts';

const AT = new Date('2025-11-09T14:00:00Z');
const MB = 1024 * 1024;
const ago = (seconds: number): string => format.formatAge(new Date(AT.getTime() - seconds * 1000), AT);

/** One table for each function: input, what a person reads. */
function cases<T>(name: string, say: (value: T) => string, table: readonly (readonly [T, string])[]): void {
  test(name, () => {
    for (const [value, expected] of table) assert.equal(say(value), expected);
  });
}

cases('numbers keep three digits below 100 and are whole above', (v: number) => format.formatNumber(v), [
  [0, '0'],
  [-0, '0'],
  [42.51, '42.5'],
  [99.96, '100'],
  [0.2134, '0.213'],
  [500_243, '500,243'],
]);

cases('bytes are powers of 1024 with PostgreSQL’s labels', (v: number) => format.formatBytes(v), [
  [0, '0 B'],
  [1023, '1,023 B'],
  [1024, '1 kB'],
  [8192, '8 kB'],
  [1023.6 * 1024, '1 MB'],
  [3.1 * MB, '3.1 MB'],
  [464 * MB, '464 MB'],
  [5 * 1024 * MB, '5 GB'],
  [-5000, '-4.9 kB'],
]);

cases('durations', (v: number) => format.formatDuration(v), [
  [0, '0 s'],
  [0.44, '0.4 s'],
  [90, '90 s'],
  [119.6, '2 min'],
  [720, '12 min'],
  [3 * 3600 + 20 * 60, '3 h 20 min'],
  [3600, '1 h'],
  [26 * 3600 + 60, '26 h'],
  [13 * 86_400 + 3600, '13 days'],
]);

cases('ages look back and forward', ago, [
  [0, 'now'],
  [59, '59 s ago'],
  [4 * 60 + 10, '4 min ago'],
  [-21 * 3600, 'in 21 h'],
  [13 * 86_400, '13 days ago'],
]);

cases('shares are never rounded to 0% or 100%', (v: number) => format.formatPercent(v), [
  [0, '0%'],
  [1, '100%'],
  [0.87, '87%'],
  [0.9997, '99.97%'],
  [0.00016, '0.016%'],
]);

cases('changes carry their sign', (v: number) => format.formatBytesPerDay(v), [
  [3.1 * MB, '+3.1 MB a day'],
  [-2 * MB, '−2 MB a day'],
  [0, '0 B a day'],
]);

cases('milliseconds', (v: number) => format.formatMilliseconds(v), [
  [1.6, '1.6 ms'],
  [12_345, '12.3 s'],
  [7_200_000, '2 h'],
]);

test('a measured value shows how it was come by', () => {
  const say = (how: 'exact' | 'estimated' | 'atLeast', value: number, plusMinus?: number): string =>
    format.formatMeasured({ how, value, at: AT, ...(plusMinus === undefined ? {} : { plusMinus }) }, 'count');
  assert.equal(say('exact', 500_243), '500,243');
  assert.equal(say('estimated', 1_000_321), '≈ 1,000,000');
  assert.equal(say('estimated', 500_243, 12_000), '≈ 500,000');
  assert.equal(say('estimated', 500_243, 0), '≈ 500,243');
  assert.equal(say('estimated', 3, 40), '≈ 3', 'an estimate that is not 0 is never shown as 0');
  assert.equal(say('atLeast', 1001), '> 1,000');
  assert.equal(say('atLeast', 1000), '≥ 1,000');
  assert.equal(format.formatMeasured(unknown('No rights.'), 'count'), 'unknown');
});

test('null, dates and texts', () => {
  const known = <T>(value: T) => ({ how: 'exact' as const, value, at: AT });
  assert.equal(format.formatMeasured(known(null), 'date', { whenNull: 'never' }), 'never');
  assert.equal(format.formatMeasured(known(null), 'date'), 'none');
  const date = new Date(AT.getTime() - 13 * 86_400_000);
  assert.equal(format.formatMeasured(known(date), 'date', { now: AT }), '13 days ago');
  assert.match(format.formatMeasured(known(date), 'date'), /2025/);
  assert.equal(format.formatMeasured(known('present'), 'text'), 'present');
});

test('numbers follow the locale, words stay', () => {
  assert.equal(format.formatBytesPerDay(3.1 * MB, { locale: 'de' }), '+3,1 MB a day');
  assert.equal(format.formatNumber(500_243, { locale: 'de' }), '500.243');
});

test('an explanation names source, uncertainty, age and cost, or the reason and the next step', () => {
  const now = new Date(AT.getTime() + 240_000);
  const lines = format.explainMeasured(
    { how: 'estimated', value: 500_243, plusMinus: 12_345, at: AT, tookMs: 1.6, note: 'from 192 pages' },
    'count',
    { now },
  );
  assert.deepEqual(lines, [
    'Estimated, ± 12,000 (95% confidence).',
    'from 192 pages.',
    'Read 4 min ago in 1.6 ms of server time.',
  ]);
  assert.deepEqual(format.explainMeasured(unknown('No rights.', 'GRANT them.'), 'count'), [
    'No rights.',
    'GRANT them.',
  ]);
});

/** What 1.5 of each unit is. */
const UNITS: Readonly<Record<format.Unit, string>> = {
  count: '1.5',
  bytes: '2 B',
  bytesPerDay: '+2 B a day',
  bytesPerMinute: '2 B/min',
  perMinute: '1.5/min',
  perHour: '1.5/h',
  perSecond: '1.5/s',
  share: '150%',
  seconds: '1.5 s',
  milliseconds: '1.5 ms',
  date: 'now',
  ratio: '1.5',
  text: '1.5',
};

test('a number says its unit', () => {
  for (const [unit, expected] of Object.entries(UNITS) as [format.Unit, string][])
    assert.equal(format.formatValue(1.5, unit, { now: new Date(0) }), expected, unit);
});
