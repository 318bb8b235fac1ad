import { unknown, type Known, type Measured } from '../../../src/common/measured.ts';
import type { Rates, Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import type { SaveEvidence } from '../../../src/postgres/table/saveEvidence.ts';
import type {
  DetailMetrics,
  ExactCounts,
  SessionMetrics,
  SessionTableFacts,
  SpaceUse,
} from '../../../src/postgres/table/readings.ts';

export const START = new Date('2025-11-09T14:00:00Z');
export const MB = 1024 * 1024;

export function later(seconds: number, from: Date = START): Date {
  return new Date(from.getTime() + seconds * 1000);
}

export function exact<T>(value: T, at: Date = START): Known<T> {
  return { how: 'exact', value, at };
}

export function estimated(value: number, plusMinus?: number, at: Date = START): Known<number> {
  return plusMinus === undefined ? { how: 'estimated', value, at } : { how: 'estimated', value, at, plusMinus };
}

export function atLeast(value: number, at: Date = START): Known<number> {
  return { how: 'atLeast', value, at };
}

/** What differs from a small healthy table. */
export interface Changes {
  readonly at?: Date;
  readonly serverTime?: Date;
  readonly startedAt?: Date;
  readonly inRecovery?: boolean;
  readonly resetAt?: Date | null;
  readonly counters?: Partial<SessionMetrics['counters']>;
  readonly database?: Partial<SessionMetrics['database']>;
  readonly sessions?: Partial<SessionMetrics['sessions']>;
  readonly table?: Partial<SessionMetrics['table']>;
  readonly connections?: Partial<SessionMetrics['connections']>;
  readonly serverMs?: number;
  readonly roundTripMs?: number;
}

export function metrics(changes: Changes = {}): SessionMetrics {
  const at = changes.at ?? START;
  return {
    at,
    serverTime: changes.serverTime ?? at,
    server: {
      version: 180_004,
      database: 'shop',
      user: 'app',
      startedAt: changes.startedAt ?? new Date('2025-11-01T00:00:00Z'),
      inRecovery: changes.inRecovery ?? false,
    },
    sessions: {
      total: exact(1000, at),
      active: exact(900, at),
      expired: exact(100, at),
      oldestExpired: exact<Date | null>(later(-3600, at), at),
      savedLastHour: estimated(300, 20, at),
      ...changes.sessions,
    },
    table: {
      qualifiedName: 'public.django_session',
      heapBytes: exact(6 * MB, at),
      indexBytes: exact(3 * MB, at),
      toastBytes: exact(8192, at),
      totalBytes: exact(10 * MB, at),
      reusableBytes: estimated(MB, undefined, at),
      deadTuples: exact(12, at),
      lastVacuum: exact<Date | null>(null, at),
      lastAutovacuum: exact<Date | null>(null, at),
      lastAnalyze: exact<Date | null>(null, at),
      expireIndex: true,
      ...changes.table,
    },
    counters: {
      inserted: 1000,
      updated: 5000,
      hotUpdated: 0,
      deleted: 100,
      sequentialScans: 1,
      indexScans: 9000,
      ...changes.counters,
    },
    connections: {
      byState: { idle: 3, active: 1 },
      total: exact(4, at),
      waiting: exact(0, at),
      longestTransactionSeconds: exact(0, at),
      used: exact(12, at),
      max: exact(97, at),
      ...changes.connections,
    },
    database: {
      commits: 10_000,
      rollbacks: 10,
      blocksHit: 50_000,
      blocksRead: 500,
      tempFiles: 0,
      tempBytes: 0,
      resetAt: changes.resetAt ?? null,
      ...changes.database,
    },
    cost: { statements: 1, serverMs: changes.serverMs ?? 1.6, roundTripMs: changes.roundTripMs ?? 2.1 },
  };
}

export function detail(at: Date = START): DetailMetrics {
  const statement = {
    queryId: '1',
    query: 'SELECT session_data\n  FROM django_session',
    calls: 90,
    totalMs: 9,
    meanMs: 0.1,
    rows: 90,
  };
  return {
    at,
    statements: exact(
      [
        statement,
        { ...statement, queryId: '2', query: 'UPDATE django_session', calls: 10, totalMs: 11, meanMs: 1.1, rows: 10 },
      ],
      at,
    ),
    indexes: exact(
      [
        {
          name: 'django_session_pkey',
          definition: 'CREATE UNIQUE INDEX …',
          bytes: MB,
          scans: 900,
          valid: true,
          unique: true,
        },
        {
          name: 'django_session_expire_date',
          definition: 'CREATE INDEX …',
          bytes: MB,
          scans: 0,
          valid: true,
          unique: false,
        },
      ],
      at,
    ),
    sample: exact(
      {
        rows: 100,
        withLastActivity: 80,
        anonymous: 0,
        unreadable: { pickle: 2 },
        cookieAgeSeconds: 1_209_600,
        signatures: [
          { key: 'SECRET_KEY', sessions: 90, newest: at },
          { key: 'none of them', sessions: 10 },
        ],
      },
      at,
    ),
    saves: exact(saves(), at),
    tables: exact([sessionTable({ watched: true })], at),
    space: { ...exact(space(), at), how: 'estimated' },
    cost: { statements: 3, serverMs: 5, roundTripMs: 6 },
  };
}

export function saves(changes: Partial<SaveEvidence> = {}): SaveEvidence {
  return {
    seconds: 600,
    saves: 100,
    changes: [
      { entries: ['last_activity'], saves: 71, held: ['last_activity'] },
      { entries: [], saves: 20, held: ['cart', 'last_activity'] },
      { entries: ['cart', 'last_activity'], saves: 9, held: ['cart', 'last_activity'] },
    ],
    others: 0,
    newcomers: {
      sessions: 40,
      anonymous: 36,
      inserted: 41,
      settled: 30,
      savedAgain: 3,
      contents: [
        { entries: ['last_activity'], sessions: 34 },
        { entries: ['_auth_user_id', 'last_activity'], sessions: 6 },
      ],
    },
    ...changes,
  };
}

export function space(changes: Partial<SpaceUse> = {}): SpaceUse {
  return {
    toast: { bytes: 0, live: 0, reusable: 0 },
    indexes: [{ name: 'django_session_pkey', bytes: MB, live: 0.6 * MB, reusable: 0.4 * MB }],
    holders: [],
    ...changes,
  };
}

export function sessionTable(changes: Partial<SessionTableFacts> = {}): SessionTableFacts {
  return {
    schema: 'public',
    name: 'django_session',
    rows: 1000,
    bytes: 96 * MB,
    writes: 10,
    watched: false,
    ...changes,
  };
}

export function counts(changes: Partial<ExactCounts> = {}): ExactCounts {
  return {
    at: START,
    total: 1000,
    active: 900,
    expired: 100,
    cost: { statements: 1, serverMs: 150, roundTripMs: 151 },
    ...changes,
  };
}

export function rates(savesPerMinute: Measured = exact(42)): Rates {
  return {
    savesPerMinute,
    insertsPerMinute: exact(2),
    updatesPerMinute: exact(40),
    deletesPerMinute: exact(0),
    hotShare: exact(0),
    savesPerSessionAndInterval: exact(0.7),
    transactionsPerSecond: exact(12),
    cacheHitShare: exact(0.999),
    tempBytesPerMinute: exact(0),
  };
}

export function snapshot(changes: Partial<Snapshot> & { readonly light?: Changes } = {}): Snapshot {
  const { light, ...rest } = changes;
  const at = rest.at ?? light?.at ?? START;
  return {
    at,
    connection: { id: 'shop', name: 'shop', production: false },
    metrics: metrics({ at, ...light }),
    rates: rates(),
    growthPerDay: unknown('The size history is too short.'),
    settings: { throttleIntervalSeconds: 900 },
    monitor: { readings: 1, statements: 1, meanServerMs: 1.6, intervalSeconds: 10, coreShare: 0.00016 },
    ...rest,
  };
}
