import { Client } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { createSessionTable, fillSessions, type FillOptions } from '../kit/sessions.ts';
import type { Bench } from './bench.ts';

/**
 * What makes filling millions of rows fast. All that reading depends on (shared_buffers, work_mem, planner, JIT, parallel
 * workers) stays at PostgreSQL's defaults.
 */
const FAST_FILLING = {
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  maintenance_work_mem: '256MB',
};

/** @param settings server settings on top */
export function startServer(
  { postgres, say }: Bench,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestPostgres> {
  say(`Starting PostgreSQL ${postgres}`);
  return startPostgres({ major: postgres, settings: { ...FAST_FILLING, ...settings } });
}

export async function withClient<T>(connectionString: string, work: (db: Client) => Promise<T>): Promise<T> {
  const db = new Client({ connectionString, application_name: 'bench' });
  await db.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}

/** Makes a database with extensions and an empty session table; returns its connection string. */
export async function makeDatabase(server: TestPostgres, name: string): Promise<string> {
  await withClient(server.connectionString(), (admin) => admin.query(`CREATE DATABASE ${name}`));
  const connectionString = server.connectionString(name);
  await withClient(connectionString, async (db) => {
    await db.query('CREATE EXTENSION pg_stat_statements');
    await db.query('CREATE EXTENSION pgstattuple');
    await createSessionTable(db);
  });
  return connectionString;
}

export async function fill(db: Client, options: Omit<FillOptions, 'secretKey'>): Promise<void> {
  await fillSessions(db, { secretKey: SAMPLE_SECRET_KEY, ...options });
}

/** Runs `work` while the session table has no indexes: they are built at the end, which takes a fraction of the time. */
export async function withoutIndexes(db: Client, work: () => Promise<void>): Promise<void> {
  const { rows: indexes } = await db.query<{ name: string; definition: string; primary: boolean }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition, indisprimary AS primary
       FROM pg_index WHERE indrelid = 'django_session'::regclass`,
  );
  for (const { name, primary } of indexes) {
    await db.query(primary ? `ALTER TABLE django_session DROP CONSTRAINT ${name}` : `DROP INDEX ${name}`);
  }
  await work();
  for (const { name, definition, primary } of indexes) {
    await db.query(definition);
    if (primary) await db.query(`ALTER TABLE django_session ADD CONSTRAINT ${name} PRIMARY KEY USING INDEX ${name}`);
  }
}

/**
 * Vacuums until every page is marked all-visible, as an idle table is in the end: a snapshot that is open at the wrong moment
 * (autovacuum's own ANALYZE) keeps a single VACUUM from it, and counting by an index alone then costs three times as much.
 */
export async function settle(db: Client): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    await db.query('VACUUM (ANALYZE) django_session');
    const { rows } = await db.query<{ settled: boolean }>(
      "SELECT relallvisible = relpages AS settled FROM pg_class WHERE oid = 'django_session'::regclass",
    );
    if (rows[0]?.settled === true) return;
    await sleep(500);
  }
  throw new Error(
    'After 20 times of VACUUM some pages of the session table are not all-visible: who holds a snapshot?',
  );
}
