import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown, type Measured } from '../../../../src/common/measured.ts';
import { Problem } from '../../../../src/common/problem.ts';
import { ALERT_RULES, AlertEngine } from '../../../../src/monitoring/alerts/alerts.ts';
import {
  abilitiesOf,
  expiredBy,
  findingOf,
  NO_TABLE,
  oldestByOurClock,
  type ServiceState,
} from '../../../../src/monitoring/cleanupService/serviceState.ts';
import { operationsRow } from '../../../../src/presentation/operations/operationRows.ts';
import { cleanupServiceRow, cleanupServiceWord } from '../../../../src/presentation/operations/serviceRows.ts';
import type { Row } from '../../../../src/presentation/rows/row.ts';
import { alertsRow } from '../../../../src/presentation/tree/alertRows.ts';
import { before, CONTAINER, HOUR, NOW, reading, run } from '../../services/support.ts';
import { exact, later, snapshot, START } from '../samples.ts';
import { CANDIDATE, serviceOf, setupOf, stateOf } from './support.ts';

const DENIED = new Problem({
  code: 'socket-denied',
  what: 'The state can’t be read',
  why: 'The socket is *not* ours.',
  next: 'Ask.',
  transient: false,
});
const failed = run(1, { outcome: 'failed', failure: 'OperationalError: no' });
const stopped = { ...CONTAINER, phase: 'stopped', status: 'exited', exitCode: 137, finishedAt: before(60) } as const;

function rowOf(state: ServiceState | undefined, now = NOW): Row {
  const row = cleanupServiceRow(state, now);
  assert.ok(row);
  return row;
}

const children = (row: Row): Record<string, string | undefined> =>
  Object.fromEntries((row.children ?? []).map(({ label, description }) => [label, description]));

