import type { ChartArgument, RangeArgument } from '../commandArguments.ts';
import { inTitle, onChart, takes, type CommandRow } from '../commandRow.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

export const DASHBOARD_COMMANDS = {
  openDashboard: { title: 'Open Dashboard', icon: 'graph-line', menus: [inTitle('navigation@3')] },
  exportHistory: { title: 'Export History…', icon: 'export', takes: takes<[range?: RangeArgument]>() },
  exportMonitoring: {
    title: 'Export to Monitoring Systems…',
    icon: 'export',
    enablement: all(TRUSTED, CONNECTED),
    menus: [inTitle('3_impact@3', CONNECTED)],
  },
  saveReport: { title: 'Save Report…' },
  toggleChartTable: {
    title: 'Show or Hide Table of Chart',
    palette: false,
    menus: [onChart('1_chart@1')],
    takes: takes<[chart: ChartArgument]>(),
  },
  copyChartTable: {
    title: 'Copy Chart as Table',
    palette: false,
    menus: [onChart('1_chart@2')],
    takes: takes<[chart: ChartArgument]>(),
  },
  saveChartPicture: {
    title: 'Save Chart as Picture…',
    palette: false,
    menus: [onChart('1_chart@3')],
    takes: takes<[chart: ChartArgument]>(),
  },
  storeApplicationCredentials: {
    title: 'Store Credentials for Application Metrics…',
    icon: 'key',
    enablement: TRUSTED,
  },
  removeApplicationCredentials: {
    title: 'Remove Credentials for Application Metrics…',
    icon: 'trash',
    enablement: TRUSTED,
  },
  openApplicationSettings: { title: 'Open Settings of Application Metrics', icon: 'settings-gear' },
} as const satisfies Readonly<Record<string, CommandRow>>;
