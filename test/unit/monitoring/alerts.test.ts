import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown } from '../../../src/common/measured.ts';
import { ALERT_RULES, AlertEngine } from '../../../src/monitoring/alerts/alerts.ts';
import { metricById } from '../../../src/monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import type { SessionMetrics, SpaceUse } from '../../../src/postgres/table/readings.ts';
import { every, expired, play, stateOf, WITH } from './alertBench.ts';
import { atLeast, detail, estimated, exact, later, MB, snapshot, space, START } from './samples.ts';

test('the table holds the guide’s rules with its thresholds', () => {
  const rows = ALERT_RULES.map((rule) => [rule.id, rule.severity, rule.threshold.default]);
  assert.deepEqual(rows, [
    ['table-size', 'critical', 100],
    ['connections-exhausted', 'critical', 90],
    ['cleanup-service', 'critical', 1],
    ['saves-per-minute', 'warning', 1000],
    ['expired-sessions', 'warning', 1000],
    ['table-growth', 'warning', 10],
  ]);
  const settings = ALERT_RULES.flatMap((rule) => [rule.threshold.setting, rule.forSeconds.setting]);
  assert.equal(new Set(settings).size, settings.length);
  for (const id of settings) assert.match(id, /^djangoSessionMonitor\.alerts\.[a-zA-Z]+$/);
  for (const rule of ALERT_RULES) for (const id of rule.metrics) assert.ok(metricById(id), id);
});

const LIMITS: readonly [keyof typeof WITH, fine: number, over: number][] = [
  ['table-size', 100 * MB, 100 * MB + 1],
  ['connections-exhausted', 89, 90],
  ['saves-per-minute', 1000, 1000.1],
  ['expired-sessions', 1000, 1001],
  ['table-growth', 10 * MB, 10 * MB + 1],
];
for (const [id, fine, over] of LIMITS) {
  test(`${id} fires above its threshold for its time, and only itself`, () => {
    const engine = new AlertEngine();
    const { forSeconds } = stateOf(engine, id);
    assert.deepEqual(play(engine, id, every(0, 600, WITH[id](exact(fine)))), ['unknown>ok']);
    const before = 610 + Math.ceil(forSeconds / 10) * 10 - 10;
    assert.deepEqual(play(engine, id, every(610, before, WITH[id](exact(over)))), ['ok>pending']);
    assert.deepEqual(play(engine, id, [[before + 10, WITH[id](exact(over))]]), ['pending>firing!']);
    assert.deepEqual(
      engine
        .states()
        .filter((s) => s.status === 'firing')
        .map((s) => s.rule.id),
      [id],
    );
    assert.match(stateOf(engine, id).message, /\d.*\.$/);
  });
}

test('before the first reading everything is unknown, and what has not been looked at stays so', () => {
  const engine = new AlertEngine();
  assert.ok(engine.states().every((state) => state.status === 'unknown'));
  engine.evaluate(snapshot({ growthPerDay: exact(0) }), START);
  assert.deepEqual(
    engine
      .states()
      .filter((s) => s.status === 'unknown')
      .map((s) => s.rule.id),
    ['cleanup-service'],
  );
  assert.equal(stateOf(engine, 'cleanup-service').applies, false);
});

test('a short peak is never told', () => {
  const engine = new AlertEngine();
  assert.deepEqual(
    play(engine, 'expired-sessions', [
      [0, expired(5)],
      [10, expired(5000)],
      [20, expired(5)],
    ]),
    ['unknown>ok', 'ok>pending', 'pending>ok'],
  );
});

test('a firing alert clears only well below its threshold and for as long', () => {
  const engine = new AlertEngine();
  const id = 'expired-sessions';
  play(engine, id, every(0, 30, expired(2000)));
  assert.deepEqual(play(engine, id, every(40, 300, expired(950))), [], 'between 900 and 1000 it goes on firing');
  assert.deepEqual(
    play(engine, id, [...every(310, 320, expired(5)), [330, expired(950)], ...every(340, 350, expired(5))]),
    [],
  );
  assert.deepEqual(play(engine, id, [[360, expired(5)]]), ['firing>ok!']);
});

