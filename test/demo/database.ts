import pg from 'pg';
import { join } from 'node:path';
import { sharedCacheDir, tryLock, type Lock } from '../kit/cache.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';

/** Sessions older than this are made anew: a third of them must be expired now, and some saved in the last hour. */
const FRESH_MS = 60 * 60_000;
/** From so many rows on, the server repeats signed payloads instead of our signing every one: a quarter of the time. */
const MANY_ROWS = 20_000;
const DISTINCT = 5000;
/** As docker-compose.dev.yml of the project says them. */
const DATABASE = 'picks_dev';
const ROLE = { name: 'devuser', password: 'devpassword' };

export interface DemoDatabase {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** PostgreSQL 18 with pg_stat_statements and a session table; its data are kept in the cache folder for the next start. */
export async function startDemoDatabase(
  rows: number,
  signal: AbortSignal,
  onProgress: (message: string) => void,
): Promise<DemoDatabase> {
  const { dataDir, lock } = await takeDataDir(rows);
  let server: TestPostgres | undefined;
  try {
    server = await startPostgres({ major: 18, dataDir, keep: true });
    // Filling is one long transaction: without its server it ends at once, and nothing of it stays.
    const end = server.shutdown.bind(server);
    signal.addEventListener('abort', () => void end(), { once: true });
    signal.throwIfAborted();
    await prepare(server, rows, onProgress);
  } catch (error) {
    await server?.stop();
    lock.release();
    throw error;
  }
  const started = server;
  return {
    connectionString: started.connectionString(DATABASE, ROLE.name, ROLE.password),
    stop: async () => {
      await started.stop();
      lock.release();
    },
  };
}

/** The first data folder for so many rows that no other demo uses. */
async function takeDataDir(rows: number): Promise<{ dataDir: string; lock: Lock }> {
  const folder = await sharedCacheDir();
  for (let number = 1; ; number++) {
    const lock = await tryLock(`demo-postgres-${rows}-${number}`);
    if (lock !== undefined) return { dataDir: join(folder, `demo-postgres-18-${rows}-${number}`), lock };
  }
}

async function prepare(server: TestPostgres, rows: number, onProgress: (message: string) => void): Promise<void> {
  await withClient(server.connectionString('postgres'), async (admin) => {
    const exists = await admin.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (exists.rowCount === 1) return;
    await admin.query(`CREATE ROLE ${ROLE.name} LOGIN PASSWORD '${ROLE.password}'`).catch(ignoreDuplicate);
    // So that the demo shows everything; without it other roles' connections are shown as unknown.
    await admin.query(`GRANT pg_monitor TO ${ROLE.name}`);
    await admin.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLE.name}`);
  });
  await withClient(server.connectionString(DATABASE), (admin) =>
    admin.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements'),
  );
  await withClient(server.connectionString(DATABASE, ROLE.name, ROLE.password), async (db) => {
    if (await isFresh(db, rows)) return;
    onProgress(`Filling the session table with ${rows.toLocaleString('en-US')} sessions`);
    // One transaction: a start that is broken off leaves what was there.
    await db.query('BEGIN');
    await db.query('DROP TABLE IF EXISTS django_session, demo_state');
    await createSessionTable(db);
    await fillSessions(db, {
      rows,
      secretKey: SAMPLE_SECRET_KEY,
      expiredShare: 1 / 3,
      ...(rows > MANY_ROWS ? { distinctPayloads: DISTINCT } : {}),
    });
    await db.query('CREATE TABLE demo_state AS SELECT now() AS filled_at, $1::int AS rows', [rows]);
    await db.query('COMMIT');
    await db.query('VACUUM (ANALYZE) django_session');
  });
  // The filling is not what the demo is to show among the statements on the table.
  await withClient(server.connectionString(DATABASE), (admin) => admin.query('SELECT pg_stat_statements_reset()'));
}

async function isFresh(db: pg.Client, rows: number): Promise<boolean> {
  const { rows: present } = await db.query<{ made: string | null }>("SELECT to_regclass('demo_state') AS made");
  if (typeof present[0]?.made !== 'string') return false;
  const { rows: state } = await db.query<{ filled_at: Date; rows: number }>('SELECT filled_at, rows FROM demo_state');
  const [filled] = state;
  return filled?.rows === rows && Date.now() - filled.filled_at.getTime() < FRESH_MS;
}

function ignoreDuplicate(error: unknown): void {
  // duplicate_object: the role was made by a start that was broken off before it made the database.
  if (!(error instanceof pg.DatabaseError) || error.code !== '42710') throw error;
}

async function withClient(connectionString: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'demo' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
