import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown } from '../../../src/common/measured.ts';
import { Bench } from './monitorBench.ts';
import { seeded } from '../../kit/random.ts';
import { exact, START } from './samples.ts';
import { settle } from './fakeClock.ts';

test('reads at once, then early for the rates, then at its interval', async () => {
  const bench = new Bench();
  assert.equal(bench.kind, 'connecting');
  bench.monitor.start();
  await bench.clock.advance(45);
  assert.deepEqual(bench.when('light'), [0, 3, 13, 23, 33, 43]);
  assert.deepEqual(bench.when('detail'), [0]);
  assert.deepEqual(bench.when('exact'), [0]);
  assert.deepEqual(bench.when('open'), [0]);
  const { state } = bench.monitor;
  assert.ok(state.kind === 'live' && state.snapshot.detail !== undefined && state.snapshot.exact !== undefined);
  assert.ok(isKnown(state.snapshot.rates.savesPerMinute));
  assert.equal(bench.monitor.history.all().length, 6);
  assert.deepEqual(bench.kinds(), ['live']);
  await bench.monitor.dispose();
});

test('details every minute, counts in their budget, and none where the light reading is exact', async () => {
  const bench = new Bench();
  bench.takes.exact = 2;
  bench.monitor.start();
  await bench.clock.advance(4100);
  const [first, second] = bench.when('exact');
  assert.equal(first, 0);
  assert.ok(second !== undefined && second >= 2002 && second <= 2020, `2 s ÷ 0.001: ${String(second)}`);
  const details = bench.when('detail');
  assert.ok(details.length >= 55 && details.length <= 69, String(details.length));
  await bench.monitor.dispose();

  const small = new Bench();
  small.changes = { sessions: { total: exact(10) } };
  small.monitor.start();
  await small.clock.advance(2000);
  assert.deepEqual(small.when('exact'), []);
  void small.monitor.refresh({ exact: true });
  await settle();
  assert.equal(small.when('exact').length, 1, 'but by wish it is');
  await small.monitor.dispose();
});

test('hidden it slows down and reads nothing else; shown again it catches up', async () => {
  const bench = new Bench();
  bench.monitor.start();
  await bench.clock.advance(14);
  bench.monitor.setVisible(false);
  await bench.clock.advance(600);
  const calls = bench.calls.length;
  assert.deepEqual(bench.when('light').slice(0, 5), [0, 3, 13, 23, 83]);
  assert.deepEqual(bench.when('detail'), [0]);
  assert.ok(bench.monitor.state.kind === 'live' && bench.monitor.state.snapshot.monitor.intervalSeconds === 60);
  bench.monitor.setVisible(true);
  await bench.clock.advance(0);
  assert.deepEqual(
    bench.calls.slice(calls).map((call) => call[1]),
    ['light', 'detail'],
  );
  assert.equal(bench.kinds().join(), 'live');
  await bench.monitor.dispose();
});

test('a reading that takes long slows the cadence, and none overlaps another', async () => {
  const bench = new Bench();
  bench.takes.light = 5;
  bench.monitor.start();
  await bench.clock.advance(100);
  assert.deepEqual(bench.when('light'), [0, 20, 40, 60, 80, 100]);
  assert.equal(bench.mostRunning, 1);
  await bench.monitor.dispose();
});

test('it says while it wants readings, and how often', async () => {
  const said: (string | number)[] = [];
  const bench = new Bench(
    {},
    {
      candidate: {
        start: () => said.push('start'),
        stop: () => said.push('stop'),
        update: (everyMs) => said.push(everyMs),
      },
    },
  );
  const heard = (): (string | number)[] => said.splice(0);
  bench.monitor.start();
  await bench.clock.advance(30);
  assert.deepEqual(heard(), [3000, 'start', 10_000], 'until there are rates it wants to read soon');
  bench.monitor.setVisible(false);
  bench.monitor.update({ hiddenIntervalSeconds: 120 });
  assert.deepEqual(heard(), [60_000, 120_000]);
  bench.monitor.setVisible(true);
  bench.takes.light = 4;
  await bench.clock.advance(20);
  assert.deepEqual(heard(), [10_000, 16_000], 'a slow server is asked less often');
  bench.monitor.pause();
  assert.deepEqual(heard(), ['stop']);
  void bench.monitor.refresh();
  await bench.clock.advance(5);
  assert.deepEqual(heard(), ['start', 'stop'], 'one reading in the pause');
  bench.monitor.resume();
  await bench.clock.advance(5);
  assert.deepEqual(heard(), ['start']);
  await bench.monitor.dispose();
  assert.deepEqual(heard(), ['stop']);
});

