import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  around,
  complaint,
  doubt,
  fromInput,
  NO_COMPARISON,
  plainComparison,
  shadesOf,
  toInput,
} from '../../../src/webview/compare/compareState.ts';
import type { ComparedRow } from '../../../src/webview/protocol/compareMessages.ts';

const open = { ...NO_COMPARISON, open: true };

test('around what happened: before it began, and after it ended', () => {
  const moment = { kind: 'rollback', at: 1000, until: null, text: '' };
  assert.deepEqual(around(moment, 100), { before: { from: 900, to: 1000 }, after: { from: 1000, to: 1100 } });
  const cleanup = { ...moment, until: 5000 };
  assert.deepEqual(around(cleanup, 100), { before: { from: 900, to: 1000 }, after: { from: 5000, to: 5100 } });
});

test('says which range is missing or ends before it begins, and doubts what may be meant otherwise', () => {
  const [a, b] = [
    { from: 0, to: 10 },
    { from: 20, to: 30 },
  ];
  assert.match(complaint(open), /Choose two ranges/);
  assert.match(complaint({ ...open, before: a }), /Choose two ranges/);
  assert.match(complaint({ ...open, before: { from: 10, to: 10 }, after: b }), /end of A/);
  assert.match(complaint({ ...open, before: a, after: { from: 30, to: 20 } }), /end of B/);
  assert.equal(complaint({ ...open, before: a, after: b }), '');
  assert.equal(doubt({ ...open, before: a, after: b }), '');
  assert.equal(doubt({ ...open, before: a, after: { from: 10, to: 20 } }), '', 'they may touch');
  assert.match(doubt({ ...open, before: a, after: { from: 5, to: 20 } }), /overlap/);
  assert.match(doubt({ ...open, before: b, after: a }), /B lies before A/);
});

test('ranges are marked while they are compared, each by its letter', () => {
  const before = { from: 0, to: 10 };
  assert.deepEqual(shadesOf({ ...NO_COMPARISON, before }), []);
  assert.deepEqual(shadesOf({ ...open, before }), [{ letter: 'A', word: 'before', range: before }]);
});

test('a time goes into an input and comes back, to the second', () => {
  for (const text of ['2025-11-09T14:07:31', '0987-01-02T03:04:05']) {
    const time = fromInput(text);
    assert.ok(time !== undefined);
    assert.equal(toInput(time), text);
  }
  for (const wrong of ['', 'x', '2025-13-01T00:00']) assert.equal(fromInput(wrong), undefined);
});

const row: ComparedRow = {
  chart: 'Saves an hour',
  label: 'All\tsaves\n',
  unit: 'perHour',
  before: 3000,
  after: 750.12345678901,
  percent: -75,
  readingsBefore: 90,
  readingsAfter: 88,
  beforeText: '3,000/h',
  afterText: '750/h',
  differenceText: '−2,250/h',
  changeText: '−75%',
  verdict: 'moved',
  movementText: '−75% (−70% to −79%)',
  why: '',
};

test('for a spreadsheet: plain numbers, one line a curve, whatever its name is', () => {
  const sides = { before: { from: 0, to: 1000, notes: [] }, after: { from: 2000, to: 3000, notes: [] }, names: null };
  const none = { ...row, after: null, percent: null, changeText: 'too few readings after', readingsAfter: 0 };
  const [head = '', first = '', second = '', ...rest] = plainComparison({ ...sides, rows: [row, none] }).split('\n');
  assert.deepEqual(rest, []);
  assert.match(head, /^chart\tcurve\tunit\tmedian before \(1970-01-01T00:00:00.000Z to 1970-01-01T00:00:01.000Z\)\t/);
  assert.equal(
    first,
    'Saves an hour\tAll saves \tperHour\t3000\t750.123456789\t-2249.87654321\t-75\t−75% (−70% to −79%)\t90\t88',
  );
  assert.equal(
    second,
    'Saves an hour\tAll saves \tperHour\t3000\t\t\ttoo few readings after\t−75% (−70% to −79%)\t90\t0',
  );
});

test('two databases are compared over the same time, named in what is copied and marked once in the charts', () => {
  const range = { from: 0, to: 1000 };
  const state = { open: true, before: range, after: range, other: 'settings:staging', rest: null };
  assert.deepEqual([complaint(state), doubt(state)], ['', '']);
  assert.deepEqual(shadesOf(state), [{ letter: 'A', word: 'and B', range }]);
  assert.equal(complaint({ ...state, before: null }), 'Choose the range of both.');
  const side = { ...range, notes: [] };
  const copied = plainComparison({
    before: side,
    after: side,
    names: { before: 'shop', after: 'Staging' },
    rows: [row],
  });
  assert.match(
    copied,
    /\tmedian of shop \(1970.*\tmedian of Staging \(1970.*\treadings of shop\treadings of Staging\n/,
  );
});
