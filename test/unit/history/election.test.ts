import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Log } from '../../../src/common/log.ts';
import { SqliteHistory } from '../../../src/history/sqlite/sqliteHistory.ts';
import { Election, type LeaseRow } from '../../../src/history/windows/election.ts';
import { FakeClock } from '../monitoring/fakeClock.ts';
import { later, snapshot, START } from '../monitoring/samples.ts';
import { memoryLog, openStore, sqlite, temporaryFolder } from './folder.ts';

const EVERY_MS = 10_000;

/** Windows on one file whose hours pass at once. Timers of the fake clock run by a time that nobody can set. */
class Windows {
  readonly clock = new FakeClock();
  readonly #monotonic: { now: number } = { now: 0 };
  readonly #t: TestContext;
  readonly #path: string;
  readonly #everyMs: number;

  constructor(t: TestContext, everyMs = EVERY_MS) {
    this.#t = t;
    this.#everyMs = everyMs;
    this.#path = join(temporaryFolder(t), 'history.sqlite');
  }

  async open(change: (row: LeaseRow) => LeaseRow = (row) => row, log: Log = memoryLog()): Promise<Election> {
    const file = new SqliteHistory(await sqlite(), this.#path);
    const row = change(file);
    const election = new Election({
      row: () => row,
      log,
      everyMs: this.#everyMs,
      clock: this.clock,
      monotonic: () => this.#monotonic.now,
    });
    this.#t.after(() => {
      election.dispose();
      file.close();
    });
    election.start();
    return election;
  }

  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 0.5) {
      this.#monotonic.now += 500;
      await this.clock.advance(0.5);
    }
  }
}

test('who has lost the lease without knowing it can neither store nor read', async (t) => {
  const folder = temporaryFolder(t);
  const [first, second] = [await openStore(t, folder), await openStore(t, folder)];
  assert.deepEqual([first.election.role, second.election.role], ['leader', 'follower']);
  assert.ok(first.add(snapshot()));
  assert.equal(second.add(snapshot({ at: later(5) })), false);
  second.election.claim();
  // The first has not looked at the row since: it was stopped.
  assert.equal(first.election.role, 'leader');
  const at = later(10);
  assert.equal(first.add(snapshot({ at, light: { at } })), false);
  assert.equal(first.election.role, 'follower');
  assert.equal(first.election.confirm(), false);
  assert.equal(first.share('light', snapshot().metrics, at), false);
  assert.ok(second.add(snapshot({ at, light: { at } })));
  const range = { metricIds: ['sessions.total'], from: START, to: later(100), maxPoints: 100 };
  for (const store of [first, second]) assert.equal(store.readRange(range).at.length, 2);
});

test('what is shared comes back as it was, dates and all', async (t) => {
  const folder = temporaryFolder(t);
  const [first, second] = [await openStore(t, folder), await openStore(t, folder)];
  const { metrics } = snapshot();
  assert.equal(second.shared('light'), undefined);
  assert.ok(first.share('light', metrics, metrics.at));
  assert.deepEqual(second.shared('light'), { at: START.getTime(), value: metrics });
});

test('nobody is deposed by a clock that is set', async (t) => {
  const windows = new Windows(t);
  const [first, second] = [await windows.open(), await windows.open()];
  for (const seconds of [7200, -7200, 86_400]) {
    windows.clock.suspend(seconds);
    await windows.pass(60);
    assert.deepEqual([first.role, second.role], ['leader', 'follower']);
  }
});

test('a holder that is gone is followed within two intervals, one that gives it back at the next look', async (t) => {
  const windows = new Windows(t);
  let gone = false;
  const first = await windows.open((file) => ({
    lease: () => file.lease(),
    // From then on it does not get to write its beat: as if it had been stopped.
    replaceLease: (seen, next) => !gone && file.replaceLease(seen, next),
  }));
  const [second, third] = [await windows.open(), await windows.open()];
  await windows.pass(20);
  gone = true;
  await windows.pass(10);
  assert.deepEqual([second.role, third.role], ['follower', 'follower']);
  await windows.pass(10);
  assert.deepEqual([second.role, third.role].sort(), ['follower', 'leader']);
  const [holder, other] = second.role === 'leader' ? [second, third] : [third, second];
  assert.notEqual(first.role, 'leader');
  first.stop();
  holder.stop();
  assert.equal(holder.role, 'none');
  await windows.pass(2.5);
  assert.equal(other.role, 'leader');
});

test('a lease that is given back is taken within a second, also where windows are hidden and read once a minute', async (t) => {
  const windows = new Windows(t, 60_000);
  const all = [await windows.open(), await windows.open(), await windows.open()];
  await windows.pass(90);
  for (const left of [2, 1]) {
    all.shift()?.dispose();
    await windows.pass(1);
    assert.deepEqual(all.map(({ role }) => role).sort(), ['follower', 'leader'].slice(-left));
    all.sort((a, b) => Number(b.polls) - Number(a.polls));
  }
});

test('it is given back before anybody is told, whose failure keeps nothing', async (t) => {
  const windows = new Windows(t);
  let closed = false;
  const log = memoryLog();
  const write = (message: string): void => {
    if (closed) throw new Error('Channel has been closed');
    log.trace(message);
  };
  const first = await windows.open((row) => row, { ...log, trace: write });
  const second = await windows.open();
  await windows.pass(20);
  closed = true;
  assert.throws(() => {
    first.dispose();
  });
  await windows.pass(1);
  assert.equal(second.role, 'leader');
});

test('a row that can’t be used: each window polls for itself, until it can', async (t) => {
  const windows = new Windows(t);
  let broken = false;
  const breaking = (file: LeaseRow): LeaseRow => ({
    lease: () => {
      if (broken) throw new Error('disk I/O error');
      return file.lease();
    },
    replaceLease: (seen, next) => file.replaceLease(seen, next),
  });
  const all = [await windows.open(breaking), await windows.open(breaking)];
  broken = true;
  await windows.pass(10);
  assert.deepEqual(
    all.map(({ polls }) => polls),
    [true, false],
  );
  await windows.pass(15);
  assert.deepEqual(
    all.map(({ role }) => role),
    ['alone', 'alone'],
  );
  broken = false;
  await windows.pass(30);
  assert.deepEqual(all.map(({ role }) => role).sort(), ['follower', 'leader']);
});
