import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DisposableStore } from '../../../src/common/disposable.ts';
import { Emitter } from '../../../src/common/events.ts';
import { mapMeasured, unknown } from '../../../src/common/measured.ts';
import { describeError, Problem } from '../../../src/common/problem.ts';

const AT = new Date('2025-11-09T14:00:00Z');

test('a listener that throws is reported and the others still hear', () => {
  const errors: unknown[] = [];
  const heard: number[] = [];
  const emitter = new Emitter<number>((error) => errors.push(error));
  emitter.event(() => {
    throw new Error('broken');
  });
  const second = emitter.event((n) => heard.push(n));
  emitter.fire(1);
  second.dispose();
  emitter.fire(2);
  assert.deepEqual(heard, [1]);
  assert.equal(errors.length, 2);
});

test('disposes last first, and at once what comes too late', () => {
  const order: string[] = [];
  const store = new DisposableStore();
  store.add({ dispose: () => order.push('a') });
  store.add({ dispose: () => order.push('b') });
  store.dispose();
  store.add({ dispose: () => order.push('late') });
  assert.deepEqual(order, ['b', 'a', 'late']);
});

test('mapping keeps what is known and drops an uncertainty that it can’t map', () => {
  const known = { how: 'estimated', value: 10, plusMinus: 2, at: AT, note: 'n' } as const;
  assert.deepEqual(
    mapMeasured(known, (v) => v * 2),
    { how: 'estimated', value: 20, at: AT, note: 'n' },
  );
  assert.deepEqual(
    mapMeasured(
      known,
      (v) => v * 2,
      (p) => p * 2,
    ),
    { how: 'estimated', value: 20, plusMinus: 4, at: AT, note: 'n' },
  );
  const none = unknown('No rights.');
  assert.equal(
    mapMeasured(none, () => 1),
    none,
  );
});

test('an error is described with its causes', () => {
  const cause = new TypeError('refused');
  const problem = new Problem(
    { code: 'c', what: 'It failed', why: 'Because.', next: 'Do this.', transient: true },
    { cause },
  );
  assert.equal(describeError(problem), 'It failed: Because. Do this. ← TypeError: refused');
  assert.equal(describeError('text'), 'text');
});
