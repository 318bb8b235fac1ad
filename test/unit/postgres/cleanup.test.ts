import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pacer, type Pressure } from '../../../src/postgres/cleanup/plan/pace.ts';
import { CleanupPause, rest } from '../../../src/postgres/cleanup/plan/pause.ts';
import { BatchSize } from '../../../src/postgres/cleanup/run/batchSize.ts';
import { seeded } from '../../kit/random.ts';

const NONE: Pressure = { waiting: 0, slow: 0, lagBytes: null };

/** Batches over a table whose pages cost what `cost` says; returns their times. */
function batches(pages: number, targetMs: number, dense: (page: number) => number): number[] {
  const random = seeded(7);
  const size = new BatchSize({ first: 64, most: 16_384, targetMs, rowsPerUnit: 26 });
  const times: number[] = [];
  for (let page = 0; page < pages;) {
    const to = Math.min(pages, page + size.size);
    let ms = 0.5;
    let deleted = 0;
    for (let at = page; at < to; at++) {
      const rows = Math.round(26 * dense(at));
      deleted += rows;
      ms += (0.0025 + rows * 0.0012) * (0.8 + 0.4 * random());
    }
    times.push(ms);
    size.learn({ size: to - page, deleted, ms });
    page = to;
  }
  return times;
}

test('batches come to take about the target, and none a multiple of it where the table grows denser', () => {
  const even = batches(40_000, 50, () => 0.5);
  const settled = even.slice(6, -1);
  for (const ms of settled) assert.ok(ms > 25 && ms < 75, `${ms} ms`);
  const steps = batches(40_000, 50, (page) => (page < 20_000 ? 0.01 : 1));
  assert.ok(Math.max(...steps) < 130, `${Math.max(...steps)} ms`);
  assert.ok(steps.length < 120, `${steps.length} batches`);
});

test('a batch shrinks to one, and no further', () => {
  const size = new BatchSize({ first: 64, most: 100, targetMs: 50, rowsPerUnit: 1 });
  const sizes = [size.size];
  while (size.shrink()) sizes.push(size.size);
  assert.deepEqual(sizes, [64, 16, 4, 1]);
  size.learn({ size: 1, deleted: 0, ms: 0 });
  assert.ok(size.size > 1 && size.size <= 2);
});

test('the gentle pace rests in proportion, longer while others suffer, and recovers; the fast one does not rest', () => {
  const gentle = new Pacer('gentle', 50);
  assert.deepEqual(gentle.next(40, NONE), { restMs: 80, targetMs: 50 });
  const pressed = gentle.next(40, { ...NONE, waiting: 1, slow: 2 });
  assert.equal(pressed.restMs, 160);
  assert.equal(pressed.targetMs, 25);
  assert.equal(
    pressed.note,
    'Resting longer: 1 session waits for rows of the last batch, 2 saves take longer than 25 ms.',
  );
  for (let i = 0; i < 10; i++) gentle.next(40, { ...NONE, slow: 1 });
  assert.equal(gentle.next(40, { ...NONE, slow: 1 }).restMs, 320);
  for (let i = 0; i < 10; i++) gentle.next(40, NONE);
  assert.deepEqual(gentle.next(40, NONE), { restMs: 80, targetMs: 50 });
  assert.deepEqual(new Pacer('fast', 50).next(40, { waiting: 9, slow: 9, lagBytes: 1e12 }), {
    restMs: 0,
    targetMs: 50,
  });
});

test('a standby that falls behind is given time; one that was behind already is not ours to wait for', () => {
  const MB = 1_048_576;
  const pacer = new Pacer('gentle', 50);
  assert.equal(pacer.next(10, { ...NONE, lagBytes: 500 * MB }).note, undefined);
  const lagging = pacer.next(10, { ...NONE, lagBytes: 540 * MB });
  assert.match(lagging.note ?? '', /a standby is 40 MB further behind/u);
  assert.ok(lagging.restMs >= 500);
});

test('a pause ends by resume or by the abort', async () => {
  const pause = new CleanupPause();
  await pause.untilResumed();
  pause.pause();
  pause.pause();
  const states: string[] = [];
  const waiting = pause.untilResumed().then(() => states.push('resumed'));
  await rest(1);
  assert.deepEqual([pause.paused, states], [true, []]);
  pause.resume();
  await waiting;
  assert.equal(pause.paused, false);
  pause.pause();
  // Aborted before and meanwhile: within a turn of the loop, and not when its time is over.
  for (const abort of [AbortSignal.abort(), AbortSignal.timeout(1)])
    for (const waits of [pause.untilResumed(abort), rest(60_000, abort)])
      assert.equal(await Promise.race([waits.then(() => 'aborted'), rest(20_000).then(() => 'went on')]), 'aborted');
  assert.equal(pause.paused, true);
});
