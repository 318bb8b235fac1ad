import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown } from '../../../../src/common/measured.ts';
import { ApplicationPoll, type ApplicationPollParts } from '../../../../src/monitoring/application/applicationPoll.ts';
import type { ApplicationSetup } from '../../../../src/monitoring/application/applicationState.ts';
import type { Exchange, SharedApplication } from '../../../../src/monitoring/watch/exchange.ts';
import type { ApplicationReading } from '../../../../src/services/applicationMetrics/applicationReading.ts';
import { FakeClock, settle } from '../fakeClock.ts';
import { problem, readingAt, setupOf } from './support.ts';

type Answer = (signal?: AbortSignal) => Promise<ApplicationReading>;

/** A poll every 10 s of an application that answers as the test says. */
function bench(more: Partial<ApplicationPollParts> = {}) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const say =
    (level: string) =>
    (text: string): number =>
      logged.push(`${level}: ${text}`);
  const log = { trace: () => 0, debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const seen = { reads: 0, setups: 0, changes: 0 };
  const now: { answer: Answer; setup?: ApplicationSetup } = { answer: () => Promise.resolve(readingAt(clock.now())) };
  const poll = new ApplicationPoll({
    setUp: () => {
      seen.setups++;
      const read: Answer = (signal) => {
        seen.reads++;
        return now.answer(signal);
      };
      return Promise.resolve(now.setup ?? setupOf(read));
    },
    trusted: () => true,
    exchange: () => undefined,
    everyMs: 10_000,
    log,
    clock,
    ...more,
  });
  poll.onDidChange(() => seen.changes++);
  return { poll, clock, logged, seen, now };
}

const reason = (reading: ApplicationReading | undefined): string | undefined => {
  const p95 = reading?.figures.p95;
  return p95 === undefined || isKnown(p95) ? undefined : `${p95.reason} ${p95.next ?? ''}`;
};

test('reads at once and at the pace that is told, also when that changes', async () => {
  const { poll, clock, seen } = bench();
  await poll.rebuild();
  assert.equal(seen.reads, 1);
  await clock.advance(30);
  assert.equal(seen.reads, 4);
  poll.update(60_000);
  await clock.advance(59);
  assert.equal(seen.reads, 4);
  await clock.advance(1);
  assert.equal(seen.reads, 5);
  assert.equal(poll.current?.figures.p95.value, 40);
  poll.dispose();
  await clock.advance(600);
  assert.deepEqual([seen.reads, clock.timers], [5, 0]);
});

test('the second reading comes early, once', async () => {
  const { poll, clock, seen, now } = bench();
  now.answer = () => Promise.resolve(readingAt(clock.now(), 0));
  await poll.rebuild();
  await clock.advance(3);
  assert.equal(seen.reads, 2);
  await clock.advance(9);
  assert.equal(seen.reads, 2, 'workers that count apart never give rates');
  poll.dispose();
});

test('does not overlap: a slow server is asked for a quarter of the time at most', async () => {
  const { poll, clock, seen, now } = bench();
  now.answer = () =>
    new Promise((resolve) => {
      clock.setTimeout(() => resolve(readingAt(clock.now())), 8_000);
    });
  void poll.rebuild();
  await clock.advance(31);
  assert.equal(seen.reads, 1);
  await clock.advance(1);
  assert.equal(seen.reads, 2, '4 × 8 s after the first began');
  poll.dispose();
});

test('a failure is told once in the log, keeps the last figures while they are fresh, and ends with the next success', async () => {
  const { poll, clock, logged, seen, now } = bench();
  await poll.rebuild();
  const answers = now.answer;
  now.answer = () => Promise.reject(problem('connection-refused'));
  await clock.advance(30);
  assert.equal(seen.reads, 4);
  assert.equal(poll.lastAttempt.problem?.code, 'connection-refused');
  assert.equal(poll.current?.figures.p95.value, 40, 'three intervals old');
  await clock.advance(1);
  assert.match(reason(poll.current) ?? '', /^It is gone\. Start it\.$/u);
  assert.equal(poll.lastAttempt.reading?.figures.p95.value, 40);
  await clock.advance(100);
  assert.deepEqual(
    logged.map((line) => line.split(':')[0]),
    ['info', 'warn'],
  );
  now.answer = answers;
  await clock.advance(10);
  assert.equal(poll.lastAttempt.problem, undefined);
  assert.equal(poll.current.figures.p95.value, 40);
  assert.match(logged.at(-1) ?? '', /^info: The application metrics are read again from http/u);
  assert.equal(logged.length, 3);
});

test('wrong credentials are not hammered, and tried at once when they have changed', async () => {
  const { poll, clock, seen, now } = bench();
  now.answer = () => Promise.reject(problem('credentials-refused', false));
  await poll.rebuild();
  await clock.advance(299);
  assert.equal(seen.reads, 1);
  await clock.advance(1);
  assert.equal(seen.reads, 2);
  await poll.rebuild();
  assert.equal(seen.reads, 3);
  now.answer = () => Promise.reject(problem('html-answer', false));
  await poll.rebuild();
  await clock.advance(60);
  assert.equal(seen.reads, 5, 'another answer may be mended on the other side');
});

