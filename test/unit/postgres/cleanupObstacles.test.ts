import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown, type Measured } from '../../../src/common/measured.ts';
import type { Holder } from '../../../src/postgres/cleanup/obstacles/holder.ts';
import type { Activity } from '../../../src/postgres/cleanup/obstacles/obstacleSql.ts';
import {
  type EngineFacts,
  OBSTACLE_RULES,
  obstacles,
  type Obstacle,
  type Severity,
} from '../../../src/postgres/cleanup/obstacles/obstacles.ts';
import type { CleanupTarget, Heap, IncomingKey } from '../../../src/postgres/cleanup/plan/target.ts';
import type { Database } from '../../../src/postgres/connect/connection.ts';

/** Every obstacle of the table, by what was read; test/postgres/cleanupActions.test.ts has them from a real server where one can be made there. */

const HEAP: Heap = {
  schema: 'public',
  name: 'django_session',
  kind: 'r',
  pages: 1,
  indexed: true,
  mayDelete: true,
  mayLock: true,
};
const KEY: IncomingKey = { table: 'cart', columns: [], action: 'a', maySelect: true, indexed: true };
const TARGET: CleanupTarget = {
  table: { name: 'django_session' },
  name: '"public"."django_session"',
  shown: 'django_session',
  heaps: [HEAP],
  keys: [],
  triggers: [],
  rules: [],
  rowSecurity: false,
  mayTruncate: true,
  mayVacuum: true,
  inRecovery: false,
  sender: null,
  readOnly: false,
  expireType: 'timestamptz',
};
const ACTIVITY: Activity = {
  tableLock: null,
  clearsessions: null,
  oldestTransaction: null,
  oldestSeconds: null,
  prepared: 0,
  slots: [],
  standbys: 0,
  lagBytes: null,
  synchronous: false,
};

const HOLDER: Holder = {
  pid: 5,
  startedAt: null,
  user: 'ann',
  application: 'django-session-monitor',
  address: '10.0.0.5',
  seconds: 60,
  quietSeconds: 1,
  masked: false,
  mayEnd: true,
};

interface Seen {
  readonly target?: Partial<CleanupTarget>;
  readonly activity?: Partial<Activity>;
  readonly holder?: Holder;
  readonly clockAheadMs?: number;
  /** Seconds that the application's clock is behind. */
  readonly behind?: number;
  readonly engine?: EngineFacts;
}

function found({ target, activity, holder, clockAheadMs = 0, behind, engine }: Seen): Obstacle[] {
  const clockBehind: Measured =
    behind === undefined ? unknown('Nothing was saved.') : { how: 'estimated', value: behind, at: new Date(0) };
  const db = { server: { user: 'shop', clockAheadMs } } as unknown as Database;
  return obstacles({
    db,
    target: { ...TARGET, ...target },
    activity: { ...ACTIVITY, ...activity },
    holder,
    clockBehind,
    graceSeconds: 7200,
    engine,
  });
}

