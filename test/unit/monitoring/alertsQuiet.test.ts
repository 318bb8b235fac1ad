import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import { every, expired, play, stateOf } from './alertBench.ts';
import { later, START } from './samples.ts';

test('acknowledged: off the badge until it clears, which is told', () => {
  const engine = new AlertEngine();
  const id = 'expired-sessions';
  assert.equal(engine.acknowledge(id), false, 'there is nothing to acknowledge');
  play(engine, id, every(0, 30, expired(5000)));
  assert.deepEqual(engine.badge(), { critical: 0, warning: 1 });
  assert.equal(engine.acknowledge(id), true);
  assert.deepEqual(engine.badge(), { critical: 0, warning: 0 });
  assert.deepEqual(play(engine, id, every(40, 60, expired(5))), ['firing>ok!']);
  play(engine, id, every(70, 100, expired(5000)));
  assert.deepEqual(engine.badge(), { critical: 0, warning: 1 }, 'coming back it counts again');
});

test('snoozed: quiet until then, told again once if it still fires', () => {
  const engine = new AlertEngine();
  const id = 'expired-sessions';
  play(engine, id, every(0, 30, expired(5000)));
  engine.snooze(id, later(100));
  assert.equal(engine.badge().warning, 0);
  assert.deepEqual(play(engine, id, every(40, 90, expired(5000))), []);
  assert.deepEqual(play(engine, id, every(100, 200, expired(5000))), ['firing>firing!']);
  assert.equal(engine.badge().warning, 1);
  engine.snooze(id, later(1000));
  assert.deepEqual(play(engine, id, every(210, 230, expired(5))), ['firing>ok'], 'clearing is quiet as well');
  engine.snooze(id, later(1000));
  assert.deepEqual(play(engine, id, every(240, 260, expired(5000))), ['ok>pending', 'pending>firing']);
  engine.unsnooze(id);
  assert.equal(engine.badge().warning, 1);
});

test('a snooze that ends as the alert begins to fire is told once', () => {
  const engine = new AlertEngine({ settings: { 'djangoSessionMonitor.alerts.expiredForSeconds': 0 } });
  engine.snooze('expired-sessions', later(5));
  assert.deepEqual(play(engine, 'expired-sessions', every(10, 60, expired(5000))), ['unknown>firing!']);
});

test('after a reload a firing alert is not told again, nor forgotten', () => {
  const engine = new AlertEngine();
  const id = 'expired-sessions';
  play(engine, id, every(0, 30, expired(5000)));
  engine.snooze('table-size', later(5000));
  const saved: unknown = JSON.parse(JSON.stringify(engine));
  const next = new AlertEngine();
  assert.equal(next.restore(saved, later(60)), true);
  assert.equal(stateOf(next, id).status, 'firing');
  assert.deepEqual(stateOf(next, id).since, later(20));
  assert.deepEqual(stateOf(next, 'table-size').snoozedUntil, later(5000));
  assert.deepEqual(play(next, id, every(60, 90, expired(5000))), []);
  assert.deepEqual(play(next, id, every(100, 120, expired(5))), ['firing>ok!']);
});

test('after a night away a firing alert is news, unless somebody acknowledged it', () => {
  const engine = new AlertEngine();
  play(engine, 'expired-sessions', every(0, 30, expired(5000)));
  const away = 13 * 3600;
  const next = new AlertEngine();
  next.restore(JSON.parse(JSON.stringify(engine)), later(away));
  assert.equal(stateOf(next, 'expired-sessions').status, 'unknown');
  engine.acknowledge('expired-sessions');
  next.restore(JSON.parse(JSON.stringify(engine)), later(away));
  assert.equal(stateOf(next, 'expired-sessions').acknowledged, true);
});

test('what is not a saved state is refused and changes nothing', () => {
  const engine = new AlertEngine();
  for (const bad of [null, 'x', [], {}, { version: 2, at: 0, alerts: {} }, { version: 1, at: 'now', alerts: {} }]) {
    assert.equal(engine.restore(bad, START), false);
  }
  const strange = {
    version: 1,
    at: START.getTime(),
    alerts: { 'table-size': { firingSince: 'x' }, 'expired-sessions': 5, other: {} },
  };
  assert.equal(engine.restore(strange, START), true);
  assert.ok(engine.states().every((state) => state.status === 'unknown'));
});
