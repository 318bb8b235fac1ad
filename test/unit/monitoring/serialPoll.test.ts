import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paceSeconds, wantedSeconds } from '../../../src/monitoring/poll/pacing.ts';
import { isGivenUp, SerialPoll, type Run, type SerialPollParts } from '../../../src/monitoring/poll/serialPoll.ts';
import { FakeClock, settle } from './fakeClock.ts';

/** A poll whose runs end when the test says so. */
function bench(more: Partial<SerialPollParts> = {}) {
  const clock = new FakeClock();
  const runs: (Run & { readonly end: () => void })[] = [];
  const poll = new SerialPoll({
    clock,
    run: (run) => new Promise((resolve) => runs.push({ ...run, end: resolve })),
    ...more,
  });
  return { clock, runs, poll };
}

test('never runs twice at once: who asks during a run gets the next, and shares it', async () => {
  const { poll, runs, clock } = bench();
  const first = poll.request();
  const next = [poll.request(false), poll.request(), poll.request(false)];
  assert.deepEqual([runs.length, poll.isRunning], [1, true]);
  runs[0]?.end();
  await first;
  await settle();
  assert.equal(runs.length, 2);
  assert.equal(runs[1]?.asked, true, 'one of those who share it waits for it');
  runs[1].end();
  await Promise.all(next);
  assert.deepEqual([runs.length, poll.isRunning, clock.timers], [2, false, 0]);
});

test('a run that is planned comes at its time, once, and is told how late it is', async () => {
  const { poll, runs, clock } = bench();
  poll.plan(10);
  poll.plan(5);
  assert.equal(poll.due?.getTime(), clock.now().getTime() + 5_000);
  clock.suspend(60);
  await clock.advance(5);
  assert.deepEqual(
    runs.map(({ asked, lateSeconds }) => ({ asked, lateSeconds })),
    [{ asked: false, lateSeconds: 60 }],
  );
  runs[0]?.end();
  await settle();
  await clock.advance(600);
  assert.deepEqual([runs.length, poll.due], [1, undefined]);
});

test('the next run is counted from the start of the last, or from when that could begin; never later for a clock put back', async () => {
  const { poll, runs, clock } = bench();
  void poll.request();
  await clock.advance(4);
  poll.planAfterStart(10);
  runs[0]?.end();
  await settle();
  await clock.advance(6);
  assert.equal(runs.length, 2);
  await clock.advance(4);
  poll.countFrom(new Date(clock.now().getTime() + 1));
  poll.countFrom(clock.now());
  poll.planAfterStart(10);
  assert.equal(poll.due?.getTime(), clock.now().getTime() + 10_000);
  await clock.advance(30);
  poll.planAfterStart(10);
  assert.equal(poll.due.getTime(), clock.now().getTime(), 'overdue');
  clock.suspend(-3600);
  poll.planAfterStart(10);
  assert.equal(poll.due.getTime(), clock.now().getTime() + 10_000);
});

test('a run that begins by wish takes the place of the planned one', async () => {
  const { poll, runs, clock } = bench();
  poll.plan(10);
  void poll.request();
  assert.equal(poll.due, undefined);
  await clock.advance(60);
  assert.deepEqual([runs.length, runs[0]?.asked], [1, true]);
});

test('what runs is given up by its signal, and the next has one of its own', async () => {
  const { poll, runs } = bench();
  void poll.request();
  poll.abort();
  void poll.request();
  runs[0]?.end();
  await settle();
  assert.deepEqual(
    runs.map(({ signal }) => isGivenUp(signal)),
    [true, false],
  );
});

test('what may not run is answered at once, also when that was so only after it was asked for', async () => {
  let may = true;
  const { poll, runs } = bench({ mayRun: () => may });
  void poll.request();
  const queued = poll.request();
  may = false;
  runs[0]?.end();
  await queued;
  await poll.request();
  assert.equal(runs.length, 1);
});

test('disposed, it waits for what runs, begins nothing and leaves no timer', async () => {
  const { poll, runs, clock } = bench();
  void poll.request();
  const queued = poll.request();
  let isOver = false;
  const over = poll.dispose().then(() => (isOver = true));
  await settle();
  assert.deepEqual([isOver, runs[0]?.signal.aborted], [false, true]);
  runs[0]?.end();
  await Promise.all([queued, over]);
  poll.plan(1);
  poll.planAfterStart(1);
  await poll.request();
  assert.deepEqual([runs.length, clock.timers], [1, 0]);
});

test('a slow server is asked for a quarter of the time at most, also where a second reading is awaited', () => {
  const pace = { everySeconds: 10, tookSeconds: 0, awaitsSecond: false };
  assert.equal(paceSeconds(pace), 10);
  assert.equal(paceSeconds({ ...pace, awaitsSecond: true }), 3);
  assert.equal(paceSeconds({ ...pace, tookSeconds: 8 }), 32);
  assert.equal(paceSeconds({ ...pace, tookSeconds: 1, awaitsSecond: true }), 4);
  assert.equal(paceSeconds({ ...pace, tookSeconds: 8, awaitsSecond: true }), 32);
  const settings = { shownSeconds: 10, hiddenSeconds: 5 };
  assert.deepEqual([wantedSeconds(settings, true), wantedSeconds(settings, false)], [10, 10]);
});