test('every snapshot is kept before it is shown', async () => {
  const kept: number[] = [];
  const shown: number[] = [];
  const bench = new Bench({}, { keep: ({ at }) => kept.push(at.getTime()) });
  bench.monitor.onDidChange(({ snapshot }) => {
    if (snapshot !== undefined) shown.push(kept.indexOf(snapshot.at.getTime()));
  });
  bench.monitor.start();
  await bench.clock.advance(25);
  assert.deepEqual([...new Set(kept)].length, 4);
  assert.ok(shown.length >= 4 && shown.every((i) => i >= 0), String(shown));
  await bench.monitor.dispose();
});

test('whoever asks during a reading gets one that begins afterwards, and shares it', async () => {
  const bench = new Bench();
  bench.takes.light = 2;
  bench.monitor.start();
  await bench.clock.advance(1);
  const done: number[] = [];
  for (let i = 0; i < 5; i++) void bench.monitor.refresh().then(() => done.push(bench.second));
  await bench.clock.advance(1.5);
  assert.deepEqual(done, []);
  await bench.clock.advance(2);
  assert.deepEqual(done, [4, 4, 4, 4, 4]);
  assert.deepEqual(bench.when('light'), [0, 2]);
  await bench.monitor.dispose();
});

test('refresh with exact counts whatever the budget says, and the snapshot shows it', async () => {
  const bench = new Bench();
  bench.takes.exact = 1;
  bench.monitor.start();
  await bench.clock.advance(20);
  let finished = false;
  void bench.monitor.refresh({ exact: true }).then(() => (finished = true));
  await bench.clock.advance(1);
  assert.ok(finished);
  assert.deepEqual(bench.when('exact'), [0, 20]);
  assert.deepEqual(bench.monitor.state.snapshot?.exact?.at.getTime(), START.getTime() + 21_000);
  await bench.monitor.dispose();
});

test('paused: the connection is given back, nothing is read, refresh reads once, resume goes on', async () => {
  const bench = new Bench();
  bench.monitor.start();
  await bench.clock.advance(14);
  bench.monitor.pause();
  await bench.clock.advance(500);
  assert.equal(bench.kind, 'paused');
  assert.ok(bench.monitor.state.snapshot);
  assert.equal(bench.openReaders, 0);
  assert.equal(bench.when('light').length, 3);
  assert.ok(
    bench.monitor.alerts.states().every((state) => state.status === 'unknown'),
    'nothing is called fine that is not watched',
  );
  await bench.monitor.refresh();
  assert.equal(bench.kind, 'paused');
  assert.equal(bench.when('light').length, 4);
  await settle();
  assert.equal(bench.openReaders, 0);
  bench.monitor.resume();
  await bench.clock.advance(30);
  assert.deepEqual(bench.kinds(), ['live', 'paused', 'connecting', 'live']);
  await bench.monitor.dispose();
});

test('pause gives up the reading that runs; resume at once begins another without overlap', async () => {
  const bench = new Bench();
  bench.takes.light = Infinity;
  bench.monitor.start();
  await bench.clock.advance(1);
  bench.monitor.pause();
  bench.takes.light = 0;
  bench.monitor.resume();
  await bench.clock.advance(1);
  assert.equal(bench.kind, 'live');
  assert.equal(bench.mostRunning, 1);
  assert.equal(bench.openReaders, 1);
  await bench.monitor.dispose();
});

test('new options take effect at once', async () => {
  const bench = new Bench();
  bench.monitor.start();
  await bench.clock.advance(14);
  bench.monitor.update({ lightIntervalSeconds: 2, settings: { throttleIntervalSeconds: 60 } });
  assert.equal(bench.monitor.state.snapshot?.settings.throttleIntervalSeconds, 60);
  await bench.clock.advance(6);
  assert.deepEqual(bench.when('light'), [0, 3, 13, 15, 17, 19]);
  await bench.monitor.dispose();
});

