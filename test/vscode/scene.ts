import { Client } from 'pg';
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startPostgres, type PostgresOptions, type TestPostgres } from '../kit/postgres.ts';
import { copyPicks } from '../kit/picks.ts';
import { copySample, SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { freePort } from '../kit/serverProcess.ts';
import { createSessionTable, fillSessions, type FillOptions } from '../kit/sessions.ts';
import { openWorkbench, startVSCode, type VSCode, type VSCodeOptions, type Workbench } from '../kit/vscode.ts';
import { ensureVsix } from '../kit/vsix.ts';
import type { WorkbenchOptions } from '../kit/workbench.ts';

/** Role, password and database that the sample project's .env names; the password stands nowhere else, so that a leak is seen. */
export const ROLE = 'shop';
export const PASSWORD = 'Very-secret-4711';
export const DATABASE = 'shop';
export const VIEW = 'Django Sessions';

export interface SceneOptions {
  /** The sessions in the table; 0 rows leaves it empty. */
  readonly fill?: Partial<FillOptions>;
  readonly postgres?: PostgresOptions;
  /** What of VS Code is not as usual: settings, trust, version. */
  readonly vscode?: Partial<VSCodeOptions>;
  readonly workbench?: WorkbenchOptions;
  /** 'sample' (default): the sample project with its .env; 'picks': the project of the guide's shape; 'empty': an empty folder. */
  readonly folder?: 'sample' | 'picks' | 'empty';
  /** Leaves the compose file in the sample project, whose cleanup service is then looked for in the engine of the machine. */
  readonly compose?: boolean;
  /** Changes the folder before VS Code opens it. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** Before anything of the extension runs: for files that it is to find. */
  readonly beforeStart?: (vscode: VSCode, connectionString: string) => Promise<void>;
}

/** A real PostgreSQL with a session table, and a real VS Code with the packed extension on a copy of the sample project. */
export interface Scene {
  readonly postgres: TestPostgres;
  /** Superuser, to see what the tree should say. */
  readonly sql: Client;
  readonly folder: string;
  readonly vscode: VSCode;
  readonly workbench: Workbench;
  stop(): Promise<void>;
}

/** The server and VS Code are started side by side; whatever was started is ended when one of them fails. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const port = await freePort();
    const folder = await makeFolder(options.folder, port);
    const own = options.folder === 'empty' ? folder : dirname(folder);
    stops.push(() => rm(own, { recursive: true, force: true }));
    if (options.compose !== true && options.folder !== 'picks')
      await rm(join(folder, 'docker-compose.yml'), { force: true });
    await options.prepare?.(folder);
    // VS Code's guard removes it too, should this process be killed.
    const remove = [own];
    const [database, editor] = await Promise.allSettled([
      startDatabase({ ...options.postgres, port }, options.fill),
      ensureVsix().then((vsix) => startVSCode({ folder, vsix, remove, quick: true, ...options.vscode })),
    ]);
    if (database.status === 'fulfilled')
      stops.push(
        () => database.value.postgres.stop(),
        () => database.value.sql.end(),
      );
    if (editor.status === 'fulfilled') stops.push(() => editor.value.stop());
    if (database.status === 'rejected') throw database.reason;
    if (editor.status === 'rejected') throw editor.reason;
    const vscode = editor.value;
    await options.beforeStart?.(vscode, database.value.postgres.connectionString(DATABASE));
    // Not before the table is filled: the first reading would see it half full, and the rates what was filled in.
    const workbench = await openWorkbench(vscode, options.workbench);
    stops.push(() => workbench.close());
    return { ...database.value, vscode, workbench, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeFolder(kind: SceneOptions['folder'], port: number): Promise<string> {
  if (kind === 'empty') return mkdtemp(join(tmpdir(), 'dsm-empty-'));
  const copy = kind === 'picks' ? copyPicks : copySample;
  return copy(`postgresql://${ROLE}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`);
}

async function startDatabase(
  options: PostgresOptions,
  fill: SceneOptions['fill'],
): Promise<Pick<Scene, 'postgres' | 'sql'>> {
  const postgres = await startPostgres(options);
  try {
    const admin = new Client({ connectionString: postgres.connectionString() });
    await admin.connect();
    await admin.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}' IN ROLE pg_monitor`);
    await admin.query(`CREATE DATABASE ${DATABASE} OWNER ${ROLE}`);
    await admin.end();
    const sql = await connectAdmin(postgres);
    await sql.query('CREATE EXTENSION pg_stat_statements');
    await createSessionTable(sql);
    await sql.query(`ALTER TABLE django_session OWNER TO ${ROLE}`);
    if (fill?.rows !== 0)
      await fillSessions(sql, { rows: 2000, expiredShare: 0.1, secretKey: SAMPLE_SECRET_KEY, ...fill });
    await flushCounters(sql);
    return { postgres, sql };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A new superuser connection to the database of the sample project; a server that goes away is not this client's concern. */
export async function connectAdmin(postgres: TestPostgres): Promise<Client> {
  const sql = new Client({ connectionString: postgres.connectionString(DATABASE), application_name: 'test' });
  sql.on('error', () => undefined);
  await sql.connect();
  return sql;
}

/** The sessions of the table as SQL counts them. */
export async function countSessions(sql: Client): Promise<{ total: number; active: number; expired: number }> {
  const { rows } = await sql.query<{ total: number; active: number; expired: number }>(
    `SELECT count(*)::int AS total, count(*) FILTER (WHERE expire_date >= now())::int AS active,
            count(*) FILTER (WHERE expire_date < now())::int AS expired FROM django_session`,
  );
  return rows[0] ?? assert.fail('no counts');
}

/**
 * Makes what this client has written count at once: a backend tells its counters up to 10 s late when it is idle.
 * @see https://www.postgresql.org/docs/current/monitoring-stats.html pg_stat_force_next_flush, PostgreSQL 15 and later
 */
export async function flushCounters(sql: Client): Promise<void> {
  await sql.query('SELECT pg_stat_force_next_flush()');
}

/** Lines of the .env file of the sample project. */
export async function writeEnv(
  scene: Pick<Scene, 'folder' | 'postgres'>,
  changed: Readonly<Record<string, string>> = {},
): Promise<void> {
  const env = {
    SECRET_KEY: SAMPLE_SECRET_KEY,
    DB_NAME: DATABASE,
    DB_USER: ROLE,
    DB_PASSWORD: PASSWORD,
    DB_HOST: '127.0.0.1',
    DB_PORT: String(scene.postgres.port),
    ...changed,
  };
  await writeFile(
    join(scene.folder, '.env'),
    Object.entries(env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

/** Copies of the sessions that are there, expired an hour ago. */
export async function addExpired(sql: Client, rows: number): Promise<void> {
  await sql.query(
    `INSERT INTO django_session SELECT md5(random()::text || i), session_data, now() - interval '1 hour'
       FROM (SELECT session_data FROM django_session LIMIT 1) AS one, generate_series(1, $1) AS i`,
    [rows],
  );
}

/** Each session so many times more. */
export async function multiplySessions(sql: Client, times: number): Promise<void> {
  await sql.query(
    'INSERT INTO django_session SELECT md5(random()::text || i || session_key), session_data, expire_date FROM django_session, generate_series(1, $1) AS i',
    [times],
  );
  await sql.query('ANALYZE django_session');
}
