import type { Client } from 'pg';
import { clearExpiredSessions, type CleanupOptions, type CleanupResult } from '../../src/postgres/cleanup/cleanup.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { newDatabase, one, type Bench } from './support.ts';

export interface Rows {
  readonly active: number;
  readonly expired: number;
}

const INDEXES = [
  'CREATE UNIQUE INDEX django_session_pkey ON django_session (session_key)',
  'ALTER TABLE django_session ADD PRIMARY KEY USING INDEX django_session_pkey',
  'CREATE INDEX django_session_expire_date ON django_session (expire_date)',
];

/** A database with a session table of so many rows, active and expired mixed; what is in their data does not matter to a cleanup. */
export async function sessionDatabase(bench: Bench, name: string, { active, expired }: Rows): Promise<Client> {
  const admin = await newDatabase(bench, name);
  await createSessionTable(admin);
  await admin.query('ALTER TABLE django_session DROP CONSTRAINT django_session_pkey');
  await admin.query('DROP INDEX django_session_expire_date_a5c62663');
  await insertSessions(admin, { active, expired });
  for (const statement of INDEXES) await admin.query(statement);
  await admin.query('ANALYZE django_session');
  return admin;
}

/** Expired ones 1 minute to a week ago, active ones until an hour to two weeks from now. */
export async function insertSessions(admin: Client, { active, expired }: Rows): Promise<void> {
  const count = active + expired;
  await admin.query(
    `INSERT INTO django_session
     SELECT md5(i || '/' || random()), repeat('data', 35),
            CASE WHEN i * 7919::bigint % $1 < $2 THEN now() - interval '1 minute' - random() * interval '7 days'
                 ELSE now() + interval '1 hour' + random() * interval '14 days' END
       FROM generate_series(0, $1::bigint - 1) AS i`,
    [count, expired],
  );
}

export async function countExpired(admin: Client, table = 'django_session'): Promise<number> {
  return (await one<{ n: number }>(admin, `SELECT count(*)::int AS n FROM ${table} WHERE expire_date < now()`)).n;
}

export async function countAll(admin: Client, table = 'django_session'): Promise<number> {
  return (await one<{ n: number }>(admin, `SELECT count(*)::int AS n FROM ${table}`)).n;
}

/** Runs a cleanup on a connection of its own. */
export async function clear(
  bench: Bench,
  database: string,
  options: CleanupOptions = {},
  user?: string,
): Promise<CleanupResult> {
  const db = await writer(bench, database, user);
  try {
    return await clearExpiredSessions(db, { pace: 'fast', ...options });
  } finally {
    await db.close();
  }
}

export function writer(bench: Bench, database: string, user = 'postgres'): Promise<Database> {
  const password = user === 'postgres' ? 'test-password' : user;
  const url = new URL(bench.server.connectionString(database));
  url.username = user;
  url.password = password;
  return connect({ connectionString: url.href });
}

/** Resolves when the cleanup has made its n-th batch; `onProgress` is for its options. */
export function afterBatches(n: number): { reached: Promise<void>; onProgress: (p: { batches: number }) => void } {
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  return {
    reached,
    onProgress: ({ batches }) => {
      if (batches >= n) reach();
    },
  };
}
