import { yamlText } from '../yamlText.ts';
import { EXPORTER_ROLE } from '../../postgres/export/exporterRole.ts';
import { EXPORT_QUERIES } from '../../postgres/export/exportQueries.ts';
import { codeBlock, introduction, inParagraphs, roleSection } from '../boards/readme.ts';
import type { ExportContext, ExportTarget } from '../exportContext.ts';
import { newRelicAlertConditions } from './alertConditions.ts';
import { newRelicCustomQueries } from './customQueries.ts';
import { newRelicDashboard } from './dashboard.ts';

/** Where the integration's files are on Linux; the queries are not in its integrations.d, where the agent would take them for a configuration. */
const FOLDER = '/etc/newrelic-infra/django-sessions';

const INTERVALS = [...new Set(EXPORT_QUERIES.map(({ everySeconds }) => everySeconds))];
const fileOf = (seconds: number): string => `queries-${seconds}s.yml`;

export const NEW_RELIC: ExportTarget = {
  id: 'newrelic',
  label: 'New Relic',
  detail: 'queries for its PostgreSQL integration, NRQL alert conditions and a dashboard',
  files: (context) => [
    { path: 'README.md', text: readme(context) },
    { path: 'postgresql-config.yml', text: configuration(context) },
    ...INTERVALS.map((seconds) => ({ path: fileOf(seconds), text: newRelicCustomQueries(context, seconds) })),
    { path: 'alert-conditions.graphql', text: newRelicAlertConditions(context) },
    { path: 'dashboard.json', text: `${JSON.stringify(newRelicDashboard(context), null, 2)}\n` },
  ],
};

/** An instance of the integration asks all of a file at one interval. */
function configuration({ database }: ExportContext): string {
  const integrations = INTERVALS.map((seconds) => ({
    name: 'nri-postgresql',
    env: {
      HOSTNAME: 'localhost',
      PORT: '5432',
      USERNAME: EXPORTER_ROLE,
      PASSWORD: '<PASSWORD>',
      DATABASE: database,
      COLLECTION_LIST: '{}',
      CUSTOM_METRICS_CONFIG: `${FOLDER}/${fileOf(seconds)}`,
    },
    interval: `${seconds}s`,
  }));
  return yamlText({ integrations });
}

function readme(context: ExportContext): string {
  const files = INTERVALS.map((seconds) => `\`${fileOf(seconds)}\``).join(' and ');
  return inParagraphs(
    introduction('New Relic', context),
    roleSection(context),
    '## The queries',
    `On a host with New Relic’s infrastructure agent and \`nri-postgresql\` copy ${files} to \`${FOLDER}/\`. Put the host and the password into \`postgresql-config.yml\`, and add its entries to \`/etc/newrelic-infra/integrations.d/postgresql-config.yml\`. The agent takes them up by itself.`,
    'Within a minute or two this has a row:',
    codeBlock('sql', `FROM DjangoSessionSample SELECT * LIMIT 1`),
    '## Alert conditions',
    'Make a policy (**Alerts → Alert policies**). Paste `alert-conditions.graphql` into the NerdGraph explorer (**All capabilities → Apps → NerdGraph API explorer**), with your numbers as its variables:',
    codeBlock('json', '{ "accountId": 1234567, "policyId": "7654321" }'),
    'Each run makes new conditions: delete the old ones first.',
    '## Dashboard',
    '**Dashboards → Import dashboard**: paste `dashboard.json`. By NerdGraph replace the account `0` in it by yours first.',
    '## What differs from the extension',
    [
      '- A condition looks at whole minutes: the time for which a threshold has to be crossed is rounded up to them. Growth is judged over six hours.',
      '- New Relic has no second threshold for recovery: an incident ends when the value has been back for the same time. It closes after 30 days in any case.',
      '- Counters arrive as rates a second under the name of the counter.',
      '- No query sees the cleanup service: its condition counts the runs that are missing by how long the oldest expired session waits.',
      '- Moments, such as the last vacuum, are in the samples but not on the dashboard.',
    ].join('\n'),
  );
}
