import assert from 'node:assert/strict';
import { Client } from 'pg';
import { Problem } from '../../../src/common/problem.ts';
import { connect, type ConnectOptions, type Database } from '../../../src/postgres/connect/connection.ts';
import { toProblem } from '../../../src/postgres/connect/errors.ts';
import type { TestPostgres } from '../../kit/postgres.ts';
import { createSessionTable, fillSessions, signSession } from '../../kit/sessions.ts';
import { eventually, SECRET_KEY } from '../../postgres/support.ts';

export const ACTIVE = 301;
export const EXPIRED = 200;
export const KNOWN_KEY = 'thekeythatistobefoundagain00000000';
export const KNOWN_USER = '4711';

const DATABASE = 'shop';
export const PASSWORD = 'test-password';

/** Where the extension is tried: as which role, by which way, on which server. */
export interface Place {
  open(readOnly: boolean): Promise<Database>;
  /** Without anything of the extension. */
  openPlainly(): Promise<Client>;
  /** Superuser of the primary, directly. */
  readonly admin: Client;
  /** Connection string of the same. */
  readonly fillBy: string;
  readonly victim: Victim;
}

/** What each level of rights is made of, beside LOGIN: the site's own role is `site`, which owns the table. */
export const ROLES = {
  postgres: '',
  site: '',
  operator: 'GRANT site, pg_monitor, pg_signal_backend TO operator',
  monitor: 'GRANT pg_monitor TO monitor; GRANT SELECT ON django_session TO monitor',
  reader: 'GRANT SELECT ON django_session TO reader',
  /** Sees who is connected, and no session. */
  watcher: 'GRANT pg_monitor TO watcher',
  stranger: '',
} as const;

export type Role = keyof typeof ROLES;

/** A database with a session table of the site's, and all roles. */
export async function furnish(server: TestPostgres): Promise<Client> {
  const first = new Client({ connectionString: server.connectionString() });
  await first.connect();
  for (const role of Object.keys(ROLES).filter((name) => name !== 'postgres'))
    await first.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
  await first.query(`CREATE DATABASE ${DATABASE} OWNER site`);
  await first.end();
  const admin = new Client({ connectionString: server.connectionString(DATABASE) });
  await admin.connect();
  await admin.query('CREATE EXTENSION pg_stat_statements');
  await createSessionTable(admin);
  await admin.query('ALTER TABLE django_session OWNER TO site');
  for (const grants of Object.values(ROLES)) if (grants !== '') await admin.query(grants);
  await fill(admin, server.connectionString(DATABASE));
  return admin;
}

async function fill(admin: Client, connectionString: string): Promise<void> {
  // By a session that tells what it has done as it ends, and not seconds later, when the table is looked at.
  const filling = new Client({ connectionString });
  await filling.connect();
  await filling.query('TRUNCATE django_session');
  await fillSessions(filling, { rows: ACTIVE - 1, secretKey: SECRET_KEY, expiredShare: 0 });
  const data = signSession({ _auth_user_id: KNOWN_USER }, { secretKey: SECRET_KEY, at: new Date() });
  await filling.query(`INSERT INTO django_session VALUES ($1, $2, now() + interval '14 days')`, [KNOWN_KEY, data]);
  await filling.query(
    `INSERT INTO django_session SELECT 'expired' || i, $1, now() - i * interval '1 minute' FROM generate_series(1, $2::int) AS i`,
    [data, EXPIRED],
  );
  await filling.end();
  await eventually(async () => {
    await admin.query('VACUUM ANALYZE django_session');
    const { rowCount } = await admin.query(
      `SELECT FROM pg_stat_user_tables WHERE relname = 'django_session' AND n_live_tup = ${ACTIVE + EXPIRED}`,
    );
    return rowCount === 1;
  }, 'the statistics');
}

/** As it was, where something was deleted from it. */
export async function refill({ admin, fillBy }: Pick<Place, 'admin' | 'fillBy'>): Promise<void> {
  const { rows } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM django_session');
  if (rows[0]?.n !== ACTIVE + EXPIRED) await fill(admin, fillBy);
}

interface Way {
  /** In the place of the server's own. */
  readonly connectionString?: string;
  readonly host?: string;
  /** Of its URL. */
  readonly parameters?: string;
}

/** On this server as this role. */
export function placeOn(server: TestPostgres, admin: Client, role: Role, way: Way = {}): Place {
  const url = new URL(way.connectionString ?? server.connectionString(DATABASE, role, PASSWORD));
  if (way.host !== undefined) url.hostname = way.host;
  url.search = way.parameters ?? '';
  const connectionString = url.href;
  return {
    admin,
    fillBy: server.connectionString(DATABASE),
    victim: new Victim(server),
    open: (readOnly) => opened({ connectionString, connectTimeoutMs: 5_000, readOnly }),
    openPlainly: async () => {
      const client = new Client({ connectionString, application_name: 'exporter' });
      await client.connect().catch((error: unknown) => {
        const { hostname: host, port } = url;
        throw toProblem(error, { what: 'Cannot connect', user: role, database: DATABASE, host, port: Number(port) });
      });
      return client;
    },
  };
}

/**
 * A pooler that refuses closes with something unread, and the reset that follows may overtake its reason. A broken connection is opened
 * again by the monitor; so it is here.
 */
async function opened(options: ConnectOptions, tries = 5): Promise<Database> {
  return connect(options).catch((error: unknown) => {
    if (tries === 1 || !(error instanceof Problem && error.code === 'connection-lost')) throw error;
    return opened(options, tries - 1);
  });
}

/** A connection of the site's that runs a long statement. */
export class Victim {
  readonly #server: TestPostgres;
  #client: Client | undefined;
  #said: Promise<string> = Promise.resolve('');
  pid = 0;

  constructor(server: TestPostgres) {
    this.#server = server;
  }

  async start(): Promise<void> {
    await this.stop();
    const client = new Client({ connectionString: this.#server.connectionString(DATABASE, 'site', PASSWORD) });
    client.on('error', () => undefined); // it is terminated
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    this.pid = rows[0]?.pid ?? assert.fail('no pid');
    this.#client = client;
    this.#said = client.query('SELECT pg_sleep(600)').then(
      () => '',
      (error: unknown) => String(error),
    );
  }

  /** What its statement was ended with. */
  said(): Promise<string> {
    return this.#said;
  }

  async isRunning(): Promise<boolean> {
    return (await this.#ask(`SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active'`)) === 1;
  }

  /** Leaving would not end its statement. */
  async stop(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    this.#client = undefined;
    await this.#ask('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1');
    await this.#said;
    await client.end();
  }

  async #ask(text: string): Promise<number> {
    const other = new Client({ connectionString: this.#server.connectionString() });
    await other.connect();
    const { rowCount } = await other.query(text, [this.pid]);
    await other.end();
    return rowCount ?? 0;
  }
}
