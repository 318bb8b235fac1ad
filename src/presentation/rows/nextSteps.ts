import type { ProblemText } from '../../common/problem.ts';
import { COMMANDS, type CommandId } from '../../contributions.ts';
import { CREDENTIALS_HELP } from '../../monitoring/application/pace.ts';
import type { Row } from './row.ts';

/** Problems of reading settings from their text, where Django itself may know better. */
export const ASKING_HELPS: ReadonlySet<string> = new Set([
  'database-unresolved',
  'databases-unresolved',
  'databases-missing',
  'database-alias-missing',
  'import-not-followed',
  'import-missing',
  'settings-dynamic',
]);

/** Problems that another password may solve; an unresolved entry may lack nothing else. */
const PASSWORD_HELPS: ReadonlySet<string> = new Set([
  'wrong-password',
  'password-missing',
  'password-withheld',
  'target-changed',
  'target-unknown',
  'database-unresolved',
]);

/** The table that is looked for isn't one; another schema or name may have it. */
const TABLE_HELPS: ReadonlySet<string> = new Set(['table-missing', 'not-a-table', 'not-djangos-table']);

/** Of a connection whose figures a command prints: runMetricsCommand.ts, commandProblems.ts. DATABASES has no part in it. */
const OF_COMMAND = /^(?:command|metrics)-/;

/** application: its metrics, and not the database. */
type Place = 'notConfigured' | 'stale' | 'failed' | 'application';

interface Step {
  readonly id: string;
  readonly label: string;
  readonly command: CommandId;
  readonly icon: string;
  readonly fits: (problem: ProblemText, place: Place) => boolean;
}

/** What a person can do about a problem, in the order in which it is offered. */
const STEPS: readonly Step[] = [
  {
    id: 'find',
    label: 'Look again',
    command: COMMANDS.findDatabase,
    icon: 'search',
    fits: (_p, place) => place === 'notConfigured',
  },
  {
    id: 'applicationCredentials',
    label: 'Store credentials…',
    command: COMMANDS.storeApplicationCredentials,
    icon: 'key',
    fits: (p, place) => place === 'application' && CREDENTIALS_HELP.has(p.code),
  },
  {
    id: 'retry',
    label: 'Try again now',
    command: COMMANDS.refresh,
    icon: 'refresh',
    fits: (_p, place) => place !== 'notConfigured',
  },
  {
    id: 'review',
    label: 'Review what the workspace wants…',
    command: COMMANDS.reviewWishes,
    icon: 'shield',
    fits: (p) => p.code === 'command-waits',
  },
  {
    id: 'password',
    label: 'Enter the password…',
    command: COMMANDS.enterPassword,
    icon: 'key',
    fits: (p) => PASSWORD_HELPS.has(p.code),
  },
  {
    id: 'chooseService',
    label: 'Choose the service…',
    command: COMMANDS.chooseDatabaseService,
    icon: 'server-process',
    fits: (p) => p.code === 'database-service-several',
  },
  {
    id: 'ask',
    label: 'Ask Django for its settings',
    command: COMMANDS.askDjango,
    icon: 'terminal',
    fits: (p) => ASKING_HELPS.has(p.code),
  },
  {
    id: 'table',
    label: 'Choose the session table…',
    command: COMMANDS.chooseTable,
    icon: 'table',
    fits: (p) => TABLE_HELPS.has(p.code),
  },
  {
    id: 'open',
    label: 'Open DATABASES in settings',
    command: COMMANDS.openDatabaseSettings,
    icon: 'go-to-file',
    fits: (p, place) => (place === 'notConfigured' || place === 'failed') && !OF_COMMAND.test(p.code),
  },
  {
    id: 'connect',
    label: 'Connect to another database…',
    command: COMMANDS.connect,
    icon: 'plug',
    fits: (_p, place) => place === 'notConfigured' || place === 'failed',
  },
  {
    id: 'applicationSettings',
    label: 'Open settings',
    command: COMMANDS.openApplicationSettings,
    icon: 'settings-gear',
    fits: (_p, place) => place === 'application',
  },
  { id: 'log', label: 'Show log', command: COMMANDS.showLog, icon: 'output', fits: () => true },
];

/** The next steps that fit a problem, as rows that act on Enter. */
export function nextStepRows(problem: ProblemText, place: Place): readonly Row[] {
  return STEPS.filter((step) => step.fits(problem, place)).map(({ id, label, command, icon }) => ({
    id: `action/${id}`,
    label,
    icon: { id: icon },
    command: { id: command, title: label },
    accessible: `${label}, button`,
  }));
}
