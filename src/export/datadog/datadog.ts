import { EXPORT_QUERIES } from '../../postgres/export/exportQueries.ts';
import { codeBlock, introduction, inParagraphs, roleSection } from '../boards/readme.ts';
import type { ExportContext, ExportTarget } from '../exportContext.ts';
import { datadogCustomQueries } from './customQueries.ts';
import { datadogDashboard } from './dashboard.ts';
import { datadogMonitors } from './monitors.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

export const DATADOG: ExportTarget = {
  id: 'datadog',
  label: 'Datadog',
  detail: 'queries for the Agent’s PostgreSQL integration, monitors and a dashboard',
  files: (context) => [
    { path: 'README.md', text: readme(context) },
    { path: 'django_sessions.yaml', text: datadogCustomQueries(context) },
    ...datadogMonitors(context).map(({ ruleId, monitor }) => ({
      path: `monitors/${ruleId}.json`,
      text: json(monitor),
    })),
    { path: 'dashboard.json', text: json(datadogDashboard(context)) },
  ],
};

/** Monitors and the dashboard by Datadog's API; in the application they would be pasted one by one. */
const UPLOAD = `export DD_API_KEY=... DD_APP_KEY=... DD_SITE=datadoghq.com
send() {
  curl --fail-with-body --data @"$2" "https://api.$DD_SITE/api/v1/$1" -H 'Content-Type: application/json' \\
    -H "DD-API-KEY: $DD_API_KEY" -H "DD-APPLICATION-KEY: $DD_APP_KEY"
}
for file in monitors/*.json; do send monitor "$file"; done
send dashboard dashboard.json`;

function readme(context: ExportContext): string {
  const metrics = EXPORT_QUERIES.flatMap(({ columns }) => columns.filter(({ kind }) => kind !== 'label')).length;
  return inParagraphs(
    introduction('Datadog', context),
    roleSection(context),
    '## The queries',
    `Put the host and the password into \`django_sessions.yaml\` and copy it to \`conf.d/postgres.d/\` of an Agent, 7.58 or newer. Where an instance for this database is configured there already, copy the \`custom_queries\` to that one instead. Restart the Agent; \`datadog-agent check postgres\` shows whether they are answered. They are ${metrics} custom metrics, which Datadog counts.`,
    '## Monitors and dashboard',
    codeBlock('sh', UPLOAD),
    'Each run makes new ones: delete the old ones first. Add whom to notify (`@…`) to the `message` of the monitors.',
    '## What differs from the extension',
    [
      '- A monitor looks at whole minutes: the time for which a threshold has to be crossed is rounded up to them.',
      '- It recovers as soon as a reading is below its recovery threshold; the extension waits for the same time as before it fires.',
      '- Growth is the difference to a day ago, not the slope of the day.',
      '- No query sees the cleanup service: its monitor counts the runs that are missing by how long the oldest expired session waits.',
      '- Moments, such as the last vacuum, are metrics but not on the dashboard.',
    ].join('\n'),
  );
}
