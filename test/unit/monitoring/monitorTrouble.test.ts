import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isKnown } from '../../../src/common/measured.ts';
import { Problem } from '../../../src/common/problem.ts';
import { valuesOf } from '../../../src/history/levels/values.ts';
import { metricById } from '../../../src/monitoring/metrics/metrics.ts';
import { settle } from './fakeClock.ts';
import { Bench, REFUSED, WRONG_PASSWORD } from './monitorBench.ts';
import { exact, START } from './samples.ts';

/** The bench after a quarter of a minute of good readings. */
async function live(): Promise<Bench> {
  const bench = new Bench();
  bench.monitor.start();
  await bench.clock.advance(14);
  assert.equal(bench.kind, 'live');
  return bench;
}

test('a server that is not there: failed, tried again after 1, 2, 4, … 30 s while somebody looks, live by itself', async () => {
  const bench = new Bench();
  bench.fails.open = REFUSED;
  bench.monitor.start();
  await bench.clock.advance(200);
  assert.deepEqual(bench.when('open'), [0, 1, 3, 7, 15, 31, 61, 91, 121, 151, 181]);
  const { state } = bench.monitor;
  assert.ok(state.kind === 'failed');
  assert.equal(state.problem.code, 'closed-port');
  assert.equal(state.attempt, 11);
  assert.equal(state.nextTryAt?.getTime(), START.getTime() + 211_000);
  assert.equal(bench.logged.filter((line) => line.startsWith('warn')).length, 1, 'one warning, not one an attempt');
  bench.fails.open = undefined;
  await bench.clock.advance(60);
  assert.equal(bench.kind, 'live');
  assert.equal(bench.monitor.state.attempt, 0);
  await bench.monitor.dispose();
});

test('a reading that fails: stale with the last figures, connected anew, back to live', async () => {
  const bench = await live();
  const last = bench.monitor.state.snapshot;
  bench.fails.light = new Error('terminating connection');
  await bench.clock.advance(10);
  const { state } = bench.monitor;
  assert.ok(state.kind === 'stale');
  assert.equal(state.snapshot, last);
  assert.equal(state.problem.code, 'reading-failed');
  assert.match(state.problem.why, /terminating connection/);
  assert.ok(
    bench.monitor.alerts.states().every((alert) => alert.status !== 'ok'),
    'nothing is fine that is not known',
  );
  bench.fails.light = undefined;
  await bench.clock.advance(2);
  assert.equal(bench.kind, 'live');
  assert.equal(bench.openReaders, 1);
  assert.deepEqual(bench.kinds(), ['live', 'stale', 'live']);
  await bench.monitor.dispose();
});

test('a metric that fails is one unknown metric, said once in the log: the monitoring and all others go on', async () => {
  const kept: ReadonlyMap<string, number>[] = [];
  const bench = new Bench({}, { keep: (snapshot) => void kept.push(valuesOf(snapshot)) });
  // As a reading of another version could be that does not know of it yet.
  bench.changes = { ...bench.changes, connections: { used: undefined as never } };
  bench.monitor.start();
  await bench.clock.advance(34);
  assert.equal(bench.kind, 'live');
  const { snapshot } = bench.monitor.state;
  assert.ok(snapshot !== undefined);
  const used = metricById('connections.used').read(snapshot);
  assert.ok(!isKnown(used));
  assert.equal(used.reason, 'It could not be read: The reading does not hold it.');
  assert.ok(kept.length > 2);
  assert.ok(Number.isNaN(kept.at(-1)?.get('connections.used')));
  assert.equal(kept.at(-1)?.get('sessions.total'), 1000);
  const said = bench.logged.filter((line) => line.includes('connections.used '));
  assert.equal(said.length, 1, said.join());
  assert.match(said[0] ?? '', /^error: The metric connections\.used could not be read: .*The reading does not hold it/);
  await bench.monitor.dispose();
});

test('while it tries, no next try is promised', async () => {
  const bench = await live();
  bench.fails.light = REFUSED;
  await bench.clock.advance(10);
  bench.takes.open = 5;
  await bench.clock.advance(2);
  const { state } = bench.monitor;
  assert.ok(state.kind === 'stale' && state.nextTryAt === undefined);
  await bench.monitor.dispose();
});

