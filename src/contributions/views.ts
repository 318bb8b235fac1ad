import { COMMAND_ROWS } from './commands.ts';
import { CONTEXT_KEYS, type StateKey } from './contextKeys.ts';
import { MANAGE_TRUST, PREFIX, VIEWS } from './ids.ts';
import { CONNECTED } from './when.ts';

/** Views as VS Code shows them, with their containers and what an empty one says. */

const ICON = 'media/icon.svg';
const TITLE = 'Django Sessions';

export const VIEW_CONTAINERS = {
  activitybar: [{ id: VIEWS.container, title: TITLE, icon: ICON }],
  panel: [{ id: VIEWS.panel, title: TITLE, icon: ICON }],
} as const;

export const VIEW_ROWS = {
  [VIEWS.panel]: [
    { type: 'webview', id: VIEWS.charts, name: 'Charts', icon: ICON, contextualTitle: TITLE, when: CONNECTED },
  ],
  [VIEWS.container]: [{ id: VIEWS.sessions, name: 'Sessions', icon: ICON, contextualTitle: TITLE }],
} as const;

const state = (name: StateKey): string => `${CONTEXT_KEYS.state} == '${name}'`;
const button = (title: string, command: string): string => `[${title}](command:${command})`;
const ours = (title: string, name: keyof typeof COMMAND_ROWS): string => button(title, `${PREFIX}.${name}`);

export const VIEWS_WELCOME = [
  {
    view: VIEWS.sessions,
    when: state('untrusted'),
    contents: [
      'This folder is in Restricted Mode. No file of it is read and no database is connected to until you trust it.',
      button('Manage Workspace Trust', MANAGE_TRUST),
    ].join('\n'),
  },
  {
    view: VIEWS.sessions,
    when: `${state('notConfigured')} && workspaceFolderCount == 0`,
    contents: [
      'Open the folder of a Django project, and the database is found from its settings.',
      button('Open Folder', 'vscode.openFolder'),
      'Or connect to a database by hand.',
      ours(COMMAND_ROWS.connect.title, 'connect'),
    ].join('\n'),
  },
  {
    view: VIEWS.sessions,
    when: `${state('notConfigured')} && workspaceFolderCount > 0`,
    contents: [
      'No Django project with a manage.py was found in this folder.',
      ours(COMMAND_ROWS.connect.title, 'connect'),
      'Is it here, but deeper? Open its folder, or look again.',
      ours('Look Again', 'findDatabase'),
    ].join('\n'),
  },
  {
    view: VIEWS.sessions,
    when: `${state('notConfigured')} && ${CONTEXT_KEYS.hasConnections}`,
    contents: [
      'Connections made by hand are there, and none of them has been chosen for this window.',
      ours(COMMAND_ROWS.chooseConnection.title, 'chooseConnection'),
    ].join('\n'),
  },
] as const;
