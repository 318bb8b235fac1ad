import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { after, describe, it } from 'node:test';
import { Client } from 'pg';
import { Problem } from '../../../src/common/problem.ts';
import { ensureTool } from '../../kit/apt.ts';
import { MAJORS } from '../../kit/binaries.ts';
import { selfSigned } from '../../kit/certificate.ts';
import { startPgbouncer, type PoolMode } from '../../kit/pgbouncer.ts';
import { startPostgres, type PostgresOptions, type TestPostgres } from '../../kit/postgres.ts';
import { startStandby } from '../../kit/standby.ts';
import { eventually } from '../../postgres/support.ts';
import { FEATURES, type FeatureName } from './features.ts';
import { furnish, PASSWORD, placeOn, refill, type Place, type Role } from './place.ts';
import { tableLines } from './table.ts';

/**
 * What works where: each feature is tried at each place, and does what it is for, or is refused with the Problem, or leaves out what it
 * names, that stand here. The table of all of it is printed at the end.
 */

type Expected = Partial<Record<FeatureName, string>>;

/** The same of each feature, where nothing can be done at all. */
const nothing = (code: string): Expected => ({
  ...Object.fromEntries(FEATURES.map(({ name }) => [name, code])),
  diagnosis: 'without load, visits, connections, pooling, heldRows, indexes',
});

/** Statements of others are planned and run for no role that could do harm. */
const SUPERUSER: Expected = { explain: 'explain-role', document: 'query-role' };

const CHANGES_NOTHING: Expected = {
  preview: 'blocked: permission-denied',
  gentle: 'permission-denied',
  fast: 'permission-denied',
  vacuum: 'vacuum-not-allowed',
  delete: 'permission-denied',
  truncate: 'permission-denied',
};
const ENDS_NOTHING: Expected = { cancel: 'backend-not-allowed', terminate: 'backend-not-allowed' };
const SEES_NOBODY: Expected = { backends: 'masked', cancel: 'backend-masked', terminate: 'backend-masked' };
/** What others do is hidden. */
const SEES_ITSELF: Expected = {
  light: 'without waiting, longestTransactionSeconds',
  detail: 'without statements',
  export: 'without waiting, longest_transaction_seconds, distinct, calls_total, seconds_total, rows_total',
};
const READS_NOTHING: Expected = {
  ...nothing('permission-denied'),
  explain: 'explain-permission',
  document: 'query-permission',
  diagnosis: 'without load, visits',
  export: 'without sessions',
};

const RIGHTS: readonly (readonly [role: Role, what: string, expected: Expected])[] = [
  ['postgres', 'superuser', SUPERUSER],
  ['operator', 'owner with pg_monitor and pg_signal_backend', {}],
  ['site', 'owner, as Django has it', SEES_ITSELF],
  ['monitor', 'pg_monitor and SELECT', { ...CHANGES_NOTHING, ...ENDS_NOTHING }],
  ['reader', 'SELECT only', { ...SEES_ITSELF, ...CHANGES_NOTHING, ...SEES_NOBODY }],
  ['watcher', 'pg_monitor without SELECT', { ...READS_NOTHING, backends: '', ...ENDS_NOTHING }],
  [
    'stranger',
    'nothing',
    {
      ...READS_NOTHING,
      ...SEES_NOBODY,
      export:
        'without sessions, waiting, longest_transaction_seconds, distinct, calls_total, seconds_total, rows_total',
    },
  ],
];

/** Views of statistics that some administrators keep from everybody. */
const STATISTICS = 'pg_stat_activity, pg_stat_database, pg_stat_all_tables, pg_stat_statements, pg_locks';
const WITHOUT_STATISTICS: Expected = {
  light: 'without waiting, longestTransactionSeconds',
  detail: 'without statements, space',
  diagnosis: 'without load, connections, heldRows',
  backends: 'built-in-denied',
  cancel: 'built-in-denied',
  terminate: 'built-in-denied',
  preview: 'built-in-denied',
  export: 'without waiting, longest_transaction_seconds, statements',
};