test('a longer interval does not make good figures stale, and a shorter one is taken up', async () => {
  const bench = new Bench();
  bench.monitor.start();
  await bench.clock.advance(14);
  bench.monitor.update({ lightIntervalSeconds: 3600 });
  await bench.clock.advance(120);
  assert.equal(bench.kind, 'live');
  bench.monitor.update({ lightIntervalSeconds: 1 });
  await bench.clock.advance(2);
  assert.deepEqual(bench.when('light').slice(-3), [134, 135, 136]);
  await bench.monitor.dispose();
});

test('an alert fires, is told once, and clears', async () => {
  const bench = new Bench();
  bench.monitor.start();
  await bench.clock.advance(20);
  bench.changes = { sessions: { expired: exact(5000) } };
  await bench.clock.advance(120);
  bench.changes = {};
  await bench.clock.advance(120);
  const told = bench.transitions.filter((t) => t.notify);
  assert.deepEqual(
    told.map((t) => [t.ruleId, t.to]),
    [
      ['expired-sessions', 'firing'],
      ['expired-sessions', 'ok'],
    ],
  );
  await bench.monitor.dispose();
});

test('dispose while a reading runs ends it, closes, and leaves no timer', async () => {
  for (const what of ['light', 'detail', 'exact'] as const) {
    const bench = new Bench();
    bench.takes[what] = Infinity;
    bench.monitor.start();
    const asked = bench.monitor.refresh({ exact: true });
    await bench.clock.advance(1);
    const states = bench.states.length;
    await bench.monitor.dispose();
    await asked;
    await settle();
    assert.equal(bench.openReaders, 0, what);
    assert.equal(bench.running, 0, what);
    assert.equal(bench.clock.timers, 0, what);
    assert.equal(bench.states.length, states, 'nothing is told any more');
    assert.deepEqual(
      bench.logged.filter((line) => line.startsWith('error')),
      [],
    );
  }
});

test('a connection that comes after dispose is closed', async () => {
  const bench = new Bench();
  bench.takes.open = 5;
  bench.monitor.start();
  await bench.clock.advance(1);
  await bench.monitor.dispose();
  await bench.clock.advance(10);
  assert.equal(bench.openReaders, 0);
  await bench.monitor.refresh();
  bench.monitor.resume();
  bench.monitor.setVisible(false);
  bench.monitor.setVisible(true);
  assert.deepEqual(bench.when('light'), []);
});

test('whatever is asked of it in whatever order, readings never overlap and it ends cleanly', async () => {
  for (let seed = 1; seed <= 30; seed++) {
    const random = seeded(seed);
    const bench = new Bench();
    const { monitor, takes, fails, clock } = bench;
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const deeds: (() => unknown)[] = [
      () => monitor.start(),
      () => monitor.pause(),
      () => monitor.resume(),
      () => void monitor.refresh({ exact: random() < 0.5 }),
      () => monitor.setVisible(random() < 0.5),
      () => monitor.update({ lightIntervalSeconds: 1 + random() * 20 }),
      () => (takes[pick(['open', 'light', 'detail', 'exact'] as const)] = pick([0, 0, 1, 15, Infinity])),
      () => (fails[pick(['open', 'light', 'detail', 'exact'] as const)] = pick([undefined, undefined, new Error('x')])),
      () => bench.loseConnection(),
      () => clock.suspend(pick([3600, -3600])),
    ];
    for (let i = 0; i < 100; i++) {
      pick(deeds)();
      await clock.advance(random() * 15);
      assert.ok(bench.mostRunning <= 1, `seed ${String(seed)}`);
    }
    takes.open = takes.light = takes.detail = takes.exact = 0;
    for (const key of ['open', 'light', 'detail', 'exact'] as const) fails[key] = undefined;
    monitor.start();
    monitor.resume();
    // Not awaited: the one that hangs has to be given up first, for which time has to pass.
    void monitor.refresh();
    await clock.advance(400);
    assert.equal(bench.kind, 'live', `seed ${String(seed)}: back to live by itself`);
    await monitor.dispose();
    await clock.advance(400);
    assert.equal(bench.openReaders, 0, `seed ${String(seed)}`);
    assert.equal(clock.timers, 0);
  }
});
