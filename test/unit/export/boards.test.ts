import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { DATADOG } from '../../../src/export/datadog/datadog.ts';
import type { ExportContext, ExportTarget } from '../../../src/export/exportContext.ts';
import { GRAFANA } from '../../../src/export/grafana/grafana.ts';
import { NEW_RELIC } from '../../../src/export/newRelic/newRelic.ts';
import type { AlertRuleId } from '../../../src/monitoring/alerts/alerts.ts';
import { CHARTS } from '../../../src/monitoring/charts/charts.ts';
import { metricById } from '../../../src/monitoring/metrics/metrics.ts';
import { EXPORT_QUERIES, exportedName } from '../../../src/postgres/export/exportQueries.ts';
import { exportContext, ODD_TABLE } from '../../kit/exportContext.ts';

/** Dashboards, monitors and conditions are made from the tables of charts, metrics, rules and queries. */

const BOARDS = [GRAFANA, DATADOG, NEW_RELIC];

function fileOf(target: ExportTarget, path: string, context: ExportContext = exportContext()): string {
  return target.files(context).find((file) => file.path === path)?.text ?? assert.fail(`no ${path}`);
}

interface GrafanaPanel {
  id: number;
  type: string;
  title: string;
  description: string;
  targets?: { expr: string; legendFormat: string }[];
  fieldConfig?: { defaults: { unit: string; thresholds: { steps: { value: number | null }[] } } };
  gridPos: { x: number; y: number; w: number; h: number };
}

interface GrafanaBoard {
  uid: string;
  panels: GrafanaPanel[];
  annotations: { list: { name: string; expr: string }[] };
  templating: { list: { name: string; current?: { value: string } }[] };
}

function board(context?: ExportContext): GrafanaBoard {
  return JSON.parse(fileOf(GRAFANA, 'dashboard.json', context)) as GrafanaBoard;
}

/** With another threshold and time of one rule. */
function withRule(id: AlertRuleId, change: { threshold?: number; forSeconds?: number }): ExportContext {
  const context = exportContext();
  return { ...context, rules: context.rules.map((one) => (one.rule.id === id ? { ...one, ...change } : one)) };
}

