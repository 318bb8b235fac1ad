import { yamlText } from '../yamlText.ts';
import { EXPORT_QUERIES, exportedName, type ExportedQuery } from '../../postgres/export/exportQueries.ts';
import { EXPORTER_ROLE } from '../../postgres/export/exporterRole.ts';
import { countedTo, type ExportContext } from '../exportContext.ts';

const yaml = (document: object, comment: string): string => `${comment.replaceAll(/^/gm, '# ')}\n${yamlText(document)}`;

const labelsOf = ({ columns }: ExportedQuery): string[] =>
  columns.filter(({ kind }) => kind === 'label').map(({ name }) => name);
const valuesOf = ({ columns }: ExportedQuery) => columns.filter(({ kind }) => kind !== 'label');
const sqlOf = (query: ExportedQuery, context: ExportContext): string =>
  query.sql(context.table, { countTo: countedTo(context) });

/** The role may be called otherwise; the password is where PostgreSQL’s clients look for it. */
const dsn = ({ database }: ExportContext, scheme = 'postgres'): string =>
  `${scheme}://${EXPORTER_ROLE}@HOST:5432/${encodeURIComponent(database)}?sslmode=require&application_name=django-session-monitor`;

/** A collector file of https://github.com/burningalchemist/sql_exporter: one a query, so that one can be left out. */
export function collectorFile(query: ExportedQuery, context: ExportContext): string {
  const labels = labelsOf(query);
  return yaml(
    {
      collector_name: query.prefix,
      min_interval: `${query.everySeconds}s`,
      metrics: valuesOf(query).map((column) => ({
        metric_name: exportedName(query, column),
        type: column.kind,
        help: column.what,
        key_labels: labels,
        values: [column.name],
        query_ref: query.prefix,
      })),
      queries: [{ query_name: query.prefix, query: sqlOf(query, context) }],
    },
    query.what,
  );
}

/** Its main file, for where there is none yet. */
export function sqlExporterFile(context: ExportContext): string {
  return yaml(
    {
      global: { scrape_timeout_offset: '500ms', min_interval: '0s', max_connections: 1, max_idle_connections: 1 },
      target: { data_source_name: dsn(context), collectors: ['django_session*'] },
      collector_files: ['*.collector.yml'],
    },
    'https://github.com/burningalchemist/sql_exporter\nPut your host in. A password does not belong in here: see the README.',
  );
}

/** https://github.com/justwatchcom/sql_exporter, which is Debian’s prometheus-sql-exporter: jobs instead of collectors. */
export function debianSqlExporterFile(context: ExportContext): string {
  return yaml(
    {
      jobs: EXPORT_QUERIES.map((query) => ({
        name: query.prefix,
        interval: `${query.everySeconds}s`,
        connections: [dsn(context)],
        queries: [
          {
            // It puts sql_ before it and the column into a label; prometheus.yml makes the names of it that the rules have.
            name: query.prefix,
            help: query.what,
            labels: labelsOf(query),
            values: valuesOf(query).map(({ name }) => name),
            query: sqlOf(query, context),
          },
        ],
      })),
    },
    'https://github.com/justwatchcom/sql_exporter (Debian: prometheus-sql-exporter)\nPut your host in. A password does not belong in here: see the README.',
  );
}

/** The file for --extend.query-path of https://github.com/prometheus-community/postgres_exporter. */
export function postgresExporterFile(context: ExportContext): string {
  const queries = EXPORT_QUERIES.map((query) => [
    query.prefix,
    {
      query: sqlOf(query, context),
      // Not in every database that it may discover.
      master: true,
      ...(query.everySeconds > 15 ? { cache_seconds: query.everySeconds } : {}),
      metrics: query.columns.map((column) => ({
        [column.name]: { usage: column.kind.toUpperCase(), description: column.what },
      })),
    },
  ]);
  return yaml(
    Object.fromEntries(queries) as object,
    'https://github.com/prometheus-community/postgres_exporter, --extend.query-path',
  );
}

/** What of prometheus.yml this takes. */
export function prometheusFile(): string {
  const job = (name: string, port: number): object => ({
    job_name: name,
    scrape_interval: '15s',
    static_configs: [{ targets: [`localhost:${port}`] }],
  });
  return yaml(
    {
      rule_files: ['django_session.rules.yml'],
      scrape_configs: [{ ...job('django_session', 9399) }],
    },
    'To be merged into your prometheus.yml. The port is that of sql_exporter; postgres_exporter has 9187.',
  );
}

/** The same for Debian’s prometheus-sql-exporter. */
export function debianPrometheusFile(): string {
  return yaml(
    {
      rule_files: ['django_session.rules.yml'],
      scrape_configs: [
        {
          job_name: 'django_session',
          scrape_interval: '15s',
          static_configs: [{ targets: ['localhost:9237'] }],
          metric_relabel_configs: [
            {
              source_labels: ['__name__', 'col'],
              regex: 'sql_(django_session.*);(.+)',
              target_label: '__name__',
              replacement: '${1}_${2}',
            },
            { regex: 'col|driver|database|user', action: 'labeldrop' },
          ],
        },
      ],
    },
    'To be merged into your prometheus.yml.',
  );
}
