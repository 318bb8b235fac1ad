import type { ExportContext, ExportTarget } from '../exportContext.ts';
import { sessionMetricsFile } from './sessionMetricsFile.ts';
import { codeSpan } from '../codeSpan.ts';

const COMMANDS = 'management/commands';

export const DJANGO_COMMAND: ExportTarget = {
  id: 'django',
  label: 'Django management command',
  detail: 'manage.py session_metrics: text, JSON, Prometheus, --check; this extension reads it as well',
  files: (context) => [
    { path: 'README.md', text: readme(context) },
    { path: 'management/__init__.py', text: '' },
    { path: `${COMMANDS}/__init__.py`, text: '' },
    { path: `${COMMANDS}/session_metrics.py`, text: sessionMetricsFile(context) },
  ],
};

function readme({ rules, connection }: ExportContext): string {
  const table = rules
    .map(({ rule, threshold }) => {
      const { compare, factor, words } = rule.threshold;
      return `| ${rule.title} | ${compare === 'reached' ? 'from' : 'above'} ${threshold / factor} ${words} |`;
    })
    .join('\n');
  return `# manage.py session_metrics

Made by Django Session Monitor with the thresholds of ${codeSpan(connection)}. Export again after you have changed them.

## Installing it

Copy the folder \`management\` into an app of your project that is in \`INSTALLED_APPS\`. It needs nothing but Django 3.2 or later, and sessions
in PostgreSQL 13 or later; \`SELECT\` on the session table is enough, \`pg_monitor\` shows the connections of other roles as well.

    python manage.py session_metrics                       # for people
    python manage.py session_metrics --format json         # one line, for programs
    python manage.py session_metrics --format prometheus   # exposition format 0.0.4
    python manage.py session_metrics --check               # judges the rules below

It reads only, in one transaction with a limit for each statement (\`--timeout\`), through PgBouncer too. Counters are given as such;
\`--interval 10\` reads twice and tells rates. \`--database\` and \`--table\` name another place than the one of \`SESSION_ENGINE\`.

## Exit codes

| Code | Means |
| :--- | :--- |
| 0 | It was read; with \`--check\`: no rule fires |
| 1 | With \`--check\`: at least one rule fires |
| 2 | The arguments are wrong |
| 3 | It could not be read, or what a rule judges is not known |

\`--check\` judges what is so at that moment; for how long it has been so is for whoever calls it. It judges saves a minute with
\`--interval\` only, and neither growth nor the cleanup service.

| Alert | Fires |
| :--- | :--- |
${table}

## Where it runs

By cron for the textfile collector of node_exporter (it wants a file that appears whole):

    */1 * * * * cd /srv/shop && python manage.py session_metrics --format prometheus > /var/lib/node_exporter/sessions.prom.new && mv /var/lib/node_exporter/sessions.prom.new /var/lib/node_exporter/sessions.prom

In the editor, where only a container, a pod or a host behind SSH reaches the database: "Connect to Database…", "From a command…":

    docker exec web python manage.py session_metrics --format json
    kubectl exec deploy/web -- python manage.py session_metrics --format json
    ssh web.example.org /srv/shop/venv/bin/python /srv/shop/manage.py session_metrics --format json
`;
}
