import type { Unit } from '../../common/format.ts';
import { shown } from '../../postgres/table/tableName.ts';
import type { ExportContext } from '../exportContext.ts';
import { glancePanels, PANEL_SECTIONS, panels, type Panel, type PanelCurve } from '../boards/panels.ts';
import { metricFormula, TABLE_TAG, tableTag } from './query.ts';

const CANONICAL = (unit: string, per?: string): object => ({
  type: 'canonical_unit',
  unit_name: unit,
  ...(per === undefined ? {} : { per_unit_name: per }),
});

/** @see https://docs.datadoghq.com/metrics/units/ */
const UNITS: Partial<Record<Unit, object>> = {
  bytes: CANONICAL('byte'),
  bytesPerDay: CANONICAL('byte', 'day'),
  bytesPerMinute: CANONICAL('byte', 'minute'),
  perMinute: CANONICAL('operation', 'minute'),
  perHour: CANONICAL('operation', 'hour'),
  perSecond: CANONICAL('operation', 'second'),
  share: CANONICAL('fraction'),
  seconds: CANONICAL('second'),
  milliseconds: CANONICAL('millisecond'),
};

export function datadogDashboard(context: ExportContext): object {
  const all = panels(context).filter(isDrawn);
  return {
    title: `Django sessions: ${context.database}`,
    description: `The sessions of Django in ${shown(context.table)} of the database ${context.database}. Made by Django Session Monitor.`,
    layout_type: 'ordered',
    reflow_type: 'auto',
    template_variables: [{ name: TABLE_TAG, prefix: TABLE_TAG, defaults: [tableTag(context)] }],
    widgets: [
      group('Now', glancePanels(context).filter(isDrawn).map(valueWidget)),
      ...PANEL_SECTIONS.map(({ id, title }) =>
        group(title, all.filter(({ section }) => section === id).map(timeWidget)),
      ),
    ],
  };
}

/** Datadog shows no moments. */
function isDrawn({ unit }: Panel): boolean {
  return unit !== 'date';
}

/** What is chosen above the dashboard. */
const CHOSEN = `$${TABLE_TAG}`;

function group(title: string, widgets: readonly object[]): object {
  return { definition: { type: 'group', title, layout_type: 'ordered', widgets } };
}

function valueWidget({ title, unit, curves, threshold }: Panel): object {
  const requests = curves.map(({ expression }) => {
    const { queries, formula } = metricFormula(expression, CHOSEN);
    return {
      response_format: 'scalar',
      queries: queries.map((query) => ({ ...query, aggregator: 'last' })),
      formulas: [{ formula, ...numberFormat(unit) }],
      conditional_formats:
        threshold === undefined
          ? []
          : [{ comparator: '>', value: threshold.value, palette: 'white_on_red', hide_value: false }],
    };
  });
  return { definition: { type: 'query_value', title, autoscale: true, precision: 1, requests } };
}

function timeWidget({ title, description, unit, stacked, curves, threshold }: Panel): object {
  return {
    definition: {
      type: 'timeseries',
      title,
      description,
      show_legend: true,
      legend_layout: 'auto',
      requests: curves.map((curve) => request(curve, unit, stacked)),
      markers:
        threshold === undefined
          ? []
          : [{ value: `y = ${threshold.value}`, display_type: 'error dashed', label: threshold.text }],
      yaxis: { include_zero: true },
    },
  };
}

function request({ label, expression, by, role }: PanelCurve, unit: Unit, stacked: boolean): object {
  const { queries, formula } = metricFormula(expression, CHOSEN, by);
  const alias = by === undefined ? { alias: label } : {};
  return {
    response_format: 'timeseries',
    queries,
    formulas: [{ formula, ...alias, ...numberFormat(unit) }],
    display_type: stacked && role === 'value' ? 'area' : 'line',
    style: { line_type: role === 'value' ? 'solid' : 'dashed' },
  };
}

function numberFormat(unit: Unit): object {
  const known = UNITS[unit];
  return known === undefined ? {} : { number_format: { unit: known } };
}
