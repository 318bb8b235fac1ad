import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type pg from 'pg';
import { Problem } from '../../src/common/problem.ts';
import type { HistoryAnswer, HistoryOutcome } from '../../src/services/prometheusHistory/prometheusHistory.ts';
import { HISTORY_ROWS } from '../../src/monitoring/metrics/historyRows.ts';
import { skipWithout } from '../kit/apt.ts';
import { apart } from './applicationSupport.ts';
import { answeredQueries } from './grafanaQueries.ts';
import { counted, DATABASE, startBench, type Bench, type Counters } from './prometheusHistoryBench.ts';
import { until } from './support.ts';

/** What Prometheus is asked for gives what SQL says, with a real postgres_exporter in between. */

const skip = (await skipWithout('prometheus', 'promtool', 'postgresExporter')) ?? false;
const MOST_APART = 0.01;

/** Rates by what they are the rates of; hot and cache hits are shares of two of them. */
const RATES: readonly (readonly [
  series: string,
  of: (from: number, to: number, counters: readonly Counters[]) => number,
])[] = [
  ...(
    [
      ['writes.saves', 'saves', 60_000],
      ['writes.inserts', 'inserted', 60_000],
      ['writes.updates', 'updated', 60_000],
      ['writes.deletes', 'deleted', 60_000],
      ['database.transactions', 'transactions', 1_000],
      ['database.tempRate', 'tempBytes', 60_000],
    ] as const
  ).map(
    ([series, key, ms]) =>
      [
        series,
        (from: number, to: number, all: readonly Counters[]) => (counted(all, key, from, to) / (to - from)) * ms,
      ] as const,
  ),
  ['writes.hotShare', (from, to, all) => counted(all, 'hot', from, to) / counted(all, 'updated', from, to)],
  [
    'database.cacheHitShare',
    (from, to, all) => {
      const hit = counted(all, 'hit', from, to);
      return hit / (hit + counted(all, 'read', from, to));
    },
  ],
];

const CHARTS = [{ id: 'rates', series: RATES.map(([series]) => series) }];

function outcome(answer: HistoryAnswer, chart: string): HistoryOutcome {
  return answer.charts.get(chart) ?? assert.fail(`no outcome of ${chart}`);
}

function last(answer: HistoryAnswer, series: string, part: 'min' | 'mean' | 'max' = 'mean'): number {
  return answer.series.get(series)?.[part].findLast((value) => value !== null) ?? NaN;
}

