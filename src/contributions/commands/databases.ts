import type { RowArgument } from '../commandArguments.ts';
import { inTitle, onRow, takes, type CommandRow } from '../commandRow.ts';
import { CONTEXT_KEYS } from '../contextKeys.ts';

export const DATABASE_COMMANDS = {
  showDatabase: {
    title: 'Show Database',
    icon: 'window',
    palette: false,
    takes: takes<[RowArgument | undefined]>(),
    menus: [onRow('canShowDatabase', 'inline@2'), onRow('canShowDatabase', '1_database@1')],
  },
  watchDatabase: {
    title: 'Watch Database',
    icon: 'eye',
    palette: false,
    takes: takes<[RowArgument | undefined]>(),
    menus: [onRow('canWatchDatabase', 'inline@1'), onRow('canWatchDatabase', '1_database@2')],
  },
  stopWatchingDatabase: {
    title: 'Stop Watching Database',
    icon: 'eye-closed',
    palette: false,
    takes: takes<[RowArgument | undefined]>(),
    menus: [onRow('canStopWatching', 'inline@1'), onRow('canStopWatching', '1_database@2')],
  },
  chooseWatchedDatabases: {
    title: 'Choose Databases to Watch…',
    icon: 'checklist',
    enablement: CONTEXT_KEYS.hasConnections,
    menus: [onRow('databases', 'inline@1'), inTitle('2_connection@1a', CONTEXT_KEYS.hasConnections)],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
