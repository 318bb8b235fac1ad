import { Client, type QueryResult } from 'pg';
import { decodeSession } from '../../src/django/sessionData.ts';
import { newSessionKey, signSession } from './signing.ts';
import { payload } from './sessions.ts';

export interface TrafficOptions {
  readonly connectionString: string;
  readonly secretKey: string;
  /** UPDATEs of existing sessions a minute. */
  readonly savesPerMinute: number;
  /** New sessions a minute (a first visit or a login). Default: a twentieth of the saves. */
  readonly insertsPerMinute?: number;
  /** Logouts a minute. Default: a fiftieth of the saves. */
  readonly deletesPerMinute?: number;
  /** SESSION_COOKIE_AGE in seconds; default two weeks. */
  readonly cookieAgeSeconds?: number;
  /** Sessions that take part, taken from the unexpired rows. Default 500. */
  readonly visitors?: number;
  /** A statement failed (the server went away): told here, tried again after a second. */
  readonly onError?: (error: Error) => void;
}

type Kind = 'updates' | 'inserts' | 'deletes';

/**
 * Writes to django_session as django.contrib.sessions.backends.db.SessionStore does: a SELECT as a request begins, then UPDATE,
 * INSERT or DELETE, each by itself in autocommit.
 */
export class TrafficSimulator {
  /** Statements that the server has confirmed. */
  readonly counts: Record<Kind, number> = { updates: 0, inserts: 0, deletes: 0 };
  readonly #options: TrafficOptions;
  #keys: string[] = [];
  #client: Client | undefined;
  #loop: Promise<void> | undefined;
  #stop = new AbortController();

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** Connects and begins; rejects when the first connection fails. */
  async start(): Promise<void> {
    if (this.#loop !== undefined) return;
    this.#stop = new AbortController();
    await this.#connect();
    this.#loop = this.#run(this.#stop.signal);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    this.#loop = undefined;
    await this.#disconnect();
  }

  async #connect(): Promise<void> {
    const client = new Client({ connectionString: this.#options.connectionString, application_name: 'django' });
    client.on('error', () => (this.#client = undefined)); // the statement that follows fails and is reported
    await client.connect();
    this.#client = client;
    const { rows } = await client.query<{ session_key: string }>(
      "SELECT session_key FROM django_session WHERE expire_date > now() + interval '1 hour' LIMIT $1",
      [this.#options.visitors ?? 500],
    );
    this.#keys = rows.map((row) => row.session_key);
  }

  async #disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.end();
  }

  /** Every 50 ms it does what is due by the clock, so that the rate holds whatever a statement takes. */
  async #run(signal: AbortSignal): Promise<void> {
    const {
      savesPerMinute,
      insertsPerMinute = savesPerMinute / 20,
      deletesPerMinute = savesPerMinute / 50,
    } = this.#options;
    const rates: readonly [Kind, number][] = [
      ['updates', savesPerMinute],
      ['inserts', insertsPerMinute],
      ['deletes', deletesPerMinute],
    ];
    let since = performance.now();
    let owed: Record<Kind, number> = { updates: 0, inserts: 0, deletes: 0 };
    while (!signal.aborted) {
      const minutes = (performance.now() - since) / 60_000;
      since = performance.now();
      for (const [kind, rate] of rates) owed[kind] += rate * minutes;
      try {
        if (this.#client === undefined) await this.#connect();
        for (const [kind] of rates) {
          for (; owed[kind] >= 1; owed[kind]--) await this.#act(kind, signal);
        }
      } catch (error) {
        this.#options.onError?.(error as Error);
        this.#disconnect().catch(() => undefined); // a dead connection needs no goodbye; told already
        owed = { updates: 0, inserts: 0, deletes: 0 };
        await pause(1_000, signal);
        since = performance.now();
      }
      await pause(50, signal);
    }
  }

  async #act(kind: Kind, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const at = new Date();
    const sign = (data: Readonly<Record<string, unknown>>): string =>
      signSession(data, { secretKey: this.#options.secretKey, at });
    const expires = new Date(at.getTime() + (this.#options.cookieAgeSeconds ?? 1_209_600) * 1000).toISOString();
    if (kind === 'inserts' || this.#keys.length === 0) {
      const key = newSessionKey();
      await this.#send(
        'INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES ($1, $2, $3)',
        [key, sign(payload(Math.floor(Math.random() * 100_000), at)), expires],
      );
      this.#keys.push(key);
      this.counts.inserts++;
      return;
    }
    const index = Math.floor(Math.random() * this.#keys.length);
    const key = this.#keys[index] ?? '';
    const found = await this.#send(
      'SELECT "django_session"."session_key", "django_session"."session_data", "django_session"."expire_date" FROM "django_session" WHERE ("django_session"."expire_date" > $1 AND "django_session"."session_key" = $2) LIMIT 21',
      [at.toISOString(), key],
    );
    if (kind === 'updates') {
      const before = decodeSession(found.rows[0]?.['session_data'] ?? '').data ?? {};
      const data = sign(changed(before, at));
      const updated = await this.#send(
        'UPDATE "django_session" SET "session_data" = $1, "expire_date" = $2 WHERE "django_session"."session_key" = $3',
        [data, expires, key],
      );
      if (updated.rowCount === 1) this.counts.updates++;
      else this.#keys.splice(index, 1); // cleared or truncated by somebody else: Django raises UpdateError here
      return;
    }
    const deleted = await this.#send('DELETE FROM "django_session" WHERE "django_session"."session_key" IN ($1)', [
      key,
    ]);
    this.counts.deletes += deleted.rowCount ?? 0;
    this.#keys.splice(index, 1);
  }

  async #send(text: string, values: unknown[]): Promise<QueryResult<Record<string, string>>> {
    if (this.#client === undefined) throw new Error('The connection was lost.');
    return await this.#client.query(text, values);
  }
}

/** What a request leaves behind: most only the time, some a pick or another thing in the cart. */
function changed(before: Readonly<Record<string, unknown>>, at: Date): Record<string, unknown> {
  const cart = Math.random() < CART_SHARE ? { cart: [Math.floor(Math.random() * 97), at.getMilliseconds()] } : {};
  return { ...before, ...cart, last_activity: at.getTime() / 1000 };
}

const CART_SHARE = 0.09;

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
