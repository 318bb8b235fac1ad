import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../../../src/common/timers.ts';
import { ServicePoll, type PollParts } from '../../../../src/monitoring/cleanupService/servicePoll.ts';
import type { ServiceSetup } from '../../../../src/monitoring/cleanupService/serviceState.ts';
import { systemClock } from '../../../../src/monitoring/poll/clock.ts';
import type { CleanupReading, CleanupService } from '../../../../src/services/cleanupService/reading.ts';
import { reading } from '../../services/support.ts';
import { FakeClock, settle } from '../fakeClock.ts';
import { serviceOf, setupOf } from './support.ts';

/** A poll of a service whose readings end when the test says so. */
function bench(more: Partial<PollParts> = {}) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const say = (text: string): number => logged.push(text);
  const open: { readonly end: (value?: CleanupReading) => void; readonly fail: (error: Error) => void }[] = [];
  const read: CleanupService['read'] = (signal) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => resolve(reading([], { state: 'unknown' })));
      open.push({ end: (value = reading([])) => resolve(value), fail: reject });
    });
  const setup: { now: ServiceSetup } = { now: setupOf({ service: serviceOf(read) }) };
  const log = { trace: say, debug: say, info: say, warn: say, error: say };
  const poll = new ServicePoll({
    setUp: () => Promise.resolve(setup.now),
    trusted: () => true,
    resting: () => false,
    log,
    clock,
    ...more,
  });
  return { poll, clock, open, setup, logged, read };
}

test('reads once at the start, and again each interval after the last has ended', async () => {
  const { poll, clock, open } = bench();
  void poll.rebuild();
  await settle();
  assert.equal(open.length, 1);
  await clock.advance(300);
  assert.equal(open.length, 1, 'a reading that takes long is not overtaken');
  open[0]?.end();
  await clock.advance(59);
  assert.deepEqual([open.length, poll.reading?.state], [1, 'running']);
  await clock.advance(1);
  assert.equal(open.length, 2);
  poll.dispose();
});

test('an interval that is too long for a timer does not read without end', async () => {
  let readings = 0;
  const service = serviceOf(() => {
    readings++;
    return Promise.resolve(reading([]));
  });
  const { poll } = bench({
    clock: systemClock,
    setUp: () => Promise.resolve(setupOf({ service, pollSeconds: 3_000_000 })),
  });
  await poll.rebuild();
  for (let i = 0; i < 20; i++) await sleep(1);
  poll.dispose();
  assert.equal(readings, 1);
});

test('who asks during a reading gets the next one, and shares it', async () => {
  const { poll, open } = bench();
  void poll.read();
  await settle();
  const asked = [poll.read(), poll.read()];
  open[0]?.end();
  await settle();
  assert.equal(open.length, 2);
  open[1]?.end(reading([], { state: 'stopped' }));
  await Promise.all(asked);
  assert.deepEqual([open.length, poll.reading?.state], [2, 'stopped']);
  poll.dispose();
});

test('another service takes the place of the one that is being read; the same one keeps its reading', async () => {
  const { poll, open, setup, read } = bench();
  void poll.rebuild();
  await settle();
  const { service } = setup.now;
  setup.now = setupOf({ key: 'two', service: serviceOf(read) });
  void poll.rebuild();
  await settle();
  assert.equal(open.length, 2, 'the first reading was given up');
  assert.deepEqual([poll.setup?.key, poll.reading], ['two', undefined]);
  assert.notEqual(poll.setup?.service, service);
  open[1]?.end();
  await settle();
  const kept = poll.setup?.service;
  setup.now = setupOf({ key: 'two', service: serviceOf(read), pollSeconds: 5 });
  void poll.rebuild();
  await settle();
  assert.equal(poll.setup?.service, kept, 'it remembers its container');
  assert.deepEqual([poll.setup?.pollSeconds, poll.reading?.state], [5, 'running']);
  poll.dispose();
});

test('nothing is found or read in Restricted Mode, and what was known is forgotten', async () => {
  let trusted = false;
  let found = 0;
  const { poll, clock, open, setup } = bench({
    trusted: () => trusted,
    setUp: () => {
      found++;
      return Promise.resolve(setup.now);
    },
  });
  await poll.rebuild();
  await clock.advance(600);
  assert.deepEqual([found, open.length, clock.timers, poll.setup], [0, 0, 0, undefined]);
  trusted = true;
  void poll.rebuild();
  await settle();
  assert.deepEqual([found, open.length], [1, 1]);
  poll.dispose();
});

test('it rests while monitoring is paused, but reads by wish', async () => {
  let resting = false;
  const { poll, clock, open } = bench({ resting: () => resting });
  void poll.rebuild();
  await settle();
  open[0]?.end();
  resting = true;
  await clock.advance(600);
  assert.equal(open.length, 1);
  void poll.read();
  await settle();
  open[1]?.end();
  resting = false;
  await clock.advance(120);
  assert.equal(open.length, 3);
  poll.dispose();
});

test('a mistake in a reading or in what finds the service is logged, and does not end the polling', async () => {
  const { poll, clock, open, logged } = bench();
  void poll.rebuild();
  await settle();
  open[0]?.fail(new Error('a mistake of ours'));
  await clock.advance(60);
  assert.match(logged.join(), /could not be read: Error: a mistake of ours/);
  assert.equal(open.length, 2);
  poll.dispose();

  let attempts = 0;
  const finder = bench({ setUp: () => Promise.reject(new Error(`attempt ${++attempts}`)) });
  await finder.poll.rebuild();
  await finder.clock.advance(60);
  assert.deepEqual([attempts, finder.poll.setup], [2, undefined]);
  finder.poll.dispose();
});

test('nothing comes after it is disposed, also from a reading that was under way', async () => {
  const { poll, clock, open } = bench();
  let changes = 0;
  poll.onDidChange(() => changes++);
  const asked = poll.rebuild();
  await settle();
  const before = changes;
  poll.dispose();
  open[0]?.end();
  await asked;
  await clock.advance(600);
  await poll.read();
  assert.deepEqual([open.length, changes, clock.timers], [1, before, 0]);
});
