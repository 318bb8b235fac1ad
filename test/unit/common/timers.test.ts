import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EndingStore } from '../../../src/common/disposable.ts';
import { every, later, LONGEST_DELAY_MS, sleep } from '../../../src/common/timers.ts';

/** Timers of a month don't fire at once, and what ends with one that fails ends all the same. */

const DELAYS = [LONGEST_DELAY_MS + 1, 3_000_000_000, 2 ** 53, Infinity];

test('a delay that is too long for a timer is the longest, and not 1 ms', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): void => void warnings.push(name);
  process.on('warning', onWarning);
  let fired = 0;
  const abort = new AbortController();
  const timers = DELAYS.flatMap((ms) => [later(() => fired++, ms), every(() => fired++, ms)]);
  const sleeps = DELAYS.map((ms) => sleep(ms, abort.signal).then(() => fired++));
  // What was set for 1 ms has fired when 20 timers of 1 ms have, one after the other.
  for (let i = 0; i < 20; i++) await sleep(1);
  for (const timer of timers) timer.dispose();
  abort.abort();
  const rejected = await Promise.allSettled(sleeps);
  process.off('warning', onWarning);
  assert.equal(fired, 0);
  assert.deepEqual(warnings, []);
  assert.ok(rejected.every(({ status }) => status === 'rejected'));
});

test('what is no delay is refused', async () => {
  for (const ms of [NaN, -1, -Infinity]) {
    assert.throws(() => later(() => assert.fail(), ms), RangeError);
    assert.throws(() => every(() => assert.fail(), ms), RangeError);
    await assert.rejects(sleep(ms), RangeError);
  }
});

test('a sleep ends with its time or with its signal, whose reason it gives', async () => {
  await sleep(0);
  await assert.rejects(sleep(60_000, AbortSignal.abort('gone')), (reason) => reason === 'gone');
  const abort = new AbortController();
  const sleeping = sleep(60_000, abort.signal);
  abort.abort(new Error('enough'));
  await assert.rejects(sleeping, /enough/);
});

test('all endings are begun at once, last first; one that fails is told, and keeps none from ending', async () => {
  const [began, ended, errors]: [number[], number[], unknown[]] = [[], [], []];
  const store = new EndingStore((error) => errors.push(error));
  const last = Promise.withResolvers<undefined>();
  const endings = [
    () => void ended.push(0),
    () => last.promise.then(() => void ended.push(1)),
    () => {
      throw new Error('thrown');
    },
    () => Promise.reject(new Error('rejected')),
    () => Promise.resolve().then(() => void ended.push(4)),
  ];
  for (const [i, end] of endings.entries())
    store.add({
      dispose: () => {
        began.push(i);
        return end();
      },
    });
  const disposed = store.dispose();
  assert.deepEqual(began, [4, 3, 2, 1, 0]);
  last.resolve(undefined);
  await disposed;
  assert.deepEqual(ended.sort(), [0, 1, 4]);
  assert.deepEqual(errors.map(String).sort(), ['Error: rejected', 'Error: thrown']);
  await store.dispose();
  assert.equal(began.length, endings.length, 'nothing is ended twice');
});
