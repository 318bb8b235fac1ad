import type { Unit } from '../../common/format.ts';
import { scaled } from '../expression.ts';
import type { Panel, PanelCurve } from '../boards/panels.ts';
import { numericId } from '../stableId.ts';
import { chosenPromql } from './promql.ts';

/** Where a panel stands on the grid. */
export interface GridPlace {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The data source that is chosen above the dashboard. */
export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

const MS_A_SECOND = 1_000;

/** @see https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const UNITS: Readonly<Record<Unit, string>> = {
  count: 'short',
  bytes: 'bytes',
  bytesPerDay: 'bytes',
  bytesPerMinute: 'bytes',
  perMinute: 'suffix:/min',
  perHour: 'suffix:/h',
  perSecond: 'cps',
  share: 'percentunit',
  seconds: 's',
  milliseconds: 'ms',
  date: 'dateTimeFromNow',
  ratio: 'none',
  text: 'string',
};

/** Where the unit of Grafana does not say of which time it is. */
const OF_TIME: Partial<Record<Unit, string>> = { bytesPerDay: ', a day', bytesPerMinute: ', a minute' };

const DASHES = { fill: 'dash', dash: [10, 10] } as const;

/** One figure as a number, with its threshold as its colour. */
export function glancePanel(panel: Panel, place: GridPlace): object {
  return {
    ...basics('stat', `glance ${panel.id}`, panel, place),
    options: {
      graphMode: panel.unit === 'date' ? 'none' : 'area',
      colorMode: 'value',
      justifyMode: 'auto',
      textMode: 'value',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
      orientation: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
    fieldConfig: {
      defaults: {
        unit: UNITS[panel.unit],
        noValue: 'unknown',
        ...steps(panel, 'green'),
        color: { mode: 'thresholds' },
      },
      overrides: [],
    },
  };
}

/** Curves over time, with the threshold as a line. A moment is shown as its age. */
export function timePanel(panel: Panel, place: GridPlace): object {
  if (panel.unit === 'date') return glancePanel(panel, place);
  const limits = panel.curves.filter(({ role }) => role !== 'value');
  return {
    ...basics('timeseries', panel.id, panel, place),
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: panel.large, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    fieldConfig: {
      defaults: {
        unit: UNITS[panel.unit],
        ...(panel.unit === 'bytesPerDay' ? {} : { min: 0 }),
        ...(panel.unit === 'share' ? { max: 1 } : {}),
        color: { mode: 'palette-classic' },
        ...steps(panel, 'transparent'),
        custom: {
          drawStyle: 'line',
          lineWidth: 1,
          fillOpacity: panel.stacked ? 30 : 10,
          showPoints: 'never',
          stacking: { mode: panel.stacked ? 'normal' : 'none', group: 'A' },
          thresholdsStyle: { mode: panel.threshold === undefined ? 'off' : 'dashed' },
        },
      },
      overrides: limits.map(limit),
    },
  };
}

function basics(type: string, key: string, panel: Panel, place: GridPlace): object {
  const { title, description, unit, threshold, curves } = panel;
  return {
    type,
    id: numericId(key),
    title: `${title}${OF_TIME[unit] ?? ''}`,
    description: threshold === undefined ? description : `${description} ${threshold.text}.`,
    gridPos: place,
    datasource: DATASOURCE,
    targets: curves.map((curve, i) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + i),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr: query(curve, unit),
      legendFormat: curve.by === undefined ? curve.label : `{{${curve.by}}}`,
      range: true,
    })),
  };
}

function query({ expression, by }: PanelCurve, unit: Unit): string {
  const shown = unit === 'date' ? scaled(expression, MS_A_SECOND) : expression;
  return chosenPromql(shown, by);
}

function steps({ threshold }: Panel, base: string): object {
  const over = threshold === undefined ? [] : [{ value: threshold.value, color: 'red' }];
  return { thresholds: { mode: 'absolute', steps: [{ value: null, color: base }, ...over] } };
}

/** A bound stands beside the stack, as a dashed line. */
function limit({ label, role }: PanelCurve): object {
  return {
    matcher: { id: 'byName', options: label },
    properties: [
      { id: 'custom.lineStyle', value: DASHES },
      { id: 'custom.fillOpacity', value: 0 },
      { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
      ...(role === 'threshold' ? [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }] : []),
    ],
  };
}
