import { inParagraphs, introduction } from '../boards/readme.ts';
import type { ExportContext, ExportTarget } from '../exportContext.ts';
import { grafanaDashboard } from './dashboard.ts';

export const GRAFANA: ExportTarget = {
  id: 'grafana',
  label: 'Grafana',
  detail: 'a dashboard on top of what is exported to Prometheus',
  files: (context) => [
    { path: 'README.md', text: readme(context) },
    { path: 'dashboard.json', text: `${JSON.stringify(grafanaDashboard(context), null, 2)}\n` },
  ],
};

function readme(context: ExportContext): string {
  return inParagraphs(
    introduction('Grafana', context),
    '1. Give the figures to Prometheus: export to Prometheus too, and follow the README of that folder.\n' +
      '2. In Grafana: **Dashboards → New → Import**, upload `dashboard.json`.\n' +
      '3. Above the dashboard choose the data source, the database and the table. Other databases that Prometheus has these figures of are offered too; the lines of the alerts are those of this one.',
    'Red dashed lines are the thresholds. **Alerts firing** marks when the alerts of the Prometheus folder fired, and **Counters reset** when rates begin anew; **Vacuum** is off until you switch it on. A figure that is not known leaves a gap.',
    'The file is in the dashboard model that Grafana 9 and later import. Importing it again replaces the dashboard of the same table. The application’s own figures, such as response times, are not the database’s to tell: draw them from the application’s metrics.',
  );
}
