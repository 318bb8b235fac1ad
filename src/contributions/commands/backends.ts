import type { RowArgument } from '../commandArguments.ts';
import { onRow, takes, type CommandRow } from '../commandRow.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

export const BACKEND_COMMANDS = {
  cancelStatement: {
    title: 'Cancel Statement…',
    icon: 'debug-stop',
    enablement: all(TRUSTED, CONNECTED),
    menus: [onRow('canCancelStatement', 'inline@1'), onRow('canCancelStatement', '2_backend@1')],
    takes: takes<[row?: RowArgument | string]>(),
  },
  terminateConnection: {
    title: 'Terminate Connection…',
    icon: 'debug-disconnect',
    enablement: all(TRUSTED, CONNECTED),
    menus: [onRow('canTerminate', 'inline@2'), onRow('canTerminate', '2_backend@2')],
    takes: takes<[row?: RowArgument | string]>(),
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
