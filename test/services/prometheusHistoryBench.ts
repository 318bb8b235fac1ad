import pg from 'pg';
import { parse } from 'yaml';
import { PROMETHEUS } from '../../src/export/prometheus/prometheus.ts';
import { PrometheusSource } from '../../src/services/prometheus/prometheusSource.ts';
import { HISTORY_ROWS } from '../../src/monitoring/metrics/historyRows.ts';
import {
  openPrometheusHistory,
  type PrometheusHistory,
} from '../../src/services/prometheusHistory/prometheusHistory.ts';
import type { Major } from '../kit/binaries.ts';
import { exportContext } from '../kit/exportContext.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import {
  ONLY_QUERIES,
  SESSIONS,
  startPostgresExporter,
  TABLES,
  type ExporterQueries,
} from '../kit/postgresExporter.ts';
import { startPrometheus, type TestPrometheus } from '../kit/prometheus.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';

/** A real PostgreSQL that is written to, read by a real postgres_exporter, read by a real Prometheus: under two names. */

export const DATABASE = 'shop';
export const WINDOW_SECONDS = 4;

/** The counters as SQL has them at one moment, by the id of the metric that is their rate; Unix milliseconds. */
export interface Counters {
  readonly at: number;
  readonly saves: number;
  readonly inserted: number;
  readonly updated: number;
  readonly hot: number;
  readonly deleted: number;
  readonly transactions: number;
  readonly hit: number;
  readonly read: number;
  readonly tempBytes: number;
}

export interface Bench {
  readonly postgres: TestPostgres;
  readonly sql: pg.Client;
  readonly prometheus: TestPrometheus;
  readonly counters: readonly Counters[];
  history(queries?: Readonly<Record<string, string>>, selector?: string): PrometheusHistory;
  connect(): Promise<pg.Client>;
  stopTraffic(): Promise<void>;
  stop(): Promise<void>;
}

export async function startBench(major: Major): Promise<Bench> {
  // What is dead stays dead.
  const postgres = await startPostgres({ major, settings: { autovacuum: 'off' } });
  const connect = async (database = DATABASE): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: postgres.connectionString(database) });
    await client.connect();
    return client;
  };
  const admin = await connect('postgres');
  await admin.query(`CREATE DATABASE ${DATABASE}`);
  // Tables of the same name in another database and another schema, which are not meant.
  await createSessionTable(admin);
  await admin.end();
  const sql = await connect();
  await createSessionTable(sql);
  await sql.query('CREATE SCHEMA other CREATE TABLE django_session (session_key text, expire_date timestamptz)');
  await sql.query(`INSERT INTO other.django_session SELECT i::text, now() FROM generate_series(1, 5000) AS i`);
  await sql.query('CREATE EXTENSION pg_stat_statements');
  await fillSessions(sql, { rows: 2000, expiredShare: 0.1, secretKey: 'secret' });
  const exporter = await startPostgresExporter(postgres.connectionString(DATABASE), {
    pg_stat_user_tables: TABLES,
    shop_sessions: SESSIONS,
  });
  // By itself: what it takes longer on a busy machine is not taken from the others.
  const exported = await startPostgresExporter(postgres.connectionString(DATABASE), exportedQueries(), ONLY_QUERIES);
  const prometheus = await startPrometheus({
    jobs: { postgres: [exporter.url], twin: [exporter.url], exported: [exported.url] },
    scrapeIntervalMs: 500,
  });
  const counters: Counters[] = [];
  const traffic = startTraffic(await connect(), counters);
  const source = new PrometheusSource({
    address: new URL(prometheus.url),
    timeoutMs: 10_000,
    maxBytes: 16_000_000,
    selector: '',
    windowSeconds: WINDOW_SECONDS,
  });
  return {
    postgres,
    sql,
    prometheus,
    counters,
    connect: () => connect(),
    history: (queries = {}, selector = 'job="postgres"') =>
      openPrometheusHistory(
        { source, target: { database: DATABASE, schema: 'public', table: 'django_session' }, selector, queries },
        HISTORY_ROWS,
      ),
    stopTraffic: traffic,
    stop: async () => {
      await traffic();
      await prometheus.stop();
      await exporter.stop();
      await exported.stop();
      await sql.end();
      await postgres.stop();
    },
  };
}

/** The file that the extension exports for this exporter. */
function exportedQueries(): ExporterQueries {
  const files = PROMETHEUS.files(exportContext({ database: DATABASE }));
  const text = files.find(({ path }) => path === 'postgres_exporter/queries.yaml')?.text ?? '';
  return parse(text) as ExporterQueries;
}

const PAUSE_MS = 40;

/** Writes steadily and notes the counters behind each write. */
function startTraffic(client: pg.Client, counters: Counters[]): () => Promise<void> {
  let goesOn = true;
  const run = async (): Promise<void> => {
    await client.query("SET work_mem = '64kB'");
    for (let i = 0; goesOn; i++) {
      await client.query(
        `UPDATE django_session SET expire_date = expire_date + interval '1 second'
          WHERE session_key IN (SELECT session_key FROM django_session ORDER BY session_key LIMIT 6)`,
      );
      await client.query(
        `UPDATE django_session SET session_data = session_data || ''
          WHERE session_key IN (SELECT session_key FROM django_session ORDER BY session_key DESC LIMIT 6)`,
      );
      // In one transaction: who counts the rows in between would see two that are never there in the end.
      await client.query('BEGIN');
      await client.query(
        `INSERT INTO django_session SELECT 'new' || $1 || '-' || j, 'x', now() + interval '1 day' FROM generate_series(1, 3) AS j`,
        [i],
      );
      await client.query(`DELETE FROM django_session WHERE session_key IN ('new' || $1 || '-1', 'new' || $1 || '-2')`, [
        i,
      ]);
      await client.query('COMMIT');
      await client.query(
        'SELECT count(*) FROM (SELECT md5(i::text) FROM generate_series(1, 3000) AS i ORDER BY 1) AS sorted',
      );
      await client.query('SELECT pg_stat_force_next_flush()');
      counters.push(await readCounters(client));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await client.end();
  };
  const done = run();
  return () => {
    goesOn = false;
    return done;
  };
}

async function readCounters(client: pg.Client): Promise<Counters> {
  const { rows } = await client.query<Counters>(
    `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS at, (n_tup_ins + n_tup_upd)::float8 AS saves,
            n_tup_ins::float8 AS inserted, n_tup_upd::float8 AS updated, n_tup_hot_upd::float8 AS hot, n_tup_del::float8 AS deleted,
            (xact_commit + xact_rollback)::float8 AS transactions, blks_hit::float8 AS hit, blks_read::float8 AS read,
            temp_bytes::float8 AS "tempBytes"
       FROM pg_stat_user_tables, pg_stat_database
      WHERE schemaname = 'public' AND relname = 'django_session' AND datname = current_database()`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('The table has no statistics.');
  return row;
}

/** What was counted from one moment to another; between two notes in proportion. Unix milliseconds. */
export function counted(counters: readonly Counters[], key: keyof Counters, from: number, to: number): number {
  return valueAt(counters, key, to) - valueAt(counters, key, from);
}

function valueAt(counters: readonly Counters[], key: keyof Counters, at: number): number {
  const next = counters.findIndex((one) => one.at >= at);
  const [before, after] = [counters[next - 1], counters[next]];
  if (before === undefined || after === undefined) return NaN;
  const share = (at - before.at) / (after.at - before.at);
  return before[key] + share * (after[key] - before[key]);
}
