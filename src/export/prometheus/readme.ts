import { exporterRoleSql } from '../../postgres/export/exporterRole.ts';
import { EXPORT_QUERIES } from '../../postgres/export/exportQueries.ts';
import type { ExportContext } from '../exportContext.ts';
import { alertName } from './rules.ts';
import { codeSpan } from '../codeSpan.ts';

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** Critical ones at once, warnings in the working day. The receivers are the reader's. */
const ALERTMANAGER = `route:
  receiver: team
  group_by: [alertname, datname]
  routes:
    - matchers: ['alertname =~ "DjangoSession.*"', 'severity = critical']
      receiver: pager
    - matchers: ['alertname =~ "DjangoSession.*"', 'severity = warning']
      receiver: team
receivers:
  - name: pager
  - name: team`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The folder's README. It names no host and holds no password, as nothing in the folder does. */
export function prometheusReadme(context: ExportContext): string {
  const { table, database, connection, rules } = context;
  const shown = `${table.schema ?? 'public'}.${table.name}`;
  const optional = EXPORT_QUERIES.filter((query) => query.optional === true).map(({ prefix }) => `\`${prefix}\``);
  return `# Django sessions in Prometheus

Made by Django Session Monitor for the table ${codeSpan(shown)} of the database ${codeSpan(database)} (connection ${codeSpan(connection)}): the figures and the
alert rules that the extension has, with the thresholds of its settings. Export again after you have changed them.

## What is here

| File | What it is |
| :--- | :--- |
| \`django_session.rules.yml\` | Alert rules for Prometheus 2.42 and later |
| \`prometheus.yml\` | What your own \`prometheus.yml\` takes of it |
| \`sql_exporter/\` | Collectors for [burningalchemist/sql_exporter](https://github.com/burningalchemist/sql_exporter) |
| \`postgres_exporter/queries.yaml\` | The same for [postgres_exporter](https://github.com/prometheus-community/postgres_exporter); Debian has it as prometheus-postgres-exporter |
| \`debian-sql-exporter/\` | The same for [justwatchcom/sql_exporter](https://github.com/justwatchcom/sql_exporter), which is Debian’s prometheus-sql-exporter, and its \`prometheus.yml\` |

Use one of the three exporters, whichever you have. The names of the figures are the same.

## Setting it up

1. Let a superuser make a role for the exporter:

${fenced('sql', exporterRoleSql(table, database)).replaceAll(/^(?=.)/gm, '   ')}

2. Give the exporter its file. Where it stands \`HOST\`, put your server.
   - sql_exporter: \`sql_exporter -config.file sql_exporter/sql_exporter.yml\`. It can take the whole address from \`SQLEXPORTER_TARGET_DSN\`.
   - postgres_exporter: \`--extend.query-path=postgres_exporter/queries.yaml\`, the address in \`DATA_SOURCE_NAME\`. The option is
     deprecated and still works.
   - Debian’s sql_exporter: \`-config.file debian-sql-exporter/config.yml\`.

   The password belongs in none of these files: put it into the environment of the service (\`PGPASSWORD\`, or \`DATA_SOURCE_PASS\` for
   postgres_exporter), or into its \`.pgpass\`. Keep \`application_name=django-session-monitor\` in the address: then the exporter and the
   extension leave each other out of what they count.
3. Merge \`prometheus.yml\` into yours, put \`django_session.rules.yml\` beside it, and check both with \`promtool check config\`.
4. Optional: ${optional.join(', ')} needs pg_stat_statements, in a schema of the role’s search_path. Leave its collector out where it is not installed.

## Alerts

| Alert | Severity | Fires | For, and to clear |
| :--- | :--- | :--- | :--- |
${rules
  .map(({ rule, threshold, forSeconds }) => {
    const { compare, factor, words } = rule.threshold;
    const fires = `${compare === 'reached' ? 'from' : 'above'} ${threshold / factor} ${words}`;
    return `| ${alertName(rule.id)} | ${rule.severity} | ${cell(fires)} | ${forSeconds} s, below ${Math.round(rule.clearBelow * 100)} % |`;
  })
  .join('\n')}
| DjangoSessionMetricsMissing | warning | when there are no figures | 300 s |

They fire and clear as they do in the extension. Once one fires it goes on between the threshold and the share of it that is in the
last column, and while its figure is not known. Where Prometheus has to differ:

- **Cleanup service**: a query can’t see the service. The rule tells runs that are missing by the age of the oldest expired session
  (a run each ${context.cleanupIntervalSeconds / 3600} h, with a tenth of that, at most two hours, to spare). It can’t tell a service that stopped an hour ago.
- **Saves a minute**: in the first minute after a gap Prometheus takes a rate to be lower than it is, and counters that were reset are
  0 to it where the extension waits for the next reading.
- **Growth a day** is a straight line by least squares through the last day (\`deriv\`), the extension’s the median of all slopes, which
  a single jump does not move.
- **Restarts of Prometheus** that take more than five minutes end an alert that is below its threshold and not yet cleared, or whose
  figure is not known. The extension goes on for twelve hours.
- **A figure that never comes back** keeps its alert firing, as in the extension. Remove the rule file, or silence it, if the database is gone.
- Acknowledging and snoozing are Alertmanager’s own: silences.

Alertmanager, by severity:

${fenced('yaml', ALERTMANAGER)}

One Prometheus for several servers that have a database of this name: give each job a label of its own in \`static_configs\`, and add it to
the selectors in the rules.

## Figures

${EXPORT_QUERIES.map(
  (query) =>
    `**${query.id}**, every ${query.everySeconds} s: ${query.what}\n\n| Name | What it is |\n| :--- | :--- |\n${query.columns
      .filter(({ kind }) => kind !== 'label')
      .map((column) => `| \`${query.prefix}_${column.name}\` | ${cell(column.what)} |`)
      .join('\n')}`,
).join('\n\n')}

Counts of a large table are estimates from a sample of pages, as in the extension: two of them differ by chance. No query’s cost grows
with the table. Rates are made by Prometheus: \`rate(django_session_table_inserted_total[1m])\`.
`;
}
