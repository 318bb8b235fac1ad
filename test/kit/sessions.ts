import { randomBytes } from 'node:crypto';
import { newSessionKey, sessionBody, signBody } from './signing.ts';

export { newSessionKey, signSession } from './signing.ts';
export { TrafficSimulator } from './traffic.ts';

/** A `pg` client, or anything that runs one statement. */
export interface Runner {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** The table and indexes that `manage.py migrate` of Django 3.2 and 5.2 makes: test/django/sessionTable.test.ts compares them. */
export async function createSessionTable(db: Runner): Promise<void> {
  for (const statement of [
    `CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" timestamp with time zone NOT NULL)`,
    `CREATE INDEX "django_session_session_key_c0390e0f_like" ON "django_session" ("session_key" varchar_pattern_ops)`,
    `CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date")`,
  ])
    await db.query(statement);
}

export interface FillOptions {
  readonly rows: number;
  readonly secretKey: string;
  readonly now?: Date;
  /** 0 to 1. Default 0.33. */
  readonly expiredShare?: number;
  /** SESSION_COOKIE_AGE; default 1,209,600 (two weeks). Every row expires this long after its save; a function: each by itself, as with set_expiry(). */
  readonly cookieAgeSeconds?: number | (() => number);
  /** Saves of unexpired sessions are this old at most. Default: an hour less than the cookie age, so that none expires while a test runs. */
  readonly savedSpreadSeconds?: number;
  /** Age of a save = spread × u^recency with u uniform: 1 spreads evenly, more makes recent saves frequent. Default 3. */
  readonly recency?: number;
  /** Expired sessions expired this long ago at most, evenly. Default: a week. */
  readonly expiredSpreadSeconds?: number;
  /** Share of rows with a last_activity key. Default 0.7. */
  readonly lastActivityShare?: number;
  /** Share of rows without _auth_user_id. Default 0.3. */
  readonly anonymousShare?: number;
  /** 'mixed' (default) or expired rows first on the disk, as in a table that was never cleaned up. */
  readonly order?: 'mixed' | 'expiredFirst';
  /** Bytes of random text in each payload besides, to reach a certain row size. Default 0. */
  readonly extraBytes?: number;
  /**
   * Sign this many rows and let the server repeat them under new keys: for millions of rows. Default: every row is
   * signed by itself.
   */
  readonly distinctPayloads?: number;
  /** Bodies (the payload without time and signature) that are made; rows beyond share them, signed anew. Default 20,000. */
  readonly distinctBodies?: number;
}

interface Row {
  readonly key: string;
  readonly data: string;
  readonly expires: Date;
}

/** Fills django_session with rows in Django's own format; ends with ANALYZE. About 30 µs a row. */
export async function fillSessions(db: Runner, options: FillOptions): Promise<void> {
  const sign = signer(options);
  if (options.distinctPayloads === undefined) {
    let inserted = Promise.resolve();
    for (let from = 0; from < options.rows; from += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, options.rows - from) }, (_, i) => sign(from + i, options.rows));
      await inserted; // the server inserts one batch while the next is signed
      inserted = insert(db, 'django_session (session_key, session_data, expire_date)', rows);
      inserted.catch(() => undefined); // awaited in the next turn, which throws
    }
    await inserted;
  } else {
    await repeat(db, sign, options, options.distinctPayloads);
  }
  await db.query('ANALYZE django_session');
}

const BATCH = 5_000;
const HOUR_MS = 3_600_000;

async function insert(db: Runner, target: string, rows: readonly Row[]): Promise<void> {
  await db.query(`INSERT INTO ${target} SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])`, [
    rows.map((row) => row.key),
    rows.map((row) => row.data),
    rows.map((row) => row.expires.toISOString()),
  ]);
}

/**
 * The server repeats `distinct` signed rows until there are `count`, each under a key of its own: in turn, or roughly in their
 * order, so that neighbours on the disk are not copies of each other.
 */
async function repeat(
  db: Runner,
  sign: (i: number, of: number) => Row,
  options: FillOptions,
  distinct: number,
): Promise<void> {
  const { rows: count, order } = options;
  await db.query('CREATE TEMP TABLE payload (session_key text, session_data text, expire_date timestamptz, n serial)');
  for (let from = 0; from < distinct; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, distinct - from) }, (_, i) => sign(from + i, distinct));
    await insert(db, 'payload (session_key, session_data, expire_date)', rows);
  }
  await db.query('CREATE INDEX ON payload (n)');
  await db.query('ANALYZE payload');
  const inOrder = `least($3, greatest(1, i * $3::float8 / ${count} + $3::float8 / 100 * random()))::int`;
  for (let from = 0; from < count; from += 200_000) {
    await db.query(
      `INSERT INTO django_session SELECT md5(i || '/' || random()), p.session_data, p.expire_date
         FROM (SELECT i, ${order === 'expiredFirst' ? inOrder : 'i % $3::int + 1'} AS n FROM generate_series($1::int, $2::int) AS i) AS r
         JOIN payload p USING (n) ORDER BY i`,
      [from, Math.min(from + 200_000, count) - 1, distinct],
    );
  }
  await db.query('DROP TABLE payload');
}

function signer(options: FillOptions): (i: number, of: number) => Row {
  const now = (options.now ?? new Date()).getTime();
  const { cookieAgeSeconds = 1_209_600, savedSpreadSeconds } = options;
  const expiredSpread = (options.expiredSpreadSeconds ?? 604_800) * 1000;
  const expiredShare = options.expiredShare ?? 0.33;
  const bodies: string[] = [];
  return (i, of) => {
    const cookieAge = (typeof cookieAgeSeconds === 'number' ? cookieAgeSeconds : cookieAgeSeconds()) * 1000;
    const spread = savedSpreadSeconds === undefined ? Math.max(0, cookieAge - HOUR_MS) : savedSpreadSeconds * 1000;
    const expired = options.order === 'expiredFirst' ? i < of * expiredShare : Math.random() < expiredShare;
    const age = expired
      ? cookieAge + 1000 + expiredSpread * Math.random()
      : spread * Math.random() ** (options.recency ?? 3);
    const savedAt = new Date(now - age);
    const slot = i % (options.distinctBodies ?? 20_000);
    const body = (bodies[slot] ??= sessionBody(payload(i, savedAt, options)));
    // Django computes expire_date from the clock at the save: savedAt + cookie age, microseconds included.
    return {
      key: newSessionKey(),
      data: signBody(body, options.secretKey, savedAt),
      expires: new Date(savedAt.getTime() + cookieAge),
    };
  };
}

/** What a session of a signed-in user or of an anonymous visitor holds. */
export function payload(user: number, savedAt: Date, options: Partial<FillOptions> = {}): Record<string, unknown> {
  const anonymous = Math.random() < (options.anonymousShare ?? 0.3);
  return {
    ...(anonymous
      ? { cart: [user % 97, user % 31], django_timezone: 'Europe/Berlin' }
      : {
          _auth_user_id: String(user + 1),
          _auth_user_backend: 'django.contrib.auth.backends.ModelBackend',
          _auth_user_hash: randomBytes(32).toString('hex'),
        }),
    ...(Math.random() < (options.lastActivityShare ?? 0.7) ? { last_activity: savedAt.toISOString() } : {}),
    ...(options.extraBytes ? { extra: randomBytes(Math.ceil(options.extraBytes / 2)).toString('hex') } : {}),
  };
}