const STANDBY: Expected = {
  light: 'without deadTuples, lastVacuum, lastAutovacuum, lastAnalyze',
  detail: 'without space',
  preview: 'blocked: in-recovery',
  gentle: 'in-recovery',
  fast: 'in-recovery',
  vacuum: 'in-recovery',
  delete: 'in-recovery',
  truncate: 'in-recovery',
  export:
    'without dead_tuples, inserted_total, updated_total, hot_updated_total, deleted_total, last_vacuum_timestamp_seconds, last_analyze_timestamp_seconds',
};

const rows: [string, string[]][] = [];

async function tried(name: string, place: Place, expected: Expected): Promise<void> {
  const cells: [FeatureName, string][] = [];
  await refill(place);
  try {
    for (const { name: feature, attempt } of FEATURES) {
      const cell = await attempt(place).catch((error: unknown) => {
        if (error instanceof Problem) return error.code;
        throw new Error(`${feature} on ${name}: ${String(error)}`, { cause: error });
      });
      cells.push([feature, cell]);
    }
  } finally {
    await place.victim.stop();
    rows.push([name, cells.map(([, cell]) => cell)]);
  }
  assert.deepEqual(
    Object.fromEntries(cells),
    Object.fromEntries(FEATURES.map(({ name: feature }) => [feature, expected[feature] ?? ''])),
  );
}

interface Furnished {
  readonly server: TestPostgres;
  /** Superuser, in the database with the sessions. */
  readonly admin: Client;
}

/** A server with all roles and sessions, for the tests of one `describe`. */
function furnished(start: () => Promise<TestPostgres>): () => Promise<Furnished> {
  let found: Promise<Furnished> | undefined;
  after(async () => {
    if (found === undefined) return;
    const { server, admin } = await found;
    await admin.end();
    await server.stop();
  });
  return () => {
    found ??= start().then(async (server) => ({ server, admin: await furnish(server) }));
    return found;
  };
}

const onServer = (options: PostgresOptions): (() => Promise<Furnished>) => furnished(() => startPostgres(options));

