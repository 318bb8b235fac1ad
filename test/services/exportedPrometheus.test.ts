import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { parse } from 'yaml';
import { EXPORTED_FIGURES, type ExportedFigure } from '../../src/export/exportedFigures.ts';
import {
  debianPrometheusFile,
  debianSqlExporterFile,
  postgresExporterFile,
} from '../../src/export/prometheus/collectors.ts';
import { promqlOf } from '../../src/export/prometheus/promqlOf.ts';
import { alertName, judgedName, rulesFile } from '../../src/export/prometheus/rules.ts';
import { AlertEngine } from '../../src/monitoring/alerts/alerts.ts';
import { metricById, type MetricValue } from '../../src/monitoring/metrics/metrics.ts';
import { connect, type Database } from '../../src/postgres/connect/connection.ts';
import { EXPORTER_ROLE, exporterRoleSql } from '../../src/postgres/export/exporterRole.ts';
import { readDetailMetrics } from '../../src/postgres/readings/detailMetrics.ts';
import { readSessionMetrics } from '../../src/postgres/readings/sessionMetrics.ts';
import { skipWithout } from '../kit/apt.ts';
import { startPostgres, type TestPostgres } from '../kit/postgres.ts';
import { startPostgresExporter, type TestExporter } from '../kit/postgresExporter.ts';
import { startPrometheus, type TestPrometheus } from '../kit/prometheus.ts';
import { createSessionTable, fillSessions } from '../kit/sessions.ts';
import { startSqlExporter } from '../kit/sqlExporter.ts';
import { snapshot } from '../unit/monitoring/samples.ts';
import { contextOf } from './exportedRules.ts';
import { until } from './support.ts';

/** The exported files with a real Prometheus and Debian's real exporters on a real PostgreSQL. */

const skip = (await skipWithout('prometheus', 'promtool', 'postgresExporter', 'sqlExporter')) ?? false;
const PASSWORD = 'only-in-the-environment';

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