/** What makes it, how severe it is, what it says, and what is close to it and no obstacle. */
const CASES: Readonly<Record<string, readonly [Severity, Seen, RegExp, Seen?]>> = {
  'in-recovery': ['blocks', { target: { inRecovery: true, readOnly: true } }, /a standby, which takes no writes/],
  'read-only': ['blocks', { target: { readOnly: true } }, /^User shop may only read/],
  'permission-denied': [
    'blocks',
    { target: { heaps: [{ ...HEAP, mayDelete: false }] } },
    /may not delete from django_s/,
  ],
  'cleanup-running': ['blocks', { holder: HOLDER }, /Another cleanup is running \(.*ann/],
  'table-locked': ['blocks', { activity: { tableLock: 'Process 5' } }, /^Process 5 holds the table locked/],
  'clearsessions-running': [
    'slows',
    { activity: { clearsessions: 'Process 5' } },
    /^Process 5 deletes expired sessions/,
  ],
  'foreign-key-keeps': ['slows', { target: { keys: [KEY] } }, /^Rows of cart keep the sessions/],
  'foreign-key-changes': [
    'slows',
    { target: { keys: [{ ...KEY, action: 'c' }] } },
    /^Rows of cart are deleted or changed/,
  ],
  'foreign-key-without-index': [
    'slows',
    { target: { keys: [{ ...KEY, indexed: false }] } },
    /^Rows of cart are all read for each session/,
  ],
  triggers: ['slows', { target: { triggers: ['audit'] } }, /with each deletion: audit\.$/],
  rules: ['slows', { target: { rules: ['keep'] } }, /Rules replace or follow each DELETE: keep\.$/],
  'row-security': ['slows', { target: { rowSecurity: true } }, /may hide rows from user shop/],
  'long-transaction': [
    'slows',
    { activity: { oldestSeconds: 300, oldestTransaction: 'Process 5' } },
    /^Process 5 has had a transaction open for 5 min/,
    { activity: { oldestSeconds: 299, oldestTransaction: 'Process 5' } },
  ],
  'prepared-transactions': ['slows', { activity: { prepared: 2 } }, /^2 prepared transactions/],
  'replication-slots': ['slows', { activity: { slots: ['old'] } }, /from being freed: old\.$/],
  standbys: [
    'note',
    { activity: { standbys: 1, lagBytes: 1024 } },
    /^1 standby has to replay all of it, 1 kB behind now/,
  ],
  'no-index': [
    'slows',
    { target: { heaps: [HEAP, { ...HEAP, indexed: false }] } },
    /No index leads with expire_date/,
    { target: { heaps: [] } },
  ],
  'foreign-tables': [
    'slows',
    { target: { heaps: [HEAP, { ...HEAP, name: 'far', kind: 'f', indexed: false }] } },
    /: far\.$/,
  ],
  'engine-clears-itself': ['slows', { engine: { clearsItself: true } }, /has its own clear_expired/, { engine: {} }],
  'cached-db': [
    'note',
    { engine: { cached: true } },
    /SESSION_ENGINE is made on cached_db/,
    { engine: { cached: false, clearsItself: false } },
  ],
  'application-clock-behind': ['slows', { behind: 3600 }, /behind the database’s/, { behind: 5 }],
  'application-clock-ahead': ['note', { behind: -3600 }, /ahead of the database’s/, { behind: -5 }],
  clocks: ['note', { clockAheadMs: -90_000 }, /clock is 90 s behind this machine’s/, { clockAheadMs: 4_999 }],
};
/** Comes with it: no key of one kind is without being of another. */
const ALSO: Readonly<Record<string, readonly string[]>> = { 'foreign-key-without-index': ['foreign-key-keeps'] };

test('nothing stands in the way of an ordinary table', () => {
  assert.deepEqual(found({}), []);
});

test('each obstacle of the table is told by what makes it, and by nothing near to that', () => {
  assert.deepEqual(Object.keys(CASES).sort(), OBSTACLE_RULES.map(({ code }) => code).sort());
  for (const [code, [severity, seen, says, near]] of Object.entries(CASES)) {
    const all = found(seen);
    assert.deepEqual(all.map((one) => one.code).sort(), [code, ...(ALSO[code] ?? [])].sort());
    const one = all.find((each) => each.code === code);
    assert.equal(one?.severity, severity, code);
    assert.match(one.text, says, code);
    assert.match(one.text, /^[A-Z\d].*\.$/, code);
    if (near !== undefined) assert.deepEqual(found(near), [], `near ${code}`);
  }
});

test('what blocks is told first', () => {
  const all = found({ target: { readOnly: true, triggers: ['audit'] }, activity: { standbys: 1 }, holder: HOLDER });
  assert.deepEqual(
    all.map(({ severity }) => severity),
    ['blocks', 'blocks', 'slows', 'note'],
  );
});
