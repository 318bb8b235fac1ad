import type { CodeArgument, RowArgument } from '../commandArguments.ts';
import { inTitle, onRow, takes, type CommandRow } from '../commandRow.ts';
import { VIEWS } from '../ids.ts';
import { CONNECTED, PAUSED, POLLING } from '../when.ts';

export const MONITORING_COMMANDS = {
  refresh: {
    title: 'Refresh Now',
    icon: 'refresh',
    enablement: CONNECTED,
    menus: [inTitle('navigation@1', CONNECTED)],
  },
  countExactly: {
    title: 'Count Sessions Exactly',
    icon: 'symbol-numeric',
    enablement: CONNECTED,
    menus: [inTitle('1_read@1', CONNECTED), onRow('canCount', 'inline@1')],
  },
  pause: {
    title: 'Pause Monitoring',
    icon: 'debug-pause',
    enablement: POLLING,
    menus: [inTitle('navigation@2', POLLING)],
  },
  resume: {
    title: 'Resume Monitoring',
    icon: 'debug-start',
    enablement: PAUSED,
    menus: [inTitle('navigation@2', PAUSED)],
  },
  copyValue: {
    title: 'Copy Value',
    icon: 'copy',
    palette: false,
    menus: [onRow('value', '1_copy@1')],
    keys: {
      key: 'ctrl+c',
      mac: 'cmd+c',
      when: `focusedView == '${VIEWS.sessions}' && listFocus && !inputFocus`,
      around: 'list.toggleSelection',
    },
    takes: takes<[row?: RowArgument]>(),
  },
  acknowledgeAlert: {
    title: 'Acknowledge Alert',
    icon: 'check',
    menus: [onRow('canAcknowledge', 'inline@1'), onRow('canAcknowledge', '2_alert@1')],
    takes: takes<[row?: RowArgument]>(),
  },
  snoozeAlert: {
    title: 'Snooze Alert…',
    icon: 'bell-slash',
    menus: [onRow('canSnooze', 'inline@2'), onRow('canSnooze', '2_alert@2')],
    takes: takes<[row?: RowArgument]>(),
  },
  showAlerts: { title: 'Show Alerts', icon: 'warning' },
  showRow: { title: 'Show in View', palette: false, takes: takes<[row: RowArgument]>() },
  openCode: { title: 'Open Code', palette: false, takes: takes<[place: CodeArgument]>() },
  openWalkthrough: { title: 'Open Walkthrough', icon: 'mortar-board', menus: [inTitle('3_more@0')] },
  openSettings: { title: 'Open Extension Settings', icon: 'settings-gear', menus: [inTitle('3_more@1')] },
  showLog: { title: 'Show Log', icon: 'output', menus: [inTitle('3_more@2')] },
} as const satisfies Readonly<Record<string, CommandRow>>;