export function testHistory(major: 15 | 18): void {
  describe(`the history of PostgreSQL ${major} in Prometheus`, { skip }, () => {
    let bench: Bench;
    let clients: pg.Client[] = [];
    before(async () => {
      bench = await startBench(major);
    });
    after(async () => {
      for (const client of clients) await client.end();
      await bench.stop();
    });
    const lately = (seconds: number): { from: Date; to: Date } => {
      const to = new Date();
      return { from: new Date(to.getTime() - seconds * 1_000), to };
    };

    it('has each rate as SQL has it', async (t) => {
      const compare = async (): Promise<readonly { series: string; theirs: number; ours: number }[]> => {
        const answer = await bench.history().read(CHARTS, { ...lately(90), maxPoints: 4 });
        assert.equal(answer.stepMs, 30_000);
        // The last step that is over.
        const i =
          answer.at.findLastIndex((at, k) => at % answer.stepMs === 0 && answer.at[k - 1] === at - answer.stepMs) - 1;
        const from = answer.at[i] ?? NaN;
        return RATES.map(([series, of]) => ({
          series,
          theirs: answer.series.get(series)?.mean[i] ?? NaN,
          ours: of(from, from + answer.stepMs, bench.counters),
        }));
      };
      const seen = await until(
        compare,
        (all) => all.every(({ theirs, ours }) => ours > 0 && apart(theirs, ours) <= MOST_APART),
        'rates as SQL has them',
        180_000,
      );
      t.diagnostic(
        seen.map(({ series, theirs, ours }) => `${series} ${(apart(theirs, ours) * 100).toFixed(2)} %`).join(', '),
      );
    });

    it('answers each query of the dashboard that is exported for Grafana', async (t) => {
      // Of less than an hour no growth is said, and nothing has vacuumed.
      const without = ['Growth, a day', 'Growth, a day', 'Last autovacuum', 'Last vacuum'];
      const { found } = await until(
        () => answeredQueries(bench.prometheus.url, DATABASE),
        ({ titles }) => titles.length === without.length && titles.every((title, i) => title === without[i]),
        'an answer to each query',
      );
      t.diagnostic(`${found.length} numbers`);
      assert.ok(found.length > 40);
    });

    it('has sizes, dead tuples, temporary files and connections as SQL has them', async (t) => {
      await bench.stopTraffic();
      const [idle, open, failed] = (clients = await Promise.all([bench.connect(), bench.connect(), bench.connect()]));
      await idle?.query('SELECT 1');
      await open?.query('BEGIN');
      await failed?.query('BEGIN');
      await failed?.query('SELECT no_such_column').catch(() => undefined);
      const states = ['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)'];
      const series = HISTORY_ROWS.filter(({ kind }) => kind === 'gauge').map((row) => row.series);
      const compare = async (): Promise<readonly { series: string; theirs: number; ours: number }[]> => {
        await bench.sql.query('SELECT pg_stat_force_next_flush()');
        const answer = await bench.history().read([{ id: 'gauges', series }], { ...lately(5), maxPoints: 100 });
        assert.equal(answer.stepMs, 0, 'moments');
        const { rows } = await bench.sql.query<Record<string, number>>(
          `SELECT pg_total_relation_size(relid)::float8 AS "table.total", pg_indexes_size(relid)::float8 AS "table.index",
                  n_dead_tup::float8 AS "table.deadTuples", temp_files::float8 AS "database.tempFiles", temp_bytes::float8 AS "database.tempBytes",
                  (SELECT extract(epoch FROM clock_timestamp() - min(xact_start))::float8 FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()) AS "connections.longestTransaction",
                  (SELECT count(*)::float8 FROM pg_stat_activity WHERE backend_type = 'client backend') AS "connections.used",
                  (SELECT count(*)::float8 FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = $1) AS "connections.total",
                  (SELECT count(*)::float8 FROM pg_stat_activity WHERE datname = $1 AND state = 'idle in transaction') AS "connections.total/idle in transaction",
                  (SELECT count(*)::float8 FROM pg_stat_activity WHERE datname = $1 AND state = 'idle in transaction (aborted)') AS "connections.total/idle in transaction (aborted)",
                  (SELECT sum(CASE name WHEN 'max_connections' THEN 1 ELSE -1 END * setting::int)::float8 FROM pg_settings
                    WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')) AS "connections.max"
             FROM pg_stat_user_tables, pg_stat_database
            WHERE schemaname = 'public' AND relname = 'django_session' AND datname = $1`,
          [DATABASE],
        );
        const all = Object.entries(rows[0] ?? {}).map(([id, ours]) => ({ series: id, theirs: last(answer, id), ours }));
        // The one that counts is active for itself, and idle for who else looks.
        const ours = Number(rows[0]?.['connections.total']);
        const theirs = states.reduce((sum, state) => sum + last(answer, `connections.total/${state}`), 0);
        return [...all, { series: 'the states together', theirs, ours }];
      };
      const seen = await until(
        compare,
        (all) => all.every(({ theirs, ours }) => ours > 0 && apart(theirs, ours) <= MOST_APART),
        'gauges as SQL has them',
        150_000,
      );
      t.diagnostic(
        seen
          .map(({ series: id, theirs, ours }) => `${id} ${theirs.toPrecision(6)} (${ours.toPrecision(6)})`)
          .join(', '),
      );
    });

    it('loses no spike, however long the step is', async () => {
      const many = await Promise.all(Array.from({ length: 20 }, () => bench.connect()));
      const connections = { id: 'connections', series: ['connections.total', 'writes.updates'] };
      const now = await until(
        async () =>
          last(await bench.history().read([connections], { ...lately(5), maxPoints: 100 }), 'connections.total'),
        (value) => value >= 20,
        'the connections in Prometheus',
      );
      for (let i = 0; i < 5; i++)
        await bench.sql.query("UPDATE django_session SET expire_date = expire_date + interval '1 second'");
      await bench.sql.query('SELECT pg_stat_force_next_flush()');
      for (const client of many) await client.end();
      await until(
        async () =>
          last(await bench.history().read([connections], { ...lately(5), maxPoints: 100 }), 'connections.total'),
        (value) => value <= now - 20,
        'fewer connections in Prometheus',
      );
      // Steps in which every sample is looked at, and such in which stretches of 15 seconds are: the last one comes late.
      for (const [seconds, maxPoints] of [
        [120, 3],
        [3_600, 4],
      ] as const) {
        await until(
          async () => {
            const { series } = await bench.history().read([connections], { ...lately(seconds), maxPoints });
            const greatest = (id: string): number =>
              Math.max(...(series.get(id)?.max ?? []).map((value) => value ?? 0));
            return [greatest('connections.total'), greatest('writes.updates')] as const;
          },
          // A sum of states is a bound where these are looked at by stretches: one may have been active and idle in the same. The
          // steady traffic was of some 8,000 updates a minute.
          ([most, updates]) => most >= now && most <= now + 5 && updates > 15_000,
          `the spikes in ${seconds} s: ${now} connections`,
        );
      }
    });

    it('asks for what a person has named, and tells where that is no curve, chart by chart', async () => {
      const queries = {
        'sessions.total': 'shop_sessions_total{job="postgres"}',
        'sessions.expired': 'shop_sessions_total{job="postgres"} - shop_sessions_active # those',
        'sessions.active': 'pg_stat_activity_count',
        'statements.meanTime': 'sum(',
      };
      const history = bench.history({
        ...queries,
        'sessions.expired': 'sum(shop_sessions_total - shop_sessions_active) / 2 # those',
      });
      const { rows } = await bench.sql.query<{ total: number; expired: number }>(
        'SELECT count(*)::int AS total, count(*) FILTER (WHERE expire_date < now())::int AS expired FROM django_session',
      );
      for (const seconds of [5, 600]) {
        const answer = await history.read(
          [
            { id: 'counts', series: ['sessions.total', 'sessions.expired', 'sessions.oldestExpired'] },
            { id: 'several', series: ['sessions.active'] },
            { id: 'broken', series: ['statements.meanTime'] },
            { id: 'unknown', series: ['table.toast'] },
          ],
          { ...lately(seconds), maxPoints: 20 },
        );
        assert.equal(last(answer, 'sessions.total', 'max'), rows[0]?.total);
        assert.equal(last(answer, 'sessions.expired', 'min'), rows[0]?.expired);
        assert.deepEqual(outcome(answer, 'counts'), { kind: 'series', missing: ['sessions.oldestExpired'], notes: [] });
        const problems = ['several', 'broken'].map((chart) => {
          const told = outcome(answer, chart);
          return told.kind === 'failed' ? told.problem.code : told.kind;
        });
        assert.deepEqual(problems, ['several-series', 'query-refused']);
        assert.equal(outcome(answer, 'unknown').kind, 'nothing');
      }
    });

    it('does not mix two servers, and can be ended', async () => {
      const charts = [{ id: 'sizes', series: ['table.total'] }];
      const mixed = outcome(await bench.history({}, '').read(charts, { ...lately(5), maxPoints: 20 }), 'sizes');
      assert.ok(mixed.kind === 'failed' && mixed.problem.code === 'several-servers', mixed.kind);
      assert.match(mixed.problem.message, /job="postgres", instance=.*job="twin"/u);
      assert.throws(
        () => bench.history({}, 'job=twin'),
        (error) => error instanceof Problem && error.what.includes('history.prometheusSelector'),
      );
      const controller = new AbortController();
      const asked = bench.history().read(charts, { ...lately(86_400), maxPoints: 5_000 }, controller.signal);
      controller.abort();
      await assert.rejects(asked, (error) => error instanceof Problem && error.code === 'cancelled');
    });

    it('says of each chart that Prometheus is gone', async () => {
      await bench.prometheus.stop();
      const charts = ['table.total', 'application.p50', 'sessions.total'].map((one) => ({ id: one, series: [one] }));
      const answer = await bench.history().read(charts, { ...lately(60), maxPoints: 100 });
      const told = [...answer.charts.values()].map((one) => (one.kind === 'failed' ? one.problem.code : one.kind));
      assert.deepEqual(told, ['connection-refused', 'connection-refused', 'nothing']);
    });
  });
}