describe('what works where', () => {
  after(() => {
    const names = FEATURES.map(({ name }) => name);
    const legend = FEATURES.map(({ name, what }) => `${name}: ${what}`);
    console.log(['', 'What works where', ...tableLines(names, rows), '', ...legend, ''].join('\n'));
  });

  describe('of all versions, for a role that has all that is asked for', () => {
    for (const major of MAJORS) {
      it(`PostgreSQL ${major} from npm`, async () => {
        const server = await startPostgres({ major });
        await withServer(server, (admin) => tried(`PostgreSQL ${major} (npm)`, placeOn(server, admin, 'operator'), {}));
      });
    }

    it('PostgreSQL of Debian', async () => {
      const native = dirname(dirname(await ensureTool('debianPostgres')));
      const server = await startPostgres({ native });
      await withServer(server, async (admin) => {
        const { rows: versions } = await admin.query<{ version: string }>('SELECT version() AS version');
        const version = /^PostgreSQL (\d+)\S* \((Debian)/u.exec(versions[0]?.version ?? '');
        assert.ok(version, versions[0]?.version);
        await tried(`PostgreSQL ${version[1] ?? ''} (Debian)`, placeOn(server, admin, 'operator'), {});
      });
    });
  });

  for (const major of [13, 18] as const) {
    describe(`of roles on PostgreSQL ${major}`, () => {
      const bench = onServer({ major });

      for (const [role, what, expected] of RIGHTS) {
        it(what, async () => {
          const { server, admin } = await bench();
          await tried(`${major}, ${what}`, placeOn(server, admin, role), expected);
        });
      }

      it('the views of statistics taken from everybody', async () => {
        const { server, admin } = await bench();
        await admin.query(`REVOKE SELECT ON ${STATISTICS} FROM PUBLIC`);
        try {
          await tried(`${major}, owner, statistics revoked`, placeOn(server, admin, 'site'), WITHOUT_STATISTICS);
        } finally {
          await admin.query(`GRANT SELECT ON ${STATISTICS} TO PUBLIC`);
        }
      });
    });
  }

  describe('of ways to PostgreSQL 18', () => {
    const MODES: Readonly<Record<PoolMode, Expected>> = {
      session: {},
      transaction: {},
      // Who asks plainly needs no transaction.
      statement: { ...nothing('pooler-statement-mode'), export: '' },
    };

    for (const [mode, expected] of Object.entries(MODES) as [PoolMode, Expected][]) {
      // Each on a server of its own: what a pooler keeps open tells the statistics late.
      it(`PgBouncer with pool_mode ${mode}`, async () => {
        const server = await startPostgres();
        await withServer(server, async (admin) => {
          const to = `host=127.0.0.1 port=${server.port} dbname=shop user=operator password=${PASSWORD}`;
          const bouncer = await startPgbouncer(await ensureTool('pgbouncer'), [`shop = ${to}`], 4, mode);
          const connectionString = `postgresql://operator:x@127.0.0.1:${bouncer.port}/shop`;
          try {
            await tried(`PgBouncer, ${mode} mode`, placeOn(server, admin, 'operator', { connectionString }), expected);
          } finally {
            await bouncer.stop();
          }
        });
      });
    }

    it('sslmode=require, where the server speaks no TLS', async () => {
      const server = await startPostgres();
      await withServer(server, async (admin) => {
        const place = placeOn(server, admin, 'operator', { parameters: 'sslmode=require' });
        await tried('TLS asked for, none there', place, nothing('tls-unsupported'));
      });
    });
  });

  describe('of ways to PostgreSQL 18 with TLS', () => {
    const certificates = Promise.all([selfSigned(['DNS:localhost']), selfSigned(['DNS:localhost'])]);
    const bench = furnished(async () => {
      const [own] = await certificates;
      const settings = { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' };
      return startPostgres({ settings, files: { 'server.crt': own.cert, 'server.key': own.key } });
    });
    after(async () => {
      for (const { folder } of await certificates) await rm(folder, { recursive: true });
    });

    it('verify-full, with the right authority, another one, or another name', async () => {
      const { server, admin } = await bench();
      const [own, stranger] = await certificates;
      const ways: readonly (readonly [what: string, parameters: string, host: string, expected: Expected])[] = [
        ['TLS, verify-full', `sslmode=verify-full&sslrootcert=${own.certFile}`, 'localhost', {}],
        [
          'TLS, certificate of a stranger',
          `sslmode=verify-full&sslrootcert=${stranger.certFile}`,
          'localhost',
          nothing('tls-certificate'),
        ],
        [
          'TLS, certificate for another host',
          `sslmode=verify-full&sslrootcert=${own.certFile}`,
          '127.0.0.1',
          nothing('tls-host-mismatch'),
        ],
      ];
      for (const [what, parameters, host, expected] of ways)
        await tried(what, placeOn(server, admin, 'operator', { parameters, host }), expected);
    });
  });

  it('a hot standby', async () => {
    const primary = await startPostgres();
    const first = await furnish(primary);
    await first.end();
    const standby = await startStandby(primary);
    const admin = new Client({ connectionString: primary.connectionString('shop') });
    await admin.connect();
    try {
      await eventually(async () => {
        const { rowCount } = await admin.query(
          'SELECT FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()',
        );
        return rowCount === 1;
      }, 'the replay');
      await tried('18, hot standby', placeOn(standby, admin, 'operator'), STANDBY);
    } finally {
      await admin.end();
      await standby.stop();
      await primary.stop();
    }
  });
});

/** Furnishes it, and ends it afterwards. */
async function withServer(server: TestPostgres, work: (admin: Client) => Promise<void>): Promise<void> {
  try {
    const admin = await furnish(server);
    try {
      await work(admin);
    } finally {
      await admin.end();
    }
  } finally {
    await server.stop();
  }
}
