import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isDashboardState,
  parseToDashboard,
  parseToHost,
  type ToDashboard,
  type ToHost,
} from '../../../src/webview/protocol/protocol.ts';

/** Both doors: what is as it should be passes unchanged, everything else is refused and nothing throws. */

/** An example of each message: the compiler asks for one of every type. */
type Examples<M extends { readonly type: string }> = {
  readonly [T in M['type']]: Extract<M, { readonly type: T }> | readonly Extract<M, { readonly type: T }>[];
};

const TO_HOST: readonly ToHost[] = Object.values({
  ready: { type: 'ready', view: { seconds: 900, from: null, to: null }, maxPoints: 400 },
  range: { type: 'range', request: 1, of: 'all', from: 0, to: 900_000, maxPoints: 400 },
  run: { type: 'run', action: 'djangoSessionMonitor.clearExpired' },
  copy: { type: 'copy', text: 'time\ttotal' },
  savePicture: { type: 'savePicture', name: 'Sessions', data: 'iVBORw0KGgo=' },
  failed: { type: 'failed', message: 'TypeError' },
  beside: { type: 'beside', request: 1, other: 'b', shiftMs: 0, from: 0, to: 1, maxPoints: 100 },
  compare: { type: 'compare', request: 1, before: { from: 0, to: 1 }, after: { from: 1, to: 2 }, other: null },
  saveReport: { type: 'saveReport' },
  report: {
    type: 'report',
    request: 1,
    shown: { from: 0, to: 1 },
    pictures: [{ chart: 'sessions', data: 'iVBORw0KGgo=' }],
    compared: { before: { from: 0, to: 1 }, after: { from: 0, to: 1 }, other: 'settings:staging' },
  },
  explain: { type: 'explain', of: 'django:/shop', id: '-42' },
  openPlan: { type: 'openPlan', of: 'django:/shop', id: '-42' },
  exportHistory: { type: 'exportHistory', from: 0, to: 900_000 },
} satisfies Examples<ToHost>).flat();

const series = { id: 'sessions.total', label: 'Total', what: 'All rows.', factor: 1, role: 'value', color: 0 } as const;
const TO_DASHBOARD: readonly ToDashboard[] = Object.values({
  setup: {
    type: 'setup',
    locale: 'de',
    charts: [{ id: 'a', section: 'sessions', title: 'A', advice: '', unit: 'count', stacked: false, series: [series] }],
    tiles: [{ series: 'sessions.total', chart: 'a', label: 'All sessions' }],
    compact: false,
  },
  state: {
    type: 'state',
    kind: 'live',
    now: 2000,
    title: 'shop',
    watched: 'shop on 127.0.0.1:5432 · development',
    problem: '',
    actions: [{ id: 'x', label: 'X', primary: true }],
    readAt: null,
    values: [{ value: null, text: 'unknown', why: 'Not read yet.' }],
    everyMs: 10_000,
    thresholds: [{ chart: 'a', value: 1000, text: 'Alert above 1,000', firing: false }],
    remarks: [{ chart: 'a', text: '71 of 100 saves changed only last_activity.' }],
    happened: 0,
    history: '',
    others: [{ id: 'settings:staging', name: 'Staging' }],
  },
  data: {
    type: 'data',
    request: 1,
    source: 'store',
    charts: [{ id: 'a', note: 'From this editor’s history.' }],
    from: 0,
    to: 10,
    at: [1, 2],
    stepMs: 0,
    series: [{ metricId: 'sessions.total', min: [1, null], mean: [1, null], max: [1, null] }],
    annotations: [{ kind: 'cleanup', at: 1, until: null, text: 'Cleanup' }],
    extent: { from: 1, to: 2 },
  },
  before: { type: 'before', request: 1, means: [{ metricId: 'sessions.total', mean: null }] },
  chartNotes: {
    type: 'chartNotes',
    request: 1,
    source: 'prometheus',
    failed: true,
    charts: [{ id: 'a', note: 'It failed.' }],
  },
  answered: { type: 'answered', request: 1, againMs: 15_000 },
  compareAround: {
    type: 'compareAround',
    moment: { kind: 'commit', at: 1, until: null, text: 'Commit abc1234 of settings.py: “Throttle”' },
  },
  comparison: {
    type: 'comparison',
    sentence: 'Saves −85%.',
    basis: '',
    markdown: '# x',
    names: { before: 'shop', after: 'Staging' },
    request: 1,
    problem: '',
    before: { from: 0, to: 1, notes: ['It has gaps.'] },
    after: { from: 1, to: 2, notes: [] },
    rows: [
      {
        chart: 'Sessions',
        label: 'Total',
        unit: 'count',
        before: 1,
        after: null,
        percent: null,
        readingsBefore: 3,
        readingsAfter: 0,
        beforeText: '1',
        afterText: 'unknown',
        differenceText: '',
        changeText: 'too few readings after',
        verdict: 'unknown',
        movementText: 'too little data',
        why: 'Nothing was read.',
      },
    ],
  },
  chartAction: { type: 'chartAction', chart: 'sessions', action: 'copy' },
  besideData: {
    type: 'besideData',
    request: 1,
    name: 'Staging',
    at: [1],
    stepMs: 0,
    series: [{ metricId: 'a', min: [1], mean: [null], max: [1] }],
  },
  drawReport: { type: 'drawReport', request: 1, seconds: null },
  statements: {
    type: 'statements',
    of: 'shop',
    readAt: null,
    reason: '',
    next: '',
    note: '',
    rows: [{ id: '1', text: 'SELECT $1', calls: 1, totalMs: 0.5, meanMs: 0.5, rows: 1 }],
  },
  plan: [
    { type: 'plan', of: 'shop', id: '1', text: 'Result', note: '', problem: null },
    { type: 'plan', of: 'shop', id: '1', text: '', note: '', problem: { what: 'a', why: 'b.', next: 'c.' } },
  ],
  application: {
    type: 'application',
    charts: true,
    title: 'From http://127.0.0.1:8000/metrics',
    text: '',
    problem: 'Cannot read it: it is gone. Start it.',
    actions: [{ id: 'x', label: 'X', primary: true }],
    notes: ['A line was left out.'],
    steps: [{ what: 'Install it.', code: 'pip install it' }],
    last: '',
    figures: [{ label: 'Requests', text: '3/s', what: 'Requests a second.' }],
  },
} satisfies Examples<ToDashboard>).flat();

