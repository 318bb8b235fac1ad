import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMeasured } from '../../../src/common/format.ts';
import { isKnown, unknown } from '../../../src/common/measured.ts';
import type { Measured } from '../../../src/common/measured.ts';
import {
  findMetric,
  metricById,
  METRIC_GROUPS,
  METRICS,
  type MetricValue,
} from '../../../src/monitoring/metrics/metrics.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import type { SessionSample } from '../../../src/postgres/table/readings.ts';
import type { SaveEvidence } from '../../../src/postgres/table/saveEvidence.ts';
import { metricHover } from '../../../src/presentation/texts/hover.ts';
import { eachFigure, type ApplicationReading } from '../../../src/services/applicationMetrics/applicationReading.ts';
import { atLeast, counts, detail, estimated, exact, later, MB, rates, saves, snapshot, START } from './samples.ts';

const application: ApplicationReading = {
  at: START,
  address: 'http://127.0.0.1:8000/metrics',
  from: 'metrics',
  figures: eachFigure(({ unit }) => exact(unit === 'share' ? 0.002 : unit === 'milliseconds' ? 40 : 3)),
  notes: [],
  tookMs: 3,
};
const full = snapshot({ detail: detail(), growthPerDay: estimated(3.1 * MB), application });

function read(id: string, from: Snapshot): Measured<MetricValue> {
  const metric = findMetric(id);
  assert.ok(metric, `there is no metric ${id}`);
  return metric.read(from);
}

test('every row is complete, its id is its own and begins with its group', () => {
  const ids = METRICS.map((metric) => metric.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id, group, label, what, source, advice } of METRICS) {
    assert.ok(id.startsWith(`${group}.`), id);
    assert.match(label, /^[A-Z].*[^.]$/, id);
    assert.match(what, /^[A-Z].*\.$/s, id);
    assert.match(advice, /^[A-Z].*\.$/s, id);
    assert.match(source, /[^.]$/, id);
  }
});

test('every group has metrics and a summary of its own', () => {
  assert.deepEqual(new Set(METRICS.map((metric) => metric.group)), new Set(METRIC_GROUPS.map((group) => group.id)));
  for (const group of METRIC_GROUPS) assert.equal(metricById(group.summary).group, group.id);
});

test('everything is known from a full snapshot, and a bare one throws nowhere', () => {
  const bare = snapshot({ rates: rates(unknown('First reading.')) });
  for (const metric of METRICS) {
    const value = metric.read(full);
    assert.ok(isKnown(value), `${metric.id} is unknown`);
    assert.doesNotMatch(formatMeasured(value, metric.unit, { now: full.at }), /NaN|undefined|Invalid/, metric.id);
    metric.read(bare);
    metric.children?.(bare);
  }
});

test('children have keys of their own and stay the same from reading to reading', () => {
  const keys = (s: Snapshot): unknown => METRICS.map((metric) => metric.children?.(s).map((child) => child.key));
  for (const list of keys(full) as (string[] | undefined)[]) assert.equal(new Set(list).size, list?.length ?? 0);
  assert.deepEqual(keys(full), keys(snapshot({ ...full, at: later(10) })));
});

test('groups say themselves in one line', () => {
  const lines = Object.fromEntries(METRIC_GROUPS.map((group) => [group.id, group.describe(full)]));
  assert.deepEqual(lines, {
    sessions: '900 active, 100 expired',
    writes: '42 saves/min, 71% change only last_activity',
    table: '10 MB, ≈ +3.1 MB a day',
    statements: '2, mean 0.2 ms',
    connections: '12 of 97, 0 waiting',
    database: '12/s, 99.9% cache hits',
    application: '40 ms p95, 3/s, 0.2% errors',
    monitor: '1.6 ms every 10 s',
  });
});

test('what saves change is told by its entries, and an entry’s name is text and nothing else', () => {
  const said = (id: string, s = full): unknown => read(id, s).value;
  assert.equal(said('writes.changes'), '71 of 100 only last_activity');
  assert.equal(said('writes.newContents'), '34 of 40 only last_activity');
  assert.equal(said('writes.notSavedAgain'), 0.9);
  const children = metricById('writes.changes').children?.(full) ?? [];
  assert.deepEqual(
    children.map(({ label, value }) => [label, value.value]),
    [
      ['only last_activity', 71],
      ['nothing', 20],
      ['cart and last_activity', 9],
    ],
  );
  const with_ = (changes: Partial<SaveEvidence>): Snapshot =>
    snapshot({ detail: { ...detail(), saves: exact(saves(changes)) } });
  assert.equal(said('writes.changes', with_({ saves: 0, changes: [] })), null);
  const newcomers = { ...saves().newcomers, settled: 0 };
  assert.match(String(Object.values(read('writes.notSavedAgain', with_({ newcomers })))), /ten minutes old/u);
  const old = with_({ newcomers: { ...saves().newcomers, inserted: 3 } });
  for (const id of ['writes.newContents', 'writes.notSavedAgain'] as const) {
    assert.match(JSON.stringify(read(id, old)), /too many are older ones/u);
    assert.deepEqual(metricById(id).children?.(old) ?? [], []);
  }
  const entries = ['[x](command:y)', '<b>'];
  const hover = metricHover(metricById('writes.changes'), with_({ changes: [{ entries, saves: 9, held: [] }] }), {});
  assert.match(hover, /\\\[x\\\]\\\(command:y\\\) and \\<b\\>/u);
});

