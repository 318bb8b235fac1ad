import { inTitle, type CommandRow } from '../commandRow.ts';
import { TRUSTED } from '../when.ts';

export const CONNECTION_COMMANDS = {
  connect: { title: 'Connect to Database…', icon: 'plug', menus: [inTitle('2_connection@2')] },
  chooseConnection: { title: 'Choose Connection…', icon: 'server-environment', menus: [inTitle('2_connection@1')] },
  enterPassword: { title: 'Enter Password of Connection…', icon: 'key' },
  removeConnection: { title: 'Remove Connection…', icon: 'trash', menus: [inTitle('2_connection@3')] },
  reviewWishes: { title: 'Review What the Workspace Wants…', icon: 'shield' },
  findDatabase: { title: 'Find Database in Django Project', icon: 'search', menus: [inTitle('2_connection@4')] },
  askDjango: { title: 'Ask Django for Its Database Settings', enablement: TRUSTED },
  openDatabaseSettings: { title: 'Open DATABASES in Settings', icon: 'go-to-file' },
} as const satisfies Readonly<Record<string, CommandRow>>;
