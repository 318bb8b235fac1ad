import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool } from './apt.ts';
import { spawnGuarded } from './process.ts';
import { freePort } from './serverProcess.ts';

export interface TestExporter {
  /** What Prometheus is to read. */
  readonly url: URL;
  output(): string;
  stop(): Promise<void>;
}

/**
 * What postgres_exporter publishes of each table: since 0.12 by itself, before that by the queries.yaml that comes with it.
 * Under the same names here for Debian's 0.11; the sizes as 0.17 and later have them.
 */
export const TABLES = {
  query: `SELECT current_database() datname, schemaname, relname, n_tup_ins, n_tup_upd, n_tup_del, n_tup_hot_upd, n_live_tup,
                 n_dead_tup, pg_table_size(relid) table_size_bytes, pg_indexes_size(relid) index_size_bytes FROM pg_stat_user_tables`,
  metrics: [
    ...['datname', 'schemaname', 'relname'].map((name) => ({ [name]: { usage: 'LABEL', description: name } })),
    ...['n_tup_ins', 'n_tup_upd', 'n_tup_del', 'n_tup_hot_upd'].map((name) => ({
      [name]: { usage: 'COUNTER', description: name },
    })),
    ...['n_live_tup', 'n_dead_tup', 'table_size_bytes', 'index_size_bytes'].map((name) => ({
      [name]: { usage: 'GAUGE', description: name },
    })),
  ],
} as const;

/** The counts of the session table: an example of what a project can publish for itself. */
export const SESSIONS = {
  query: `SELECT current_database() datname, count(*) total, count(*) FILTER (WHERE expire_date >= now()) active FROM django_session`,
  metrics: [
    { datname: { usage: 'LABEL', description: 'database' } },
    { total: { usage: 'GAUGE', description: 'all' } },
    { active: { usage: 'GAUGE', description: 'active' } },
  ],
} as const;

/** Queries by the beginning of their metrics' names. */
export type ExporterQueries = Readonly<Record<string, unknown>>;

/** Publishes what it is given, and nothing of its own. */
export const ONLY_QUERIES = ['--disable-default-metrics', '--disable-settings-metrics'];

/** A real prometheus-postgres-exporter for one database. @param queries or the text of such a file */
export async function startPostgresExporter(
  connectionString: string,
  queries: ExporterQueries | string = { pg_stat_user_tables: TABLES },
  flags: readonly string[] = [],
): Promise<TestExporter> {
  const program = await ensureTool('postgresExporter');
  const folder = await mkdtemp(join(tmpdir(), 'dsm-exporter-'));
  const file = join(folder, 'queries.yaml');
  await writeFile(file, typeof queries === 'string' ? queries : JSON.stringify(queries)); // JSON is YAML
  const port = await freePort();
  const args = [`--web.listen-address=127.0.0.1:${port}`, `--extend.query-path=${file}`, ...flags];
  const env = { ...process.env, DATA_SOURCE_NAME: `${connectionString}?sslmode=disable` };
  const server = spawnGuarded(program, args, { env, remove: [folder] });
  const url = new URL(`http://127.0.0.1:${port}/metrics`);
  const end = Date.now() + 20_000;
  const answers = (): Promise<boolean> =>
    fetch(url).then(
      async (response) => (await response.text()).includes('pg_up 1'),
      () => false,
    );
  while (!(await answers())) {
    if (!server.isRunning() || Date.now() > end) {
      await server.stop();
      throw new Error(`The exporter did not start:\n${server.output().slice(-3_000)}`);
    }
    await sleep(50);
  }
  return { url, output: () => server.output(), stop: () => server.stop() };
}
