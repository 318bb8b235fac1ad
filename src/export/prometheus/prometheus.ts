import { EXPORT_QUERIES } from '../../postgres/export/exportQueries.ts';
import type { ExportTarget } from '../exportContext.ts';
import {
  collectorFile,
  debianPrometheusFile,
  debianSqlExporterFile,
  postgresExporterFile,
  prometheusFile,
  sqlExporterFile,
} from './collectors.ts';
import { prometheusReadme } from './readme.ts';
import { rulesFile } from './rules.ts';

export const PROMETHEUS: ExportTarget = {
  id: 'prometheus',
  label: 'Prometheus',
  detail: 'collectors for sql_exporter and postgres_exporter, alert rules',
  files: (context) => [
    { path: 'README.md', text: prometheusReadme(context) },
    { path: 'django_session.rules.yml', text: rulesFile(context) },
    { path: 'prometheus.yml', text: prometheusFile() },
    { path: 'sql_exporter/sql_exporter.yml', text: sqlExporterFile(context) },
    ...EXPORT_QUERIES.map((query) => ({
      path: `sql_exporter/${query.prefix}.collector.yml`,
      text: collectorFile(query, context),
    })),
    { path: 'postgres_exporter/queries.yaml', text: postgresExporterFile(context) },
    { path: 'debian-sql-exporter/config.yml', text: debianSqlExporterFile(context) },
    { path: 'debian-sql-exporter/prometheus.yml', text: debianPrometheusFile() },
  ],
};
