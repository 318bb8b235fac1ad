import type { Client } from 'pg';
import type { FillOptions } from '../kit/sessions.ts';
import { createSessionTable } from '../kit/sessions.ts';
import { fill } from './tables.ts';

/** A state in which a session table may be found, made from the one before it in its chain. */
export interface TableState {
  readonly name: string;
  /** Changes the table through this connection. */
  readonly make?: (db: Client, rows: number) => Promise<unknown>;
  /** The server is killed and started again: statistics are lost in the recovery. */
  readonly crash?: true;
}

/** Each chain begins with an empty table. Autovacuum is off, so that a state stays as it was made. */
export const CHAINS: readonly (readonly TableState[])[] = [
  [
    { name: 'uniform', make: (db, rows) => fill(db, { rows, recency: 1 }) },
    { name: 'bulk-loaded, not analyzed', make: loadAgain },
    { name: 'every second session saved again', make: (db) => db.query(SAVE_AGAIN) },
    { name: 'half deleted, not vacuumed', make: (db) => db.query(DELETE_HALF) },
    { name: 'half-empty pages (then vacuumed)', make: (db) => db.query('VACUUM django_session') },
    { name: 'one row of twelve deleted', make: (db) => db.query(DELETE_A_TWELFTH) },
    { name: 'statistics lost in a crash', crash: true },
  ],
  [
    {
      name: 'clustered: expired half first',
      make: (db, rows) => fill(db, { rows, order: 'expiredFirst', expiredShare: 0.5 }),
    },
    { name: 'most expired deleted, not vacuumed', make: (db) => db.query(CLEAR_OLDER) },
    { name: 'empty front of the heap (then vacuumed)', make: (db) => db.query('VACUUM django_session') },
  ],
  [{ name: 'narrow rows first, then wide ones', make: fillNarrowAndWide }],
];

const SAVE_AGAIN = `UPDATE django_session SET session_data = session_data WHERE hashtext(session_key) % 2 = 0`;
const DELETE_HALF = `DELETE FROM django_session WHERE hashtext('x' || session_key) % 2 = 0`;
const DELETE_A_TWELFTH = `DELETE FROM django_session WHERE hashtext('y' || session_key) % 12 = 0`;
/** As clearsessions a day ago would have. */
const CLEAR_OLDER = `DELETE FROM django_session WHERE expire_date < now() - interval '1 day'`;

/** The same rows as pg_restore would load them: the statistics know them, ANALYZE and VACUUM have not seen them. */
async function loadAgain(db: Client): Promise<void> {
  await db.query('ALTER TABLE django_session RENAME TO loaded');
  // Renamed with it, so that their names are free.
  await db.query('ALTER INDEX django_session_pkey RENAME TO loaded_pkey');
  await db.query('DROP INDEX "django_session_session_key_c0390e0f_like", "django_session_expire_date_a5c62663"');
  await createSessionTable(db);
  await db.query('INSERT INTO django_session TABLE loaded');
  await db.query('DROP TABLE loaded');
}

/** As when an application that grows puts more into the session from some day on: 0.2 kB a row, then 1.7 kB. */
async function fillNarrowAndWide(db: Client, rows: number): Promise<void> {
  const half: Omit<FillOptions, 'secretKey'> = { rows: rows / 2 };
  await fill(db, half);
  await fill(db, { ...half, extraBytes: 2_000 });
}
