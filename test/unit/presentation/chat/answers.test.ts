import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { unknown } from '../../../../src/common/measured.ts';
import { Problem } from '../../../../src/common/problem.ts';
import { AlertEngine } from '../../../../src/monitoring/alerts/alerts.ts';
import { METRICS } from '../../../../src/monitoring/metrics/metrics.ts';
import type { SearchedCode } from '../../../../src/monitoring/saves/suspects.ts';
import type { Snapshot } from '../../../../src/monitoring/snapshot/snapshot.ts';
import { CAUSES } from '../../../../src/diagnosis/causes/causes.ts';
import { alertsAnswer } from '../../../../src/presentation/chat/alertsAnswer.ts';
import { diagnosisAnswer } from '../../../../src/presentation/chat/diagnosisAnswer.ts';
import { historyAnswer } from '../../../../src/presentation/chat/historyAnswer.ts';
import { metricsAnswer } from '../../../../src/presentation/chat/metricsAnswer.ts';
import type { ToolFacts } from '../../../../src/presentation/chat/toolFacts.ts';
import { writersAnswer } from '../../../../src/presentation/chat/writersAnswer.ts';
import { openStore, temporaryFolder } from '../../history/folder.ts';
import { detail, exact, later, MB, rates, saves, snapshot, space, START } from '../../monitoring/samples.ts';

const CANARY = 'canary4711';
const ANSWERS = { metrics: metricsAnswer, alerts: alertsAnswer, history: historyAnswer, writers: writersAnswer };

/** Everything that others write is the canary: statements, names of applications, entries, containers, notes. */
function told(): Snapshot {
  const found = detail();
  const [statement] = found.statements.value ?? assert.fail();
  const entry = `${CANARY}_entry`;
  return snapshot({
    light: { table: { totalBytes: exact(500 * MB) } },
    detail: {
      ...found,
      statements: exact([{ ...(statement ?? assert.fail()), query: `SELECT '${CANARY}'` }]),
      space: exact(space({ holders: [{ kind: 'transaction', name: CANARY, seconds: 9000 }] })),
      saves: exact(
        saves({
          changes: [
            { entries: [entry, 'cart'], saves: 80, held: [entry] },
            { entries: [`seen_${CANARY}`], saves: 20, held: [] },
          ],
          newcomers: { ...saves().newcomers, contents: [{ entries: [entry], sessions: 40 }] },
        }),
      ),
    },
    cleanupService: { missedRuns: exact(2), verdict: 'failing', sentence: `It says: ${CANARY}` },
    application: { figures: {}, at: START } as unknown as Snapshot['application'] & object,
  });
}

const CODE: SearchedCode = {
  root: '/p',
  files: 3,
  complete: true,
  settings: { flags: new Map(), texts: new Map(), places: new Map() },
  writes: [named('cart', false), named('seen_', true)],
};

function named(name: string, isPrefix: boolean): SearchedCode['writes'][number] {
  const place = { file: '/p/shop/views.py', from: 10, to: 20, line: 4 };
  return {
    ...place,
    how: 'sets',
    owner: 'front',
    guards: [],
    role: 'other',
    isInstalled: false,
    entry: { name, isPrefix },
  };
}

async function factsOf(t: TestContext, read = told()): Promise<ToolFacts> {
  const store = await openStore(t, temporaryFolder(t));
  for (let second = 0; second < 3600; second += 10) {
    const at = later(second);
    store.add(snapshot({ at, light: { at }, rates: rates(exact(second, at)) }));
  }
  store.annotate({ kind: 'rollback', at: later(60), text: `Rolled back ${CANARY}`, data: { id: CANARY } });
  store.annotate({ kind: 'check', at: later(70), text: `A note: ${CANARY}`, data: { id: 'x' } });
  store.annotate({ kind: 'cleanup', at: later(80), text: '-', data: { kind: 'expired', deleted: 12 } });
  const engine = new AlertEngine();
  for (let second = 0; second < 600; second += 10) engine.evaluate({ ...told(), at: later(second) }, later(second));
  const state = {
    kind: 'connected',
    connection: { name: 'shop', production: true, target: CANARY, connectionString: `postgresql://${CANARY}` },
    monitor: { kind: 'live', snapshot: read },
    alerts: engine.states(),
  } as unknown as ToolFacts['state'];
  return { state, history: store, writers: CODE, now: later(3600) };
}

const RANGE = { metrics: ['sessions.total', 'writes.saves'], from: START.toISOString() };