test('the share that is signed with SECRET_KEY is told, and by which key the others are', () => {
  const share = read('sessions.signed', full);
  assert.ok(isKnown(share));
  assert.equal(share.value, 0.9);
  const children = metricById('sessions.signed').children?.(full) ?? [];
  assert.deepEqual(
    children.map(({ label, value }) => [label, value.value, isKnown(value) ? value.note : '']),
    [
      ['SECRET_KEY', 0.9, '90 of 100; the newest was saved now'],
      ['none of them', 0.1, '10 of 100'],
    ],
  );
  const without = (sample: Partial<SessionSample>): Measured<MetricValue> => {
    const { signatures: _left, ...rest } = detail().sample.value ?? {
      rows: 0,
      withLastActivity: 0,
      anonymous: 0,
      unreadable: {},
    };
    return read('sessions.signed', snapshot({ detail: { ...detail(), sample: exact({ ...rest, ...sample }) } }));
  };
  assert.match(
    JSON.stringify(without({ whyUnverified: 'KEY is not set' })),
    /The keys are not known: KEY is not set\./u,
  );
  assert.match(JSON.stringify(without({ signatures: [] })), /No session of the sample has a signature/u);
});

test('an exact count takes the place of an estimate that it agrees with, while it is fresh', () => {
  const light = { sessions: { total: estimated(1_010_000, 20_000) } };
  const total = (s: Snapshot): unknown => read('sessions.total', s).value;
  const counted = counts({ total: 1_000_321, at: later(-240) });
  assert.equal(total(snapshot({ light, exact: counted })), 1_000_321);
  const note = read('sessions.total', snapshot({ light, exact: counted }));
  assert.match(isKnown(note) ? (note.note ?? '') : '', /4 min ago/);
  assert.equal(total(snapshot({ light, exact: { ...counted, at: later(-3600) } })), 1_010_000, 'too old');
  assert.equal(total(snapshot({ light, exact: { ...counted, total: 500_000 } })), 1_010_000, 'from before a cleanup');
  assert.equal(total(snapshot({ exact: counted })), 1000, 'the light reading is exact itself');
});

test('an exact count does not hide that there is more by now', () => {
  const s = snapshot({
    light: { sessions: { expired: atLeast(1001) } },
    exact: counts({ expired: 3, at: later(-60) }),
  });
  assert.equal(formatMeasured(read('sessions.expired', s), 'count'), '> 1,000');
  const counted = snapshot({
    light: { sessions: { expired: atLeast(1001) } },
    exact: counts({ expired: 5000, at: later(-60) }),
  });
  assert.equal(read('sessions.expired', counted).value, 5000);
  const blind = snapshot({ light: { sessions: { expired: unknown('No index.') } }, exact: counts({ expired: 3 }) });
  assert.equal(read('sessions.expired', blind).value, 3);
});

test('shares of the sample carry the uncertainty of a proportion', () => {
  const activity = read('sessions.lastActivity', full);
  assert.ok(isKnown(activity));
  assert.equal(activity.value, 0.8);
  assert.ok(Math.abs((activity.plusMinus ?? 0) - 0.0784) < 1e-4);
  assert.match(activity.note ?? '', /80 of 100 .*2 more could not be decoded/);
  const none = read('sessions.anonymous', full);
  assert.ok(isKnown(none) && none.plusMinus === 0.03, 'rule of three');
});

test('where there is no session there is no share of them, which is not unknown', () => {
  const sampled = detail().sample;
  assert.ok(isKnown(sampled));
  const of = (change: Partial<typeof sampled.value>): Snapshot =>
    snapshot({ detail: { ...detail(), sample: exact({ ...sampled.value, rows: 0, unreadable: {}, ...change }) } });
  const none = read('sessions.anonymous', of({}));
  assert.deepEqual([none.how, none.value], ['estimated', null]);
  assert.equal(read('sessions.signed', of({ signatures: [] })).value, null);
  assert.match(
    String(Object.values(read('sessions.anonymous', of({ unreadable: { pickle: 3 } })))),
    /None of 3 sampled/,
  );
});

test('the guide’s estimates stand beside the rate, with their formula', () => {
  const s = snapshot({ light: { sessions: { active: exact(1000) } } });
  const before = read('writes.estimateUnthrottled', s);
  const after = read('writes.estimateThrottled', s);
  assert.equal(before.value, 100_000);
  assert.equal(after.value, 15_000);
  assert.ok(isKnown(after) && after.how === 'estimated');
  assert.match(after.note ?? '', /1,000 active sessions × 96 intervals a day ÷ 6\.4/);
  assert.equal(read('writes.perDay', s).value, 42 * 1440);
});

test('a mean of no calls is no number, and unknown parts stay unknown', () => {
  const empty = snapshot({ detail: { ...detail(), statements: exact([]) } });
  assert.equal(read('statements.meanTime', empty).value, null);
  assert.equal(read('statements.count', empty).value, 0);
  const masked = snapshot({ light: { connections: { max: unknown('Hidden.') } } });
  assert.equal(read('connections.usedShare', masked).how, 'unknown');
  assert.equal(read('sessions.lastActivity', snapshot({ at: START })).how, 'unknown');
});