test('a wrong password is not hammered; refresh tries at once', async () => {
  const bench = new Bench();
  bench.fails.open = WRONG_PASSWORD;
  bench.monitor.start();
  await bench.clock.advance(650);
  assert.deepEqual(bench.when('open'), [0, 300, 600]);
  assert.equal(bench.kind, 'failed');
  bench.fails.open = undefined;
  await bench.monitor.refresh();
  assert.equal(bench.kind, 'live');
  await bench.monitor.dispose();
});

test('refresh while waiting to try again tries at once', async () => {
  const bench = await live();
  bench.fails.light = REFUSED;
  await bench.clock.advance(40);
  bench.fails.light = undefined;
  const before = bench.second;
  await bench.monitor.refresh();
  assert.equal(bench.kind, 'live');
  assert.equal(bench.when('light').at(-1), before);
  await bench.monitor.dispose();
});

test('what can’t be mended by waiting is failed, the last figures kept', async () => {
  const bench = await live();
  bench.fails.light = new Problem({ code: 'table-missing', what: 'w', why: 'Gone.', next: 'n', transient: false });
  await bench.clock.advance(10);
  const { state } = bench.monitor;
  assert.ok(state.kind === 'failed' && state.snapshot !== undefined);
  await bench.monitor.dispose();
});

test('a lost connection is told at once, also between two readings', async () => {
  const bench = await live();
  bench.fails.open = REFUSED;
  bench.loseConnection();
  await settle();
  assert.equal(bench.kind, 'stale');
  assert.equal(bench.openReaders, 0);
  bench.fails.open = undefined;
  await bench.clock.advance(1);
  assert.equal(bench.kind, 'live');
  await bench.monitor.dispose();
});

test('details that fail leave the rest live, with the last good ones and their problem', async () => {
  const bench = await live();
  const good = bench.monitor.state.snapshot?.detail;
  bench.fails.detail = new Problem({ code: 'no-rights', what: 'w', why: 'No rights.', next: 'n', transient: false });
  await bench.clock.advance(130);
  const { state } = bench.monitor;
  assert.equal(state.kind, 'live');
  assert.deepEqual(
    state.partial.map((p) => [p.reading, p.problem.code]),
    [['detail', 'no-rights']],
  );
  assert.equal(state.snapshot.detail, good);
  assert.ok(bench.when('detail').length <= 4, 'at their own interval');
  assert.equal(bench.logged.filter((line) => line.includes('No rights')).length, 1);
  bench.fails.detail = undefined;
  await bench.clock.advance(70);
  assert.deepEqual(bench.monitor.state.partial, []);
  assert.equal(bench.openReaders, 1, 'the same connection all the time');
  assert.deepEqual(bench.when('open'), [0]);
  await bench.monitor.dispose();
});

test('a count that fails keeps its budget', async () => {
  const bench = new Bench();
  bench.fails.exact = REFUSED;
  bench.takes.exact = 5;
  bench.monitor.start();
  await bench.clock.advance(4000);
  assert.deepEqual(bench.when('exact'), [0]);
  assert.equal(bench.kind, 'live');
  await bench.monitor.dispose();
});

test('a server that stalls: stale after three intervals, given up after its time, connected anew', async () => {
  const bench = await live();
  bench.takes.light = Infinity;
  await bench.clock.advance(27);
  assert.equal(bench.kind, 'live');
  await bench.clock.advance(4);
  const { state } = bench.monitor;
  assert.ok(state.kind === 'stale');
  assert.equal(state.problem.code, 'no-reading');
  bench.takes.light = 0;
  await bench.clock.advance(30);
  assert.equal(bench.kind, 'live');
  assert.equal(bench.openReaders, 1);
  assert.equal(bench.mostRunning, 1);
  await bench.monitor.dispose();
});