test('each tool answers with figures, and nothing that others wrote is in an answer', async (t) => {
  const facts = await factsOf(t);
  const inputs = { metrics: {}, alerts: {}, history: RANGE, writers: {} };
  for (const [name, answer] of Object.entries(ANSWERS)) {
    const text = JSON.stringify(answer(inputs[name as keyof typeof ANSWERS], facts));
    assert.ok(
      !text.includes(CANARY),
      `${name}: ${text.slice(Math.max(0, text.indexOf(CANARY) - 100), text.indexOf(CANARY) + 40)}`,
    );
    assert.ok(text.length > 200 && text.length < 60_000, `${name}: ${text.length} characters`);
    assert.match(text, /"database":"shop","production":true,"monitoring":"live"/u);
  }
});

test('the metrics are those of the table that are numbers, each with how it is known, one group where that is asked for', async (t) => {
  const facts = await factsOf(t);
  const { metrics } = metricsAnswer({}, facts) as {
    metrics: { id: string; value: unknown; how?: string; unknown?: string }[];
  };
  const texts = new Set(METRICS.filter(({ unit }) => unit === 'text').map(({ id }) => id as string));
  assert.ok(metrics.length > 60);
  assert.deepEqual(
    metrics.filter(({ id }) => texts.has(id)),
    [],
  );
  for (const { id, value, how, unknown: why } of metrics)
    assert.ok(value === null ? why !== undefined || how === 'exact' : how !== undefined, id);
  const table = metricsAnswer({ group: 'table' }, facts) as { metrics: { id: string; text?: string }[] };
  assert.ok(table.metrics.every(({ id }) => id.startsWith('table.')));
  assert.equal(table.metrics.find(({ id }) => id === 'table.total')?.text, '500 MB');
});

test('the alerts are told with value and threshold', async (t) => {
  const { alerts } = alertsAnswer({}, await factsOf(t)) as {
    alerts: { id: string; status: string; value: string; fires: string }[];
  };
  const size = alerts.find(({ id }) => id === 'table-size');
  assert.deepEqual([size?.status, size?.value, size?.fires], ['firing', '500 MB', 'above 100 MB for 30 s']);
});

test('the history has as many steps as are asked for, and events by kind and time', async (t) => {
  const facts = await factsOf(t);
  const answer = historyAnswer({ ...RANGE, points: 10 }, facts) as {
    at: string[];
    series: { metric: string; mean: number[] }[];
    events: object[];
  };
  assert.ok(answer.at.length >= 8 && answer.at.length <= 12, String(answer.at.length));
  assert.deepEqual(
    answer.series.map(({ metric, mean }) => [metric, mean.length]),
    [
      ['sessions.total', answer.at.length],
      ['writes.saves', answer.at.length],
    ],
  );
  assert.deepEqual(answer.events, [
    { kind: 'rollback', at: later(60).toISOString() },
    { kind: 'check', at: later(70).toISOString() },
    { kind: 'cleanup', at: later(80).toISOString(), deleted: 12 },
  ]);
  const all = historyAnswer(
    {
      ...RANGE,
      metrics: METRICS.filter(({ unit }) => unit !== 'text' && unit !== 'date')
        .slice(0, 10)
        .map(({ id }) => id),
      points: 200,
    },
    facts,
  );
  assert.ok(JSON.stringify(all).length < 60_000, 'the longest answer');
});

test('entries are named as the code names them, and the likeliest place is told', async (t) => {
  const answer = writersAnswer({}, await factsOf(t)) as {
    changes: { entries: string[]; saves: number }[];
    likeliestCause: { entry?: string; place?: string };
  };
  assert.deepEqual(answer.changes, [
    { entries: ['an entry that the code does not name', 'cart'], saves: 80 },
    { entries: ['seen_…'], saves: 20 },
  ]);
  assert.match(answer.likeliestCause.place ?? '', /^front sets cart · shop\/views\.py:5$/u);
  const unsearched = writersAnswer({}, { ...(await factsOf(t)), writers: undefined }) as {
    changes: { entries: string[] }[];
    likeliestCause: object;
  };
  assert.deepEqual(
    new Set(unsearched.changes.flatMap(({ entries }) => entries)),
    new Set(['an entry that the code does not name']),
  );
  assert.match(JSON.stringify(unsearched.likeliestCause), /open the Django Sessions view/u);
  const blind = snapshot({ detail: { ...detail(), saves: unknown('It may not be read.') } });
  assert.match(JSON.stringify(writersAnswer({}, await factsOf(t, blind))), /"unknown":"It may not be read\."/u);
});