test('an estimate that wavers around the threshold does not flap', () => {
  const engine = new AlertEngine();
  const wavering = Array.from({ length: 200 }, (_, i): [number, Snapshot] => [
    i * 10,
    WITH['expired-sessions'](estimated(i % 2 === 0 ? 1040 : 960, 80)),
  ]);
  const seen = play(engine, 'expired-sessions', [...every(-40, -10, expired(1500)), ...wavering]);
  assert.deepEqual(seen, ['unknown>pending', 'pending>firing!']);
});

test('at least the threshold counts as over it, less than it as unknown', () => {
  const engine = new AlertEngine({ settings: { 'djangoSessionMonitor.alerts.expiredForSeconds': 0 } });
  assert.deepEqual(play(engine, 'expired-sessions', [[0, WITH['expired-sessions'](atLeast(999))]]), []);
  assert.match(stateOf(engine, 'expired-sessions').message, /at least 999/);
  assert.deepEqual(play(engine, 'expired-sessions', [[10, WITH['expired-sessions'](atLeast(1000))]]), [
    'unknown>firing!',
  ]);
});

test('an unknown value neither fires nor clears, and time in it does not count', () => {
  const engine = new AlertEngine();
  const id = 'expired-sessions';
  const blind = WITH[id](unknown('No rights.', 'GRANT them.'));
  assert.deepEqual(
    play(engine, id, [
      [0, expired(5000)],
      [10, expired(5000)],
      [20, blind],
      [30, expired(5000)],
      [40, expired(5000)],
    ]),
    ['unknown>pending', 'pending>unknown', 'unknown>pending'],
  );
  assert.deepEqual(play(engine, id, [[50, expired(5000)]]), ['pending>firing!']);
  assert.deepEqual(play(engine, id, every(60, 600, blind)), []);
  const state = stateOf(engine, id);
  assert.equal(state.status, 'firing');
  assert.deepEqual(state.unknownSince, later(60));
  assert.equal(state.value.value, 5000, 'the last known value');
  play(engine, id, [[610, expired(5000)]]);
  assert.equal(stateOf(engine, id).unknownSince, undefined);
});

test('without readings nothing is fine, and what fires goes on', () => {
  const engine = new AlertEngine();
  play(engine, 'expired-sessions', every(0, 30, expired(5000)));
  const lost = engine.markUnknown('The server is gone.', later(40));
  assert.ok(lost.every((t) => t.to === 'unknown' && !t.notify));
  assert.deepEqual(
    engine.states().filter((s) => s.status === 'ok'),
    [],
  );
  assert.equal(stateOf(engine, 'expired-sessions').status, 'firing');
  assert.equal(stateOf(engine, 'table-size').message, 'The server is gone.');
});

test('a clock put back, and time in which nobody looked, do not count towards the time', () => {
  const engine = new AlertEngine();
  const id = 'expired-sessions';
  const blink = (second: number): void => void engine.markUnknown('The machine was suspended.', later(second));
  assert.deepEqual(play(engine, id, [[10, expired(5000)]]), ['unknown>pending']);
  assert.deepEqual(play(engine, id, [[0, expired(5000)]]), [], 'put back');
  blink(3600);
  assert.deepEqual(play(engine, id, [[3600, expired(5000)]]), ['unknown>pending'], 'it begins anew');
  assert.deepEqual(play(engine, id, [[3620, expired(5000)]]), ['pending>firing!']);
  assert.deepEqual(play(engine, id, [[3630, expired(5)]]), []);
  blink(7200);
  assert.deepEqual(play(engine, id, [[7200, expired(5)]]), [], 'nor towards clearing');
  assert.deepEqual(play(engine, id, [[7220, expired(5)]]), ['firing>ok!']);
});

test('the wait between two readings counts, however long it is', () => {
  const engine = new AlertEngine();
  assert.deepEqual(
    play(engine, 'expired-sessions', [
      [0, expired(5000)],
      [3600, expired(5000)],
    ]),
    ['unknown>pending', 'pending>firing!'],
  );
});

test('settings change thresholds and times while it runs; unusable ones are named and ignored', () => {
  const engine = new AlertEngine();
  const id = 'table-size';
  const size = WITH[id](exact(50 * MB));
  assert.deepEqual(play(engine, id, [[0, size]]), ['unknown>ok']);
  assert.deepEqual(
    engine.configure({
      'djangoSessionMonitor.alerts.tableSizeMB': 40,
      'djangoSessionMonitor.alerts.tableSizeForSeconds': 0,
    }),
    [],
  );
  assert.deepEqual(play(engine, id, [[10, size]]), ['ok>firing!']);
  assert.equal(stateOf(engine, id).threshold, 40 * MB);
  const complaints = engine.configure({
    'djangoSessionMonitor.alerts.tableSizeMB': '40',
    'djangoSessionMonitor.alerts.growthMBPerDay': -1,
  });
  assert.equal(complaints.length, 2);
  assert.match(complaints[0] ?? '', /tableSizeMB has to be a number from 0 to 1000000000, not "40"; 100 is used/);
  assert.equal(stateOf(engine, id).threshold, 100 * MB);
});

