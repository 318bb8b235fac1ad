import type { RowArgument } from '../commandArguments.ts';
import { onRow, takes, type CommandRow } from '../commandRow.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

const enablement = all(TRUSTED, CONNECTED);
const row = takes<[row?: RowArgument | string]>();

export const ROUTINE_COMMANDS = {
  runDueChecks: {
    title: 'Run Due Checks',
    icon: 'run-all',
    enablement,
    menus: [onRow('routineChecks', 'inline@1'), onRow('routineChecks', '1_run@1')],
  },
  runCheck: {
    title: 'Run Check',
    icon: 'play',
    enablement,
    menus: [onRow('routineCheck', 'inline@1'), onRow('routineCheck', '1_run@1')],
    takes: row,
  },
  markCheckPassed: {
    title: 'Mark Check as Passed…',
    icon: 'pass',
    enablement,
    menus: [onRow('routineCheck', '2_mark@1')],
    takes: row,
  },
  markCheckFailed: {
    title: 'Mark Check as Failed…',
    icon: 'error',
    enablement,
    menus: [onRow('routineCheck', '2_mark@2')],
    takes: row,
  },
  markCheckForALook: {
    title: 'Mark Check as Needs a Look…',
    icon: 'eye',
    enablement,
    menus: [onRow('routineCheck', '2_mark@3')],
    takes: row,
  },
  showCheckHistory: {
    title: 'Show Check History',
    icon: 'history',
    enablement,
    menus: [onRow('routineCheck', '3_history@1'), onRow('routineChecks', '3_history@1')],
    takes: row,
  },
  reportChecks: {
    title: 'Report Routine Checks…',
    icon: 'output',
    enablement,
    menus: [onRow('routineChecks', 'inline@2'), onRow('routineChecks', '3_history@2')],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