describe('Grafana’s dashboard', () => {
  it('has each chart that a database can fill, with its curves, and each other figure', () => {
    const titles = board().panels.map(({ title }) => title);
    const charts = CHARTS.filter(({ section }) => section !== 'application');
    assert.equal(charts.length, 8);
    for (const { title } of charts) assert.ok(titles.includes(title), title);
    for (const id of [
      'sessions.oldestExpired',
      'table.deadTuples',
      'connections.waiting',
      'database.cacheHitShare',
    ] as const)
      assert.ok(titles.includes(metricById(id).label), id);
    const sessions = board().panels.find(({ title, type }) => title === 'Sessions' && type === 'timeseries');
    assert.deepEqual(
      sessions?.targets?.map(({ legendFormat }) => legendFormat),
      ['Total', 'Active', 'Expired'],
    );
    assert.ok(sessions.description.includes(metricById('sessions.total').advice));
  });

  it('keeps the numbers of its panels whatever is beside them', () => {
    const { panels } = board();
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const fewer = board({ ...exportContext(), rules: [] }).panels;
    for (const { id, title } of fewer)
      assert.ok(
        panels.some((panel) => panel.id === id && panel.title === title),
        title,
      );
  });

  it('has no two panels in one place', () => {
    const taken = new Set<string>();
    for (const { gridPos, title } of board().panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x} ${y}`), `${title} at ${x} ${y}`);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  it('draws thresholds where the rules have them, in the unit of the panel', () => {
    const lines = (context?: ExportContext): Record<string, number | null | undefined> =>
      Object.fromEntries(
        board(context)
          .panels.filter(
            ({ type, fieldConfig }) => type === 'timeseries' && fieldConfig?.defaults.thresholds.steps.length === 2,
          )
          .map(({ title, fieldConfig }) => [title, fieldConfig?.defaults.thresholds.steps[1]?.value]),
      );
    assert.deepEqual(lines(), {
      'Expired sessions': 1000,
      'Saves an hour': 60_000,
      'Growth, a day': 10 * 1024 * 1024,
      'Table and index sizes': 100 * 1024 * 1024,
      'Share of the maximum': 0.9,
    });
    assert.equal(lines(withRule('saves-per-minute', { threshold: 50 }))['Saves an hour'], 3000);
    const connections = board(withRule('connections-exhausted', { threshold: 0.5 })).panels.find(
      ({ title }) => title === 'Connections by state',
    );
    assert.match(connections?.targets?.at(-1)?.expr ?? '', /^max\(django_session_connections_max\{.*\} \* 0\.5 /u);
  });

  it('marks when the alerts of the Prometheus rules fire', () => {
    const [alerts] = board().annotations.list;
    assert.match(alerts?.expr ?? '', /DjangoSessionTableSize\|/u);
  });
});

describe('every dashboard', () => {
  it('asks for nothing that is not exported', () => {
    const names = new Set(
      EXPORT_QUERIES.flatMap((query) => query.columns.map((column) => exportedName(query, column))),
    );
    const asked = board().panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => expr.match(/django_session\w*/gu) ?? []),
    );
    assert.ok(asked.length > 50);
    for (const name of asked) assert.ok(names.has(name), name);
    const dotted = fileOf(DATADOG, 'dashboard.json').match(/django_session\w*\.\w+(?=\{)/gu) ?? [];
    assert.ok(dotted.length > 30);
    for (const name of dotted) assert.ok(names.has(name.replace('.', '_')), name);
  });

  it('has a README that names the files that are there, and no password', () => {
    for (const target of BOARDS) {
      const files = target.files(exportContext({ connection: 'staging' }));
      const readme = fileOf(target, 'README.md', exportContext({ connection: 'staging' }));
      assert.ok(readme.includes('staging'));
      for (const { path } of files.filter((file) => !/README|monitors/u.test(file.path)))
        assert.ok(readme.includes(path), path);
      assert.equal(new Set(files.map(({ path }) => path)).size, files.length);
    }
  });

  it('has ids and tags that every system takes, of whatever table', () => {
    const odd = exportContext({ table: ODD_TABLE, database: `Größe "x" ${'y'.repeat(48)}` });
    assert.equal(board().uid, 'sessions-picks-public-django_session');
    assert.match(board(odd).uid, /^[a-z0-9_-]{1,40}$/u);
    assert.notEqual(board(odd).uid, board({ ...odd, database: odd.database.replace('x', 'z') }).uid);
    const { tags } = JSON.parse(fileOf(DATADOG, 'monitors/table-size.json', odd)) as { tags: string[] };
    for (const tag of tags) assert.match(tag, /^[a-z][a-z0-9_:./-]{0,199}$/u);
  });
});

describe('Datadog’s monitors', () => {
  const monitor = (id: AlertRuleId, context?: ExportContext) =>
    JSON.parse(fileOf(DATADOG, `monitors/${id}.json`, context)) as {
      query: string;
      message: string;
      options: { thresholds: { critical: number; critical_recovery?: number } };
    };

  it('fire and recover where the rule does', () => {
    const { query, options } = monitor(
      'expired-sessions',
      withRule('expired-sessions', { threshold: 500, forSeconds: 90 }),
    );
    assert.equal(query, 'min(last_2m):max:django_session.expired{session_table:picks-public-django_session} > 500');
    assert.deepEqual(options.thresholds, { critical: 500, critical_recovery: 450 });
    assert.match(
      monitor('connections-exhausted').query,
      /^min\(last_1m\):max:.*\.used\{.*\} \/ max:.*\.max\{.*\} >= 0\.9$/u,
    );
    assert.match(
      monitor('table-growth').query,
      /^change\(min\(last_5m\),last_1d\):max:django_session_table\.size_bytes/u,
    );
  });

  it('have no recovery threshold where there is none below the threshold', () => {
    for (const context of [withRule('expired-sessions', { threshold: 0 })])
      assert.deepEqual(monitor('expired-sessions', context).options.thresholds, { critical: 0 });
    assert.deepEqual(monitor('cleanup-service').options.thresholds, { critical: 1 });
  });
});

describe('New Relic’s conditions', () => {
  it('fire where the rule does, for whole windows', () => {
    const text = fileOf(
      NEW_RELIC,
      'alert-conditions.graphql',
      withRule('expired-sessions', { threshold: 500, forSeconds: 61 }),
    );
    const condition = text.slice(text.indexOf('expiredSessions:'), text.indexOf('tableGrowth:'));
    assert.match(condition, /FROM DjangoSessionSample SELECT latest\(`expired`\) WHERE `datname` = 'picks'/u);
    assert.match(condition, /threshold: 500\n\s+thresholdDuration: 120\n/u);
    assert.match(condition, /priority: WARNING/u);
  });

  it('quote names as NRQL does', () => {
    const text = fileOf(NEW_RELIC, 'alert-conditions.graphql', exportContext({ table: ODD_TABLE, database: `o'dd` }));
    const [query] = /query: .*/u.exec(text) ?? assert.fail('no query');
    assert.equal(
      JSON.parse(query.slice('query: '.length)),
      "FROM DjangoSessionTableSample SELECT latest(`size_bytes`) WHERE `datname` = 'o\\'dd' AND `schemaname` = 'My Schema' AND `relname` = 'odd;table\\''",
    );
  });
});

describe('the queries of Datadog and New Relic', () => {
  const context = exportContext({ table: ODD_TABLE });
  const expected = EXPORT_QUERIES.map(({ sql }) => sql(ODD_TABLE, { countTo: 1001 }));

  it('come out of their files as they went in, whatever the name of the table', () => {
    const { instances } = parse(fileOf(DATADOG, 'django_sessions.yaml', context)) as {
      instances: { dbname: string; custom_queries: { query: string; columns: { name: string; type: string }[] }[] }[];
    };
    assert.deepEqual(
      instances[0]?.custom_queries.map(({ query }) => query),
      expected,
    );
    const files = NEW_RELIC.files(context).filter(({ path }) => path.startsWith('queries-'));
    const queries = files.flatMap(({ text }) => (parse(text) as { queries: { query: string }[] }).queries);
    assert.deepEqual(queries.map(({ query }) => query).toSorted(), expected.toSorted());
  });

  it('count expired sessions up to one more than the threshold', () => {
    const more = withRule('expired-sessions', { threshold: 4321 });
    for (const [target, path] of [
      [DATADOG, 'django_sessions.yaml'],
      [NEW_RELIC, 'queries-15s.yml'],
    ] as const)
      assert.match(fileOf(target, path, more), /LIMIT 4322\b/u);
  });
});
