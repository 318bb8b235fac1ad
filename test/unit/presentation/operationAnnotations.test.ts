import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSame } from '../../../src/history/ranges/annotations.ts';
import type { CleanupRecord } from '../../../src/postgres/cleanup/run/records.ts';
import { alertAnnotation, operationAnnotations } from '../../../src/presentation/operations/operationAnnotations.ts';
import type { RollbackRecord } from '../../../src/presentation/texts/rollbackTypes.ts';
import { later, START } from '../monitoring/samples.ts';

const TRANSITION = {
  ruleId: 'table-size',
  at: later(1),
  severity: 'critical',
  message: '120 MB.',
  notify: true,
} as const;

test('alerts that begin to fire and that clear are marked, other transitions are not', () => {
  const steps = ['ok pending', 'pending firing', 'firing firing', 'firing ok', 'pending ok', 'firing unknown'] as const;
  const marks = steps.map((step) => {
    const [from = 'ok', to = 'ok'] = step.split(' ') as ('ok' | 'pending' | 'firing' | 'unknown')[];
    const mark = alertAnnotation({ ...TRANSITION, from, to });
    return mark === undefined ? undefined : `${mark.kind} ${mark.text}`;
  });
  assert.deepEqual(marks, [
    undefined,
    'alertFiring Session table is large: 120 MB.',
    undefined,
    'alertCleared Session table is large: cleared',
    undefined,
    undefined,
  ]);
});

const ROLLBACK: RollbackRecord = {
  id: 'r1',
  at: START.toISOString(),
  action: 'disable',
  origin: 'lens',
  middleware: 'shop.middleware.ThrottledSessionMiddleware',
  files: ['/srv/shop/config/settings.py'],
  before: { everyRequest: false, throttled: true },
  after: { everyRequest: false, throttled: false },
};

const CLEANUP: CleanupRecord = {
  kind: 'expired',
  startedAt: START.toISOString(),
  who: 'kim',
  from: 'alert',
  target: 'shop on localhost:5432',
  table: 'django_session',
  how: 'gentle',
  outcome: 'done',
  deleted: 500_000,
  expiredBefore: 500_000,
  expiredAfter: 0,
  elapsedMs: 12_000,
  batches: 100,
  longestBatchMs: 40,
  notes: [],
};

test('cleanups span their time, rollbacks and restarts are moments', () => {
  const restart = { command: ['systemctl', 'restart', 'shop'], at: later(60).toISOString(), exitCode: 0 };
  const all = operationAnnotations({
    cleanups: { records: [CLEANUP], possible: true },
    rollbacks: [
      { ...ROLLBACK, restart },
      { ...ROLLBACK, id: 'r2', action: 'restore' },
    ],
  });
  assert.deepEqual(
    all.map(({ kind, at, until }) => [kind, at.getTime() - START.getTime(), until && until.getTime() - at.getTime()]),
    [
      ['cleanup', 0, 12_000],
      ['rollback', 0, undefined],
      ['restart', 60_000, undefined],
      ['restore', 0, undefined],
    ],
  );
  assert.equal(
    all[0]?.text,
    'Cleanup, Expired sessions: 500,000 deleted in 12 s, 0 expired left · gentle, from the alert by kim',
  );
  assert.match(all[1]?.text ?? '', /^Quick rollback of ThrottledSessionMiddleware: settings\.py, from the lens/);
});

test('what becomes known later changes the text, not the event', () => {
  const of = (record: RollbackRecord): ReturnType<typeof operationAnnotations>[number] => {
    const [first] = operationAnnotations({ cleanups: { records: [], possible: true }, rollbacks: [record] });
    return first ?? assert.fail('no annotation');
  };
  const before = of(ROLLBACK);
  const undone = of({ ...ROLLBACK, undone: true });
  assert.ok(isSame(before, undone));
  assert.notEqual(before.text, undone.text);
  assert.ok(!isSame(before, of({ ...ROLLBACK, id: 'r2' })), 'two at the same moment are two');
});