test('rests while monitoring is paused, gives up what runs, and makes the sources anew after it', async () => {
  const { poll, clock, seen, now } = bench();
  await poll.rebuild();
  let aborted = false;
  now.answer = (signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        aborted = true;
        reject(problem('cancelled', false));
      });
    });
  await clock.advance(10);
  poll.rest(true);
  await clock.advance(3600);
  assert.deepEqual([seen.reads, aborted, poll.lastAttempt.problem, clock.timers], [2, true, undefined, 0]);
  assert.equal(reason(poll.current), 'Monitoring is paused. Resume monitoring.');
  now.answer = () => Promise.resolve(readingAt(clock.now()));
  await poll.read();
  assert.equal(seen.reads, 3, 'by wish');
  await clock.advance(3600);
  assert.equal(seen.reads, 3);
  poll.rest(false);
  await settle();
  assert.deepEqual([seen.reads, seen.setups], [4, 2]);
  poll.dispose();
});

test('reads nothing in Restricted Mode, and forgets what was read', async () => {
  let trusted = true;
  const { poll, clock, seen } = bench({ trusted: () => trusted });
  await poll.rebuild();
  trusted = false;
  await poll.rebuild();
  await clock.advance(600);
  assert.deepEqual([seen.reads, poll.current, poll.setup], [1, undefined, undefined]);
});

test('without a source nothing is read; settings that can’t be used say so', async () => {
  const { poll, clock, logged, now } = bench();
  now.setup = { sources: { problems: [] }, problems: [], key: 'none' };
  await poll.rebuild();
  await clock.advance(60);
  assert.deepEqual([poll.current, poll.lastAttempt.problem, clock.timers], [undefined, undefined, 0]);
  const wrong = problem('bad-address', false);
  now.setup = { sources: { problems: [wrong] }, problems: [wrong], key: 'wrong' };
  await poll.rebuild();
  assert.equal(poll.lastAttempt.problem?.code, 'bad-address');
  assert.match(reason(poll.current) ?? '', /It is gone\./u);
  assert.equal(logged.length, 1);
});

test('another application takes nothing over from the one before', async () => {
  const { poll, now } = bench();
  await poll.rebuild();
  now.setup = setupOf(() => Promise.reject(problem('connection-refused')), { key: 'two' });
  await poll.rebuild();
  assert.deepEqual([poll.lastAttempt.reading, poll.lastAttempt.problem?.code], [undefined, 'connection-refused']);
  poll.dispose();
});

/** An exchange of windows whose roles the test gives. */
function exchangeOf(clock: () => FakeClock) {
  const row: { now: { at: number; value: SharedApplication } | undefined } = { now: undefined };
  const windowOf = (own: { polls: boolean }): Exchange =>
    ({
      election: {
        everyMs: 10_000,
        get role() {
          return own.polls ? 'leader' : 'follower';
        },
        confirm: () => own.polls,
      },
      share: (_: string, value: SharedApplication) => {
        if (own.polls) row.now = { at: clock().now().getTime(), value };
        return own.polls;
      },
      shared: () => row.now,
    }) as unknown as Exchange;
  return { row, windowOf };
}

test('of two windows one reads, the other takes what it tells, its problems too', async () => {
  const { row, windowOf } = exchangeOf(() => leader.clock);
  const roles = { leader: { polls: true }, other: { polls: false } };
  const leader = bench({ exchange: () => windowOf(roles.leader) });
  const other = bench({ exchange: () => windowOf(roles.other), clock: leader.clock });
  void other.poll.rebuild();
  await settle();
  await leader.poll.rebuild();
  await leader.clock.advance(3);
  assert.equal(other.seen.reads, 0);
  assert.deepEqual(other.poll.current, leader.poll.current);
  assert.equal(row.now?.value.key, 'one');
  leader.now.answer = () => Promise.reject(problem('connection-refused'));
  await leader.clock.advance(10);
  assert.equal(other.poll.lastAttempt.problem?.code, 'connection-refused');
  assert.deepEqual(Object.keys(other.poll.lastAttempt.problem).sort(), ['code', 'next', 'transient', 'what', 'why']);

  // The reading window closes: the other one takes over, with sources that remember nothing.
  leader.poll.dispose();
  roles.other.polls = true;
  await leader.clock.advance(3);
  assert.deepEqual([other.seen.reads, other.seen.setups, other.poll.lastAttempt.problem], [1, 2, undefined]);
  other.poll.dispose();
});

test('a first reading without rates takes nothing away from what the other window told', async () => {
  const { row, windowOf } = exchangeOf(() => own.clock);
  const role = { polls: false };
  const own = bench({ exchange: () => windowOf(role) });
  row.now = {
    at: own.clock.now().getTime(),
    value: { key: 'one', everyMs: 10_000, reading: readingAt(own.clock.now()) },
  };
  await own.poll.rebuild();
  role.polls = true;
  own.now.answer = () => Promise.resolve(readingAt(own.clock.now(), 0));
  await own.clock.advance(3);
  assert.deepEqual([own.seen.reads, own.poll.current?.windowSeconds], [1, 60]);
  own.poll.dispose();
});

test('a window whose application nobody else reads does it itself, at its own pace', async () => {
  const { row, windowOf } = exchangeOf(() => own.clock);
  const own = bench({ exchange: () => windowOf({ polls: false }) });
  row.now = { at: own.clock.now().getTime(), value: { key: 'another', everyMs: 10_000, reading: readingAt() } };
  void own.poll.rebuild();
  await own.clock.advance(20);
  assert.equal(own.seen.reads, 0);
  await own.clock.advance(3);
  assert.equal(own.seen.reads, 1);
  await own.clock.advance(10);
  assert.equal(own.seen.reads, 2);
  own.poll.dispose();
});