test('the size alert says which part it is, tells rows from space that is held, and what gives it back at which lock', () => {
  const message = (changes: Partial<SessionMetrics['table']>, held?: Partial<SpaceUse>): string => {
    const engine = new AlertEngine();
    const parts = {
      heapBytes: exact(420 * MB),
      toastBytes: exact(0),
      indexBytes: exact(44 * MB),
      totalBytes: exact(464 * MB),
    };
    const reading =
      held === undefined
        ? {}
        : { detail: { ...detail(), space: { ...exact(space(held)), how: 'estimated' as const } } };
    const taken = { growthPerDay: exact(3.1 * MB), light: { table: { ...parts, ...changes } }, ...reading };
    play(engine, 'table-size', every(0, 30, snapshot(taken)));
    return stateOf(engine, 'table-size').message;
  };
  const index = { name: 'django_session_pkey', bytes: 44 * MB, live: 24 * MB, reusable: 20 * MB };
  const heap = message({ reusableBytes: estimated(400 * MB) }, { indexes: [index] });
  assert.match(
    heap,
    /464 MB \(threshold 100 MB\), \+3\.1 MB a day: heap 420 MB \(≈ 400 MB reusable\), indexes 44 MB \(≈ 20 MB reusable\)\./,
  );
  assert.match(heap, /most of it in the heap: held, not growth\. pg_repack .*VACUUM FULL .*ACCESS EXCLUSIVE/);
  const rows = message({ reusableBytes: estimated(230 * MB) }, { indexes: [index] });
  assert.match(
    rows,
    /The rest is rows and index entries, dead ones until a VACUUM included, and over the threshold by itself/,
  );
  const unmeasured = message({ reusableBytes: estimated(230 * MB) }, { indexes: [{ name: 'odd', bytes: MB }] });
  assert.match(
    unmeasured,
    /indexes 44 MB \(how much is reusable is unknown\)\. What is not known to be reusable is over/,
  );
  assert.match(
    message({ reusableBytes: unknown('No rights.') }),
    /heap 420 MB \(how much is reusable is unknown\), indexes 44 MB \(how/,
  );
  const sizes = {
    heapBytes: exact(20 * MB),
    toastBytes: exact(100 * MB),
    indexBytes: exact(344 * MB),
    reusableBytes: estimated(MB),
  };
  const toast = { bytes: 100 * MB, live: 20 * MB, reusable: 80 * MB };
  const bloated = message(sizes, {
    toast,
    indexes: [{ ...index, bytes: 344 * MB, reusable: 300 * MB }],
    holders: [
      { kind: 'transaction', name: 'process 4711 of nightly report', seconds: 7200 },
      { kind: 'transaction', name: 'process 1 of web', seconds: 2 },
      { kind: 'replication slot', name: 'old_replica', seconds: null },
    ],
  });
  assert.match(
    bloated,
    /TOAST 100 MB \(≈ 80 MB reusable\).*most of it in the indexes.*REINDEX INDEX CONCURRENTLY .*SHARE UPDATE EXCLUSIVE/,
  );
  assert.match(
    bloated,
    /while there is: transaction of process 4711 of nightly report, 2 h; replication slot old_replica\.$/,
  );
  for (const text of [heap, rows, unmeasured, bloated]) assert.doesNotMatch(text, /in use/);
});

test('a rule that throws is unknown with its reason; the others are judged', () => {
  const broken = ALERT_RULES.map((rule) => ({
    ...rule,
    ...(rule.id === 'table-size'
      ? {
          read: (): never => {
            throw new Error('no table');
          },
        }
      : {}),
  }));
  const engine = new AlertEngine({ rules: broken });
  engine.evaluate(snapshot(), START);
  assert.match(stateOf(engine, 'table-size').message, /no table/);
  assert.equal(stateOf(engine, 'expired-sessions').status, 'ok');
});
