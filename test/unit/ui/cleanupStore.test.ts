import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import { Problem } from '../../../src/common/problem.ts';
import {
  begun,
  earlierRun,
  endedBy,
  recordOfProgress,
  type CleanupRecord,
} from '../../../src/postgres/cleanup/run/records.ts';
import { operationAnnotations } from '../../../src/presentation/operations/operationAnnotations.ts';
import { cleanupDetail } from '../../../src/presentation/texts/recordTexts.ts';
import { CleanupStore } from '../../../src/ui/cleanup/cleanupStore.ts';

const LOG = { trace: no, debug: no, info: no, warn: no, error: no };

function no(): void {
  // Nothing of this is looked at.
}

/** As VS Code keeps it for all windows: by value. */
class Memory implements vscode.Memento {
  readonly #values = new Map<string, string>();
  isBroken = false;

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get(key: string): never {
    // Whatever was kept: who asks checks it.
    return JSON.parse(this.#values.get(key) ?? 'null') as never;
  }

  update(key: string, value: unknown): Promise<void> {
    if (this.isBroken) return Promise.reject(new Error('The disk is full.'));
    this.#values.set(key, JSON.stringify(value));
    return Promise.resolve();
  }
}

const CONTEXT = {
  who: 'kim',
  from: 'palette',
  target: 'shop on localhost:5432',
  table: 'django_session',
};

const PROGRESS = {
  phase: 'clearing',
  deleted: 120_000,
  share: 0.2,
  batches: 9,
  lastBatchMs: 40,
  longestBatchMs: 50,
  perSecond: 10_000,
  elapsedMs: 12_000,
} as const;

function started(runner: string, secondsAgo: number): ReturnType<typeof begun> {
  const startedAt = new Date(Date.now() - secondsAgo * 1000).toISOString();
  return begun('expired', 'gentle', 500_000, { ...CONTEXT, startedAt }, runner);
}

void test('a run is in the history before its first batch, as it goes on, and once when it has ended', async () => {
  const store = new CleanupStore(new Memory(), LOG);
  const first = started(store.runner, 100);
  await store.put(first);
  assert.match(cleanupDetail(store.records[0] ?? first), /^0 deleted so far, running in 0 s · gentle/);
  await store.put(recordOfProgress(first, PROGRESS));
  const [seen = first] = store.records;
  assert.deepEqual(
    [seen.outcome, seen.deleted],
    ['running', 120_000],
    'its own window works on it, however long it takes',
  );
  const marks = operationAnnotations({ cleanups: { records: store.records, possible: true }, rollbacks: [] });
  assert.deepEqual(marks, [], 'no mark over the charts that changes all the time');
  await store.put({ ...recordOfProgress(first, PROGRESS), outcome: 'done' });
  assert.deepEqual(
    store.records.map(({ outcome }) => outcome),
    ['done'],
  );
});

void test('a window that was closed in the middle leaves a run that was interrupted, with at least what it had deleted', async () => {
  const memory = new Memory();
  const before = new CleanupStore(memory, LOG);
  const run = {
    ...recordOfProgress(started(before.runner, 100), PROGRESS),
    seenAt: new Date(Date.now() - 60_000).toISOString(),
  };
  await before.put(run);
  const next = new CleanupStore(memory, LOG);
  const [record = assert.fail('no record')] = next.records;
  assert.equal(record.outcome, 'interrupted');
  assert.match(
    cleanupDetail(record),
    /^at least 120,000 deleted, then interrupted in 12 s · gentle, from the palette by kim/,
  );
  assert.match(record.notes.join(), /window was closed/);
  const marks = operationAnnotations({ cleanups: { records: next.records, possible: true }, rollbacks: [] });
  assert.equal(marks.length, 1);
  await before.put({ ...run, seenAt: new Date().toISOString() });
  assert.equal(next.records[0]?.outcome, 'running', 'in another window, which was heard of just now');
});

void test('a run that failed is kept, with nothing deleted where it was refused before the first batch', () => {
  const refused = new Problem({ code: 'cleanup-running', what: 'No', why: 'Another.', next: 'Wait.', transient: true });
  const record = endedBy(started('here', 1), refused, false);
  assert.deepEqual([record.outcome, record.deleted, record.deletedHow], ['failed', 0, 'exact']);
  assert.deepEqual(record.notes, ['No: Another. Wait.']);
  assert.equal('runner' in record || 'seenAt' in record, false);
  const lost = endedBy({ ...started('here', 1), how: 'truncate' }, refused, true);
  assert.deepEqual([lost.outcome, lost.deletedHow], ['cancelled', 'atLeast'], 'what became of a TRUNCATE is not known');
});

void test('a history that can’t be written is logged and no failure of the cleanup', async () => {
  const memory = new Memory();
  const warnings: string[] = [];
  const store = new CleanupStore(memory, { ...LOG, warn: (text: string) => void warnings.push(text) });
  memory.isBroken = true;
  await store.put(started(store.runner, 1));
  assert.match(warnings.join(), /could not be written.*The disk is full/);
});

void test('an earlier run tells how long the next takes if it was whole and large enough', () => {
  const whole: CleanupRecord = { ...started('here', 900), outcome: 'done', deleted: 50_000, elapsedMs: 5_000 };
  const others: CleanupRecord[] = [
    { ...whole, deleted: 20 },
    { ...whole, outcome: 'cancelled' },
    { ...whole, deletedHow: 'estimated' },
    { ...whole, kind: 'django', how: 'command' },
    { ...whole, table: 'other' },
  ];
  assert.deepEqual(earlierRun([...others, whole], 'django_session'), {
    pace: 'gentle',
    deleted: 50_000,
    elapsedMs: 5_000,
  });
  assert.equal(earlierRun(others, 'django_session'), undefined);
});