test('an opening that never ends is given up, and closed should it come after all', async () => {
  const bench = new Bench();
  bench.takes.open = 40;
  bench.monitor.start();
  await bench.clock.advance(30);
  assert.ok(bench.monitor.state.kind === 'failed' && bench.monitor.state.problem.code === 'reading-timeout');
  bench.takes.open = 0;
  await bench.clock.advance(60);
  assert.equal(bench.kind, 'live');
  assert.equal(bench.openReaders, 1);
  await bench.monitor.dispose();
});

test('a suspended laptop connects anew quietly: no stale, no alert, rates from then on', async () => {
  const bench = await live();
  const opened = bench.when('open').length;
  bench.states.length = 0;
  bench.transitions.length = 0;
  bench.clock.suspend(8 * 3600);
  await bench.clock.advance(10);
  assert.deepEqual(bench.kinds(), ['connecting', 'live']);
  assert.equal(bench.when('open').length, opened + 1);
  assert.deepEqual(
    bench.transitions.filter((t) => t.notify || t.to === 'firing'),
    [],
  );
  const first = bench.states.find((state) => state.kind === 'live');
  assert.ok(first?.snapshot !== undefined && !isKnown(first.snapshot.rates.savesPerMinute));
  assert.match(first.snapshot.rates.savesPerMinute.reason, /suspended/);
  await bench.clock.advance(5);
  assert.ok(bench.monitor.state.snapshot && isKnown(bench.monitor.state.snapshot.rates.savesPerMinute));
  await bench.monitor.dispose();
});

test('time asleep does not make an alert fire', async () => {
  const bench = await live();
  bench.changes = { sessions: { expired: exact(5000) } };
  await bench.clock.advance(10);
  bench.clock.suspend(3600);
  await bench.clock.advance(10);
  assert.deepEqual(
    bench.transitions.filter((t) => t.to === 'firing'),
    [],
  );
  await bench.clock.advance(40);
  assert.equal(bench.transitions.filter((t) => t.to === 'firing').length, 1);
  await bench.monitor.dispose();
});

test('a failed refresh in a pause is told and the pause goes on', async () => {
  const bench = await live();
  bench.monitor.pause();
  bench.fails.open = REFUSED;
  await bench.monitor.refresh();
  const { state } = bench.monitor;
  assert.ok(state.kind === 'paused' && state.problem?.code === 'closed-port');
  await bench.clock.advance(300);
  assert.equal(bench.kind, 'paused');
  assert.equal(bench.when('open').length, 2);
  await bench.monitor.dispose();
});

test('details that never come are given up with their connection; the next reading opens another', async () => {
  const bench = new Bench();
  bench.takes.detail = Infinity;
  bench.monitor.start();
  await bench.clock.advance(121);
  assert.equal(bench.kind, 'live');
  assert.deepEqual(
    bench.monitor.state.partial.map((p) => [p.reading, p.problem.code]),
    [['detail', 'reading-timeout']],
  );
  assert.deepEqual(bench.when('open'), [0, 120]);
  assert.equal(bench.openReaders, 1);
  assert.equal(bench.mostRunning, 1);
  await bench.monitor.dispose();
});

test('a connection lost between the readings of one run does not leave figures that are called live', async () => {
  const bench = new Bench();
  const once = bench.monitor.onDidChange((state) => {
    if (state.kind !== 'live') return;
    once.dispose();
    bench.fails.open = REFUSED;
    bench.loseConnection();
  });
  bench.monitor.start();
  await bench.clock.advance(0.5);
  assert.equal(bench.kind, 'stale');
  assert.deepEqual(bench.when('detail'), []);
  await bench.clock.advance(10);
  assert.deepEqual(bench.when('open'), [0, 1, 3, 7]);
  await bench.monitor.dispose();
});

test('a count that was wished for while the server was away is not made up for later', async () => {
  const bench = await live();
  bench.fails.light = REFUSED;
  await bench.monitor.refresh({ exact: true });
  bench.fails.light = undefined;
  await bench.clock.advance(60);
  assert.equal(bench.kind, 'live');
  assert.deepEqual(bench.when('exact'), [0]);
  await bench.monitor.dispose();
});
