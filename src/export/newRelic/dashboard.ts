import { shown } from '../../postgres/table/tableName.ts';
import type { ExportContext } from '../exportContext.ts';
import { glancePanels, PANEL_SECTIONS, panels, type Panel, type PanelCurve } from '../boards/panels.ts';
import { attribute, nrql, type Over } from './nrql.ts';

/** The width of a dashboard. */
const COLUMNS = 12;
const GLANCE = { width: 3, height: 2 } as const;
const LARGE = { width: 6, height: 3 } as const;
const SMALL = { width: 3, height: 3 } as const;
/** Stands for the account that the dashboard is imported into. */
const ACCOUNT = 0;

/**
 * What New Relic's "Import dashboard" takes, and NerdGraph's dashboardCreate.
 * @see https://docs.newrelic.com/docs/apis/nerdgraph/examples/export-import-dashboards-using-api
 */
export function newRelicDashboard(context: ExportContext): object {
  const all = panels(context).filter(isDrawn);
  return {
    name: `Django sessions: ${context.database}`,
    description: `The sessions of Django in ${shown(context.table)} of the database ${context.database}. Made by Django Session Monitor.`,
    permissions: 'PUBLIC_READ_WRITE',
    pages: [
      page('Now', glancePanels(context).filter(isDrawn), context, () => GLANCE, billboard),
      ...PANEL_SECTIONS.map(({ id, title }) =>
        page(
          title,
          all.filter(({ section }) => section === id),
          context,
          ({ large }) => (large ? LARGE : SMALL),
          chart,
        ),
      ),
    ],
  };
}

/** New Relic draws no moments. */
function isDrawn({ unit }: Panel): boolean {
  return unit !== 'date';
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function page(
  name: string,
  some: readonly Panel[],
  context: ExportContext,
  sizeOf: (panel: Panel) => Size,
  make: (panel: Panel, context: ExportContext) => object,
): object {
  let [row, column, tallest] = [1, 1, 0];
  const widgets = some.map((panel) => {
    const size = sizeOf(panel);
    if (column + size.width - 1 > COLUMNS) [row, column, tallest] = [row + tallest, 1, 0];
    const layout = { column, row, ...size };
    column += size.width;
    tallest = Math.max(tallest, size.height);
    return { title: panel.title, layout, ...make(panel, context) };
  });
  return { name, description: '', widgets };
}

function billboard(panel: Panel, context: ExportContext): object {
  const { threshold } = panel;
  return {
    visualization: { id: 'viz.billboard' },
    rawConfiguration: {
      nrqlQueries: queries(panel, context, 'latest', ''),
      thresholds: threshold === undefined ? [] : [{ alertSeverity: 'CRITICAL', value: threshold.value }],
    },
  };
}

function chart(panel: Panel, context: ExportContext): object {
  const { threshold, stacked } = panel;
  return {
    visualization: { id: stacked ? 'viz.area' : 'viz.line' },
    rawConfiguration: {
      nrqlQueries: queries(panel, context, 'average', ' TIMESERIES AUTO'),
      ...(threshold === undefined
        ? {}
        : {
            thresholds: {
              isLabelVisible: true,
              thresholds: [{ from: String(threshold.value), name: threshold.text, severity: 'critical' }],
            },
          }),
    },
  };
}

/** One for each curve. An area would put a bound on top of what it bounds. */
function queries(panel: Panel, context: ExportContext, over: Over, clause: string): readonly object[] {
  const curves = panel.curves.filter(({ role }) => !panel.stacked || role === 'value');
  return curves.map((curve) => ({ accountId: ACCOUNT, query: query(curve, context, over, clause) }));
}

function query({ label, expression, by }: PanelCurve, context: ExportContext, over: Over, clause: string): string {
  const { select, from, where } = nrql(expression, context, over);
  const facet = by === undefined ? '' : ` FACET ${attribute(by)}`;
  return `FROM ${from} SELECT ${select} AS ${attribute(label)} WHERE ${where}${facet}${clause}`;
}
