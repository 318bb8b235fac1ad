import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { storeIdentity } from '../../src/history/identity.ts';
import { toRow } from '../../src/history/ranges/annotations.ts';
import { loadSqlite } from '../../src/history/sqlite/openSqlite.ts';
import { SqliteHistory } from '../../src/history/sqlite/sqliteHistory.ts';
import { writeHistory } from '../kit/writeHistory.ts';
import { historyFolder } from '../vscode/historyFile.ts';
import { DAY_MS } from './cleanupNights.ts';
import { happenings } from './happenings.ts';
import { madeUpYear, type Present } from './year.ts';

/** A file of the history, complete. */
export interface MadeUpHistory {
  /** Puts it where the extension will look for it, before it does. */
  putInto(userDataDir: string): Promise<void>;
  remove(): Promise<void>;
}

const TABLE = { name: 'django_session' };

/** A year that ends now in what the table holds. */
export async function makeUpHistory(connectionString: string, savesPerMinute: number): Promise<MadeUpHistory> {
  const sqlite = await loadSqlite();
  if (sqlite === undefined) throw new Error('This Node has no node:sqlite.');
  const present = { ...(await readPresent(connectionString)), savesPerMinute };
  const folder = await mkdtemp(join(tmpdir(), 'dsm-year-'));
  const { fileName } = storeIdentity(connectionString, TABLE);
  const file = new SqliteHistory(sqlite, join(folder, fileName));
  const now = Date.now();
  const year = madeUpYear(now, present);
  const names = year(now).map(([name]) => name);
  writeHistory(file, names, now - 365 * DAY_MS, now, (at) => year(at).map(([, value]) => value));
  for (const happening of happenings(now, present)) file.putAnnotation(toRow(happening));
  file.close();
  return {
    putInto: async (userDataDir) => {
      const to = historyFolder({ vscode: { userDataDir } });
      await mkdir(to, { recursive: true });
      await cp(join(folder, fileName), join(to, fileName));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function readPresent(connectionString: string): Promise<Omit<Present, 'savesPerMinute'>> {
  const db = new pg.Client({ connectionString, application_name: 'demo' });
  await db.connect();
  try {
    // As float8, which the driver gives as a number.
    const { rows } = await db.query<Omit<Present, 'savesPerMinute'>>(
      `SELECT count(*) FILTER (WHERE expire_date >= now())::float8 AS active,
              count(*) FILTER (WHERE expire_date < now())::float8 AS expired,
              (pg_table_size('django_session') - coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0))::float8 AS heap,
              pg_indexes_size('django_session')::float8 AS index,
              coalesce(pg_total_relation_size(nullif(reltoastrelid, 0)), 0)::float8 AS toast
         FROM django_session, pg_class WHERE pg_class.oid = 'django_session'::regclass GROUP BY reltoastrelid`,
    );
    const [present] = rows;
    if (present === undefined) throw new Error('The session table of the demo is empty.');
    return present;
  } finally {
    await db.end();
  }
}