test('not looked at, nothing configured, settings that can’t be used, and the first reading each have their row', () => {
  assert.equal(cleanupServiceRow(undefined, NOW), undefined);
  const nothing = { key: '', candidates: [], schedules: [], problems: [], pollSeconds: 60, restartCommand: [] };
  const missing = rowOf({ setup: nothing, table: NO_TABLE });
  assert.deepEqual(
    [missing.description, missing.icon?.id, missing.children],
    ['not configured', 'circle-outline', undefined],
  );
  assert.match(missing.hover?.() ?? '', /cleanupService\.container`.*statusCommand/s);
  const unusable = rowOf({ setup: { ...nothing, problems: [DENIED] }, table: NO_TABLE });
  assert.deepEqual([unusable.description, unusable.icon?.id], [DENIED.why, 'warning']);
  const first = rowOf({ setup: setupOf(), table: NO_TABLE });
  assert.deepEqual([first.description, first.icon?.id], ['reading its state…', 'loading~spin']);
});

test('what the command of the compose file can’t mean has a row and stands in the hover', () => {
  const at = { severity: 'warning', from: 0, to: 1 } as const;
  const findings = [
    { ...at, code: 'compose-dollar', message: 'Compose takes $hour.' },
    { ...at, code: 'compose-dollar', message: 'Compose takes $hour.' },
    { ...at, code: 'compose-command-cut', message: 'The shell gets half.' },
    { ...at, code: 'quoted-date', severity: 'info', message: 'Not worth a row.' },
  ] as const;
  const setup = setupOf({ candidate: { ...CANDIDATE, findings } });
  const row = rowOf(stateOf(reading([run(3)]), { setup }));
  assert.equal(children(row)['Command'], 'The shell gets half.');
  assert.match(row.hover?.() ?? '', /The shell gets half\..*Compose takes \\?\$hour\./su);
  assert.equal((row.hover?.() ?? '').split('hour').length, 2, 'each once');
});

test('what clears sessions by time without being watched is told', () => {
  const schedule = { how: 'systemd', name: 'shop-night', when: 'daily', file: '/w/a.service', from: 0, to: 1 } as const;
  const logs = ['journalctl', '-u', 'shop-night'];
  const nothing = { key: '', candidates: [], problems: [], pollSeconds: 60, restartCommand: [] };
  const row = rowOf({ setup: { ...nothing, schedules: [{ ...schedule, logs }] }, table: NO_TABLE });
  assert.equal(row.description, 'by systemd, daily, not watched');
  assert.match(row.hover?.() ?? '', /shop.{1,3}night: systemd, daily .{0,3}a.*"journalctl","-u","shop-night"/su);
  assert.ok(row.context?.includes('canOpenCompose'));
});

test('a healthy service tells last run, deleted, remaining, next run and its state', () => {
  const table = {
    deletedSince: exact(153),
    expired: exact(12),
    oldestExpired: exact<Date | null>(before(2 * HOUR)),
  };
  const row = rowOf(stateOf(reading([run(3)]), { table }));
  assert.equal(row.description, 'healthy, 150 deleted 3 h ago, next in 21 h');
  assert.deepEqual(row.icon, { id: 'pass', color: 'testing.iconPassed' });
  assert.deepEqual(children(row), {
    'Last run': '3 h ago, succeeded',
    Deleted: '150 by its log, 153 by the table’s counters, 1,250 sessions left',
    'Expired now': '12, oldest 2 h',
    'Next run': 'in 21 h; every 24 h, as its log says',
    State: 'running · shop_session_cleanup · docker',
  });
  assert.deepEqual(row.context, ['value', 'cleanupService', 'canFollowCleanup', 'canRestartCleanup', 'canOpenCompose']);
});

test('each verdict has an icon of its own, and unknown figures are not told as numbers', () => {
  const states = [
    stateOf(reading([run(3)])),
    stateOf(reading([run(50)])),
    stateOf(reading([run(3)]), { table: { ...NO_TABLE, oldestExpired: exact<Date | null>(before(9 * HOUR)) } }),
    stateOf(reading([run(25), failed])),
    stateOf(reading([run(3)], { state: 'stopped', container: stopped })),
    stateOf(reading([], { state: 'notFound' })),
    stateOf(reading([], { state: 'unknown', problem: DENIED })),
    stateOf(reading([])),
  ];
  const verdicts = states.map(({ status }) => status?.verdict);
  assert.deepEqual(verdicts, [
    'healthy',
    'late',
    'deletingNothing',
    'failing',
    'stopped',
    'notFound',
    'engineUnreachable',
    'unknown',
  ]);
  assert.equal(new Set(states.map((state) => rowOf(state).icon?.id)).size, states.length);
  for (const state of states) {
    const row = rowOf(state);
    assert.match(row.hover?.() ?? '', /^\*\*Cleanup service:\*\* /);
    assert.equal(children(row)['Expired now'], 'unknown');
  }
  const failing = states[3];
  assert.equal(children(rowOf(failing))['Log line'], 'OperationalError: no');
  assert.match(rowOf(failing).hover?.() ?? '', /\*Log:\* OperationalError: no/);
  assert.match(rowOf(states[6]).hover?.() ?? '', /socket is \\\*not\\\* ours/);
  assert.match(cleanupServiceWord(failing) ?? '', /^cleanup service failing$/);
});

test('a reading that is old says so, with notes and problems beside it', () => {
  const old = stateOf(reading([run(3)], { notes: ['There is no container x: y runs it.'] }), {
    setup: setupOf({ problems: [DENIED] }),
  });
  const row = rowOf(old, new Date(NOW.getTime() + 600_000));
  assert.match(row.description ?? '', / · read 10 min ago$/);
  assert.doesNotMatch(rowOf(old).description ?? '', /read/);
  assert.equal(row.children?.[0]?.label, DENIED.what);
  assert.equal(children(row)['Note'], 'There is no container x: y runs it.');
});

test('nothing is told of a log that was not read', () => {
  const { log: _, ...notThere } = reading([], { state: 'notFound' });
  assert.deepEqual(Object.keys(children(rowOf(stateOf(notThere)))), ['Expired now', 'State']);
});

test('only what can be done is offered', () => {
  const can = (state: ServiceState): unknown[] => {
    const { canFollow, canRestart } = abilitiesOf(state) ?? {};
    return [canFollow, canRestart];
  };
  assert.deepEqual(can(stateOf(reading([run(3)]))), [true, true]);
  assert.deepEqual(can(stateOf(reading([], { state: 'notFound' }))), [false, false]);
  assert.deepEqual(can(stateOf(reading([], { problem: DENIED }))), [false, false]);
  const service = serviceOf(() => Promise.resolve(reading([])), { canRestart: false });
  const { log: _, ...noLog } = reading([]);
  assert.deepEqual(can(stateOf(noLog, { setup: setupOf({ service }) })), [false, false]);
  assert.equal(abilitiesOf(undefined), undefined);
});

test('the node "Operations" says how the service stands while it is closed', () => {
  const cleanupService = stateOf(reading([run(50)]));
  const row = operationsRow({ rollbacks: [], cleanups: { records: [], possible: false }, cleanupService }, NOW);
  assert.deepEqual([row?.summary, row?.children?.[0]?.id], ['cleanup service late', 'operation/cleanupService']);
});

test('the alert is told with the verdict, is hidden where there is nothing to judge, and goes with the service', () => {
  const engine = new AlertEngine({ settings: { 'djangoSessionMonitor.alerts.cleanupServiceForSeconds': 0 } });
  const rule = ALERT_RULES.find(({ id }) => id === 'cleanup-service');
  assert.ok(rule);
  const judge = (state: ServiceState | 'none' | undefined, second: number): unknown[] => {
    const cleanupService = state === 'none' ? 'none' : findingOf(state);
    engine.evaluate(snapshot(cleanupService === undefined ? {} : { cleanupService }), later(second));
    const { status, applies, message } = engine.states().find((one) => one.rule === rule) ?? {};
    return [status, applies, message];
  };
  assert.deepEqual(judge(undefined, 0), ['unknown', false, 'There is nothing to judge here.']);
  const isDown = stateOf(reading([run(3)], { state: 'stopped', container: stopped }));
  assert.deepEqual(judge(isDown, 10), ['firing', true, isDown.status?.sentence]);
  const circumstances = { cleanupService: { canFollow: true, canRestart: true } };
  const row = alertsRow(engine.states(), later(20), circumstances).children?.[0];
  assert.match(row?.description ?? '', /^stopped · /);
  for (const word of ['canRestartCleanup', 'canFollowCleanup'] as const) assert.ok(row?.context?.includes(word), word);
  assert.deepEqual(judge(undefined, 20), ['firing', true, isDown.status?.sentence], 'not read: it goes on');
  const away = stateOf(reading([], { problem: DENIED, state: 'unknown' }));
  assert.equal(judge(away, 25)[0], 'firing', 'out of reach is no all-clear');
  assert.deepEqual(judge(stateOf(reading([run(3)])), 30).slice(0, 2), ['ok', true]);
  judge(isDown, 40);
  assert.deepEqual(judge('none', 50), ['unknown', false, 'There is nothing to judge here.']);
  assert.ok(!alertsRow(engine.states(), later(50)).children?.some(({ id }) => id === 'alert/cleanup-service'));
});

test('settings that can’t be used are told in the alert instead of no service', () => {
  const setup = { key: '', candidates: [], schedules: [], problems: [DENIED], pollSeconds: 60, restartCommand: [] };
  const finding = findingOf({ setup, table: NO_TABLE });
  assert.ok(finding !== 'none' && finding?.missedRuns.how === 'unknown');
});

test('the oldest expired row is told by our clock, and as it was at the reading', () => {
  const oldestExpired: Measured<Date | null> = exact<Date | null>(START);
  const one = snapshot({ light: { serverTime: later(90), sessions: { oldestExpired } } });
  assert.deepEqual(oldestByOurClock(one).value, later(-90), 'the server is 90 s ahead');
  assert.equal(expiredBy(oldestExpired, later(-1)).value, null);
  assert.deepEqual(expiredBy(oldestExpired, later(1)).value, START);
  assert.equal(expiredBy(unknown('No.'), START).how, 'unknown');
});