/** Values that are of another kind than any that belongs there. */
const WRONG: readonly unknown[] = [undefined, Symbol('x'), () => 1, NaN, Infinity];

/** Everything that one change makes of a message: each part taken away, replaced, or joined by one more. */
function* spoiled(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      for (const other of [...WRONG, ...spoiled(item)]) yield value.with(i, other);
    }
    return;
  }
  yield { ...value, more: 1 };
  for (const [key, part] of Object.entries(value)) {
    const { [key]: _, ...without } = value as Record<string, unknown>;
    yield without;
    for (const other of [...WRONG, ...spoiled(part)]) yield { ...value, [key]: other };
  }
}

for (const [name, messages, parse] of [
  ['host', TO_HOST, parseToHost],
  ['dashboard', TO_DASHBOARD, parseToDashboard],
] as const) {
  test(`messages to the ${name} pass as they are, also after JSON`, () => {
    for (const message of messages) {
      assert.equal(parse(message), message);
      assert.deepEqual(parse(JSON.parse(JSON.stringify(message))), message);
    }
  });

  test(`whatever is changed in a message to the ${name}, it is refused`, () => {
    let tried = 0;
    for (const message of messages) {
      for (const wrong of spoiled(message)) {
        assert.equal(parse(wrong), undefined, JSON.stringify(wrong));
        tried++;
      }
    }
    assert.ok(tried > 60, `${tried} tried`);
  });

  test(`what is no message to the ${name} at all is refused`, () => {
    for (const wrong of [
      ...WRONG,
      null,
      '',
      'ready',
      1,
      [],
      {},
      { type: '' },
      { type: 'toString' },
      { type: 'x' },
      [messages[0]],
    ])
      assert.equal(parse(wrong), undefined);
  });
}

test('a direction does not take the messages of the other', () => {
  for (const message of TO_DASHBOARD) assert.equal(parseToHost(message), undefined);
  for (const message of TO_HOST) assert.equal(parseToDashboard(message), undefined);
});

test('sizes and ranges have bounds', () => {
  const range = { type: 'range', request: 1, of: 'all', from: 0, to: 1, maxPoints: 100 };
  assert.ok(parseToHost(range));
  for (const maxPoints of [0, -1, 1.5, 10_001]) assert.equal(parseToHost({ ...range, maxPoints }), undefined);
  assert.equal(parseToHost({ type: 'run', action: 'x'.repeat(201) }), undefined);
  assert.equal(parseToHost({ type: 'failed', message: 'x'.repeat(10_001) }), undefined);
});

test('a kept state of another version is not taken', () => {
  const state = {
    view: { seconds: 900, from: null, to: null },
    tables: ['a'],
    hidden: [],
    statements: { column: 'total', descending: true, open: [] },
    compare: { open: true, before: { from: 0, to: 1 }, after: null, other: null, rest: null },
  };
  assert.ok(isDashboardState(state));
  for (const wrong of [undefined, {}, { ...state, view: undefined }, { ...state, tables: [1] }, { ...state, more: 1 }])
    assert.equal(isDashboardState(wrong), false);
});