describe('the exported files for Prometheus', { skip }, () => {
  let server: TestPostgres;
  let admin: pg.Client;
  let db: Database;
  let exporters: readonly TestExporter[] = [];
  let prometheus: TestPrometheus;
  // A rule that fires with what is in the table.
  const engine = new AlertEngine({
    settings: {
      'djangoSessionMonitor.alerts.expiredSessions': 100,
      'djangoSessionMonitor.alerts.expiredForSeconds': 1,
    },
  });
  const context = { ...contextOf(engine), intervalSeconds: 1 };

  const ask = async (query: string): Promise<readonly Sample[]> => {
    const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { readonly data: { readonly result: readonly Sample[] } };
    return data.result;
  };
  const byJob = (samples: readonly Sample[]): ReadonlyMap<string, number> =>
    new Map(samples.map(({ metric, value }) => [metric['job'] ?? '', Number(value[1])]));

  before(async () => {
    server = await startPostgres();
    const root = new pg.Client({ connectionString: server.connectionString() });
    await root.connect();
    await root.query('CREATE DATABASE shop');
    await root.end();
    admin = new pg.Client({ connectionString: server.connectionString('shop') });
    admin.on('error', () => undefined); // the server is killed below
    await admin.connect();
    await admin.query('CREATE EXTENSION pg_stat_statements');
    await createSessionTable(admin);
    await fillSessions(admin, { rows: 2000, secretKey: 'x' });
    await admin.query('UPDATE django_session SET expire_date = expire_date WHERE expire_date < now()');
    await admin.query('VACUUM ANALYZE django_session');
    await admin.query('SELECT pg_stat_force_next_flush()');
    await admin.query(exporterRoleSql(context.table, 'shop'));
    await admin.query(`ALTER ROLE ${EXPORTER_ROLE} PASSWORD '${PASSWORD}'`);
    db = await connect({ connectionString: server.connectionString('shop'), readOnly: true });
    // As the README says: the host is put in, and the password stands elsewhere.
    const config = debianSqlExporterFile(context)
      .replaceAll('HOST:5432', `127.0.0.1:${server.port}`)
      .replaceAll('sslmode=require', 'sslmode=disable')
      .replaceAll(/interval: \d+s/g, 'interval: 1s');
    const address = server.connectionString('shop', EXPORTER_ROLE, PASSWORD);
    exporters = await Promise.all([
      startSqlExporter(config, PASSWORD),
      startPostgresExporter(address, postgresExporterFile(context)),
    ]);
    const [sql, postgres] = exporters;
    assert.ok(sql && postgres);
    const {
      scrape_configs: [scrape],
    } = parse(debianPrometheusFile()) as {
      scrape_configs: { metric_relabel_configs: unknown[] }[];
    };
    prometheus = await startPrometheus({
      jobs: { sql: [sql.url], postgres: [postgres.url] },
      rules: rulesFile(context),
      metricRelabelConfigs: scrape?.metric_relabel_configs ?? [],
    });
    await until(
      () => ask('django_session_rows'),
      ({ length }) => length === 2,
      'a reading by both exporters',
    );
  });

  after(async () => {
    await prometheus.stop();
    for (const exporter of exporters) await exporter.stop();
    await db.close();
    await admin.end();
    await server.stop();
  });

  /** As Prometheus has it: seconds; a date is one since 1970, and how old it is where the figure says so. */
  const asNumber = (value: MetricValue | undefined, figure: ExportedFigure, now: Date): number | undefined => {
    if (figure.metric === 'sessions.oldestExpired')
      return value instanceof Date ? (now.getTime() - value.getTime()) / 1000 : 0;
    if (figure.metric === 'table.expireIndex') return value === 'present' ? 1 : 0;
    return value instanceof Date ? value.getTime() / 1000 : typeof value === 'number' ? value : undefined;
  };

  it('give the figures that the extension reads', async () => {
    const light = await readSessionMetrics(db);
    const now = {
      ...snapshot(),
      metrics: light,
      detail: await readDetailMetrics(db),
    };
    const compared: string[] = [];
    for (const figure of EXPORTED_FIGURES) {
      if (figure.kind === 'rate' || figure.kind === 'share' || figure.kind === 'slope') continue;
      const wanted = asNumber(metricById(figure.metric).read(now).value, figure, light.serverTime);
      const found = byJob(await ask(promqlOf(figure, context)));
      for (const job of ['sql', 'postgres']) {
        const value = found.get(job);
        const isEqual =
          value === undefined || wanted === undefined
            ? value === wanted
            : Math.abs(value - wanted) <= toleranceOf(figure, wanted);
        assert.ok(isEqual, `${figure.metric} by ${job}: ${value}, not ${wanted}`);
      }
      compared.push(figure.metric);
    }
    assert.ok(compared.length > 20, compared.join(' '));
  });

  it('fire the alert that the engine fires, and name neither password nor host', async () => {
    await until(
      () => ask(`ALERTS{alertname="${alertName('expired-sessions')}",alertstate="firing"}`),
      ({ length }) => length === 2,
      'the alert of both',
    );
    const answer = await fetch(`${prometheus.url}/api/v1/rules`);
    const { data } = (await answer.json()) as {
      data: { groups: { rules: { health: string; lastError?: string }[] }[] };
    };
    for (const rule of data.groups.flatMap(({ rules }) => rules)) assert.equal(rule.health, 'ok', rule.lastError);
    const [alert] = await ask(
      `count(ALERTS{alertname!~"${alertName('expired-sessions')}|${alertName('cleanup-service')}"}) or vector(0)`,
    );
    assert.equal(alert?.value[1], '0', 'no other');
  });

  it('say nothing of a database that does not answer, and go on firing', async () => {
    await server.kill();
    const judged = judgedName('expired-sessions');
    await until(
      () => ask(judged),
      ({ length }) => length === 0,
      'that nothing is said',
    );
    const firing = await ask(`ALERTS{alertname="${alertName('expired-sessions')}",alertstate="firing"}`);
    assert.equal(firing.length, 2);
  });
});

/** The exporters come and go, the clock goes on, and transactions are counted: all else is equal. */
function toleranceOf({ metric }: ExportedFigure, value: number): number {
  if (metric === 'sessions.oldestExpired') return 60;
  // An hour ago moves on between the two readings.
  if (metric === 'sessions.savedLastHour') return 5;
  if (metric.startsWith('connections.') && metric !== 'connections.max') return 12;
  if (metric.startsWith('statements.')) return Math.abs(value) * 0.05 + 3;
  return Math.abs(value) * 1e-9;
}
