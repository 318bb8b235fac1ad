import { inTitle, onRow, type CommandRow } from '../commandRow.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

export const CONNECTION_COMMANDS = {
  connect: { title: 'Connect to Database…', icon: 'plug', menus: [inTitle('2_connection@2')] },
  chooseConnection: { title: 'Choose Connection…', icon: 'server-environment', menus: [inTitle('2_connection@1')] },
  chooseTable: {
    title: 'Choose Session Table…',
    icon: 'table',
    enablement: all(TRUSTED, CONNECTED),
    menus: [inTitle('2_connection@5', CONNECTED)],
  },
  enterPassword: { title: 'Enter Password of Connection…', icon: 'key' },
  removeConnection: { title: 'Remove Connection…', icon: 'trash', menus: [inTitle('2_connection@3')] },
  reviewWishes: { title: 'Review What the Workspace Wants…', icon: 'shield' },
  findDatabase: { title: 'Find Database in Django Project', icon: 'search', menus: [inTitle('2_connection@4')] },
  askDjango: { title: 'Ask Django for Its Database Settings', enablement: TRUSTED },
  chooseDatabaseService: { title: 'Choose the Service That Is the Database…', icon: 'server-process', palette: false },
  markProduction: {
    title: 'Count Database as Production',
    icon: 'lock',
    palette: false,
    menus: [onRow('isNoProduction', 'inline@1'), onRow('isNoProduction', '1_connection@1')],
  },
  markNoProduction: {
    title: 'Count Database as No Production',
    icon: 'unlock',
    palette: false,
    menus: [onRow('isProduction', 'inline@1'), onRow('isProduction', '1_connection@1')],
  },
  openDatabaseSettings: { title: 'Open DATABASES in Settings', icon: 'go-to-file' },
} as const satisfies Readonly<Record<string, CommandRow>>;
