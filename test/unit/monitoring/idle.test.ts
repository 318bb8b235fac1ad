import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bench } from './monitorBench.ts';
import { exact } from './samples.ts';

/** For servers that sleep when they are left alone: readings rest where a person has allowed it. */

const HALF_HOUR = 1_800;

async function hidden(idleSeconds: number): Promise<Bench> {
  const bench = new Bench({ idleSeconds });
  bench.changes = { ...bench.changes, counters: { inserted: 10, updated: 10, deleted: 10 } };
  bench.monitor.start();
  await bench.clock.advance(30);
  bench.monitor.setVisible(false);
  return bench;
}

test('nobody looks and nothing changes: the connection is closed, until somebody looks', async () => {
  const bench = await hidden(HALF_HOUR);
  await bench.clock.advance(HALF_HOUR - 120);
  assert.equal(bench.kind, 'live');
  assert.equal(bench.openReaders, 1);
  await bench.clock.advance(240);
  assert.deepEqual([bench.kind, bench.openReaders], ['paused', 0]);
  assert.ok(bench.monitor.state.kind === 'paused' && bench.monitor.state.resting === true);
  assert.ok(bench.monitor.state.snapshot, 'the last figures stay');
  const before = bench.calls.length;
  await bench.clock.advance(3_600);
  assert.equal(bench.calls.length, before, 'nothing is asked');
  bench.monitor.setVisible(true);
  await bench.clock.advance(1);
  assert.deepEqual([bench.kind, bench.openReaders], ['live', 1]);
  await bench.monitor.dispose();
});

test('what changes, an alert, or a person who looks keep it awake', async () => {
  const changing = await hidden(HALF_HOUR);
  for (let minute = 0; minute < 60; minute++) {
    changing.changes = { ...changing.changes, counters: { inserted: 10, updated: 10 + minute, deleted: 10 } };
    await changing.clock.advance(60);
  }
  assert.equal(changing.kind, 'live');
  await changing.monitor.dispose();

  const alarmed = await hidden(HALF_HOUR);
  alarmed.changes = { ...alarmed.changes, table: { totalBytes: exact(500_000_000) } };
  await alarmed.clock.advance(2 * HALF_HOUR);
  assert.equal(alarmed.kind, 'live');
  await alarmed.monitor.dispose();

  const looked = await hidden(HALF_HOUR);
  looked.monitor.setVisible(true);
  await looked.clock.advance(2 * HALF_HOUR);
  assert.equal(looked.kind, 'live');
  await looked.monitor.dispose();
});

test('by default it never rests, and a pause by wish does not end by looking', async () => {
  const bench = await hidden(0);
  await bench.clock.advance(24 * 3_600);
  assert.equal(bench.kind, 'live');
  bench.monitor.pause();
  bench.monitor.setVisible(true);
  await bench.clock.advance(60);
  assert.ok(bench.monitor.state.kind === 'paused' && bench.monitor.state.resting === undefined);
  await bench.monitor.dispose();
});
