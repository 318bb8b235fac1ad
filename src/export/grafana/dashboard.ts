import { shown } from '../../postgres/table/tableName.ts';
import type { ExportContext } from '../exportContext.ts';
import { alertName } from '../prometheus/rules.ts';
import { glancePanels, PANEL_SECTIONS, panels, type Panel } from '../boards/panels.ts';
import { numericId, slug, tableKey } from '../stableId.ts';
import { DATASOURCE, glancePanel, timePanel } from './panel.ts';
import { CHOSEN } from './promql.ts';

/** The model of a dashboard that Grafana 9 and later import. */
const SCHEMA_VERSION = 39;
/** The width of a dashboard. */
const COLUMNS = 24;
const LARGE = { w: 12, h: 8 } as const;
const SMALL = { w: 6, h: 6 } as const;
const LONGEST_UID = 40;
/** What stands first. */
const GLANCE = { w: 6, h: 4 } as const;
const HEADING = { w: COLUMNS, h: 1 } as const;

export function grafanaDashboard(context: ExportContext): object {
  const table = shown(context.table);
  return {
    uid: slug(`sessions-${tableKey(context)}`, LONGEST_UID),
    title: `Django sessions: ${context.database}`,
    description: `The sessions of Django in ${table} of the database ${context.database}. Made by Django Session Monitor.`,
    tags: ['django', 'postgresql', 'sessions'],
    schemaVersion: SCHEMA_VERSION,
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: { list: variables(context) },
    annotations: { list: annotations(context) },
    panels: laidOut(context),
  };
}

function variables({ database, table }: ExportContext): readonly object[] {
  const query = (name: string, label: string, chosen: string, asked: string): object => ({
    type: 'query',
    name,
    label,
    datasource: DATASOURCE,
    query: { query: asked, refId: `variable ${name}` },
    refresh: 2,
    sort: 1,
    current: { text: chosen, value: chosen },
  });
  const ofDatabase = `datname=${CHOSEN.datname}`;
  return [
    { type: 'datasource', name: 'datasource', label: 'Data source', query: 'prometheus' },
    query('database', 'Database', database, 'label_values(django_session_table_size_bytes, datname)'),
    query('table', 'Table', table.name, `label_values(django_session_table_size_bytes{${ofDatabase}}, relname)`),
    query(
      'schema',
      'Schema',
      table.schema ?? 'public',
      `label_values(django_session_table_size_bytes{${ofDatabase},relname=${CHOSEN.relname}}, schemaname)`,
    ),
  ];
}

/** What happened, over the curves. Grafana has a switch above the dashboard for each. */
function annotations(context: ExportContext): readonly object[] {
  const names = context.rules.map(({ rule }) => alertName(rule.id));
  const ofDatabase = `datname=${CHOSEN.datname}`;
  const moment = (name: string, metric: string, iconColor: string, enable: boolean): object => ({
    name,
    datasource: DATASOURCE,
    enable,
    iconColor,
    expr: `${metric}{${ofDatabase}} * 1000`,
    useValueForTime: true,
    titleFormat: name,
    step: '60s',
  });
  return [
    {
      name: 'Alerts firing',
      datasource: DATASOURCE,
      enable: true,
      iconColor: 'red',
      expr: `ALERTS{alertstate="firing",alertname=~"${names.join('|')}",${ofDatabase}}`,
      titleFormat: '{{alertname}}',
      textFormat: '{{severity}}',
      step: '60s',
    },
    moment('Counters reset', 'django_session_database_stats_reset_timestamp_seconds', 'purple', true),
    moment('Vacuum', 'django_session_table_last_vacuum_timestamp_seconds', 'blue', false),
  ];
}

function laidOut(context: ExportContext): readonly object[] {
  const all = panels(context);
  const result: object[] = [];
  let y = 0;
  /** Side by side, as many as fit. */
  const place = (some: readonly Panel[], { w, h }: { w: number; h: number }, make: typeof timePanel): void => {
    const perLine = COLUMNS / w;
    some.forEach((panel, i) => {
      result.push(make(panel, { x: (i % perLine) * w, y: y + Math.floor(i / perLine) * h, w, h }));
    });
    y += Math.ceil(some.length / perLine) * h;
  };
  place(glancePanels(context), GLANCE, glancePanel);
  for (const { id, title } of PANEL_SECTIONS) {
    const own = all.filter(({ section }) => section === id);
    const heading = { type: 'row', id: numericId(`section ${id}`), title, collapsed: false, panels: [] };
    result.push({ ...heading, gridPos: { x: 0, y, ...HEADING } });
    y += HEADING.h;
    place(
      own.filter(({ large }) => large),
      LARGE,
      timePanel,
    );
    place(
      own.filter(({ large }) => !large),
      SMALL,
      timePanel,
    );
  }
  return result;
}
