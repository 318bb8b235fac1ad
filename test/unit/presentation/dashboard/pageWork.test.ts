import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageWork } from '../../../../src/presentation/dashboard/pageWork.ts';

void test('a newer question ends the one before it of its kind, and no other', () => {
  const work = new PageWork();
  const [first, comparison, second] = [work.begin('range'), work.begin('comparison'), work.begin('range')];
  assert.deepEqual([first.aborted, comparison.aborted, second.aborted], [true, false, false]);
});

void test('hidden, a page waits for no question; what it keeps meanwhile goes on', () => {
  const work = new PageWork();
  const asked = [work.begin('range'), work.begin('comparison')];
  work.hide();
  assert.deepEqual(
    [...asked, work.closed].map(({ aborted }) => aborted),
    [true, true, false],
  );
  assert.equal(work.begin('range').aborted, false, 'it shows again, and asks anew');
});

void test('closed, a page waits for nothing, nor for what it asked at that moment', () => {
  const work = new PageWork();
  const asked = [work.begin('range'), work.begin('comparison'), work.closed];
  work.close();
  assert.deepEqual(
    [...asked, work.begin('range')].map(({ aborted }) => aborted),
    [true, true, true, true],
  );
});