test('a question that can’t be answered says which parameter is wrong, and what it can be', async (t) => {
  const facts = await factsOf(t);
  const wrong: readonly (readonly [tool: keyof typeof ANSWERS, input: unknown, says: RegExp])[] = [
    ['metrics', [], /not an object/u],
    ['metrics', 'all', /not an object/u],
    ['metrics', { group: 'users' }, /"group" is none of what it can be.*sessions, writes, table/u],
    ['metrics', { key: 'abc' }, /"key" is not a parameter.*group/u],
    ['alerts', { id: 'x' }, /"id" is not a parameter/u],
    ['writers', { sql: 'x' }, /"sql" is not a parameter/u],
    ['history', {}, /"metrics" is no list of 1 to 10 ids/u],
    ['history', { ...RANGE, metrics: [] }, /"metrics" is no list/u],
    ['history', { ...RANGE, metrics: METRICS.map(({ id }) => id) }, /"metrics" is no list of 1 to 10/u],
    ['history', { ...RANGE, metrics: ['sessions.secret'] }, /no history of "sessions\.secret"/u],
    ['history', { ...RANGE, metrics: ['writes.changes'] }, /no history of "writes\.changes"/u],
    ['history', { ...RANGE, metrics: [{}] }, /no history of what is no text/u],
    ['history', { metrics: RANGE.metrics }, /"from" is missing/u],
    ['history', { ...RANGE, from: 'yesterday' }, /"from" is no date/u],
    ['history', { ...RANGE, from: '2025-11-09T14:00:00' }, /with the time zone/u],
    ['history', { ...RANGE, to: START.toISOString() }, /"from" is not before "to"/u],
    ['history', { ...RANGE, points: 1 }, /"points" is out of its range.*2 to 200/u],
    ['history', { ...RANGE, points: 1e9 }, /out of its range/u],
    ['history', { ...RANGE, points: '10' }, /out of its range/u],
  ];
  for (const [tool, input, says] of wrong) {
    assert.throws(
      () => ANSWERS[tool](input, facts),
      (error) => {
        assert.ok(error instanceof Problem && error.code === 'tool-input', JSON.stringify(input));
        assert.match(error.message, says);
        return true;
      },
    );
  }
  const nothing = { ...facts, state: { kind: 'notConfigured' } as const };
  for (const answer of [metricsAnswer, alertsAnswer, writersAnswer])
    assert.throws(() => answer({}, nothing), /No database is watched/u);
  assert.throws(() => historyAnswer(RANGE, nothing), /No database is watched/u);
  const connecting = { ...facts, state: { ...facts.state, monitor: { kind: 'connecting' } } as ToolFacts['state'] };
  assert.throws(() => metricsAnswer({}, connecting), /Nothing has been read from the database yet/u);
});

test('of a diagnosis the findings are told with their figures, and nothing of what they rest on', async (t) => {
  const facts = await factsOf(t);
  const cause = { ...(CAUSES[0] ?? assert.fail('no cause')), title: 'The throttle is off' };
  const exhibits = [
    { kind: 'log', text: CANARY, source: CANARY },
    { kind: 'query', sql: `SELECT '${CANARY}'`, head: [CANARY], rows: [[CANARY]] },
    { kind: 'code', text: CANARY, place: { file: CANARY, from: 0, to: 1 } },
  ] as const;
  const asked: unknown[] = [];
  const answer = await diagnosisAnswer({ symptom: 'load' }, facts, (symptom) => {
    asked.push(symptom);
    const found = {
      verdict: 'found',
      share: 0.8512,
      confidence: 'certain',
      sentence: '85% of the saves.',
      exhibits,
    } as const;
    const finding = { cause, ...found, remedies: [{ title: 'Restore the throttle', arguments: [CANARY] }] };
    const unseen = [{ cause, reason: `It is long: ${'x'.repeat(1000)}` }];
    return Promise.resolve({
      symptom,
      at: START,
      findings: [finding],
      ruledOut: [{ cause, sentence: CANARY }],
      unseen,
    });
  });
  assert.deepEqual(asked, ['load']);
  const text = JSON.stringify(answer);
  assert.ok(!text.includes(CANARY), text);
  assert.match(text, /"explains":0\.851,"confidence":"certain","sentence":"85% of the saves\."/u);
  assert.ok(text.length < 2000, 'long reasons are clipped');
  const look = (): never => assert.fail('it must not be looked for');
  await assert.rejects(diagnosisAnswer({ symptom: 'rain' }, facts, look), /"symptom" is none of what it can be/u);
});
