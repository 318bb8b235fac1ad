import { COMMAND_ROWS } from '../../src/contributions/commands.ts';

/** What the demo says of itself, in its print and in the editor. */

export const SIMULATED =
  'Visitors, /metrics and the cleanup service are simulated. The year of history before this start is made up; PostgreSQL and what is read of it are real.';

export interface ThingToTry {
  readonly command: keyof typeof COMMAND_ROWS;
  /** What follows on the title of the command. */
  readonly text: string;
}

export const THINGS_TO_TRY: readonly ThingToTry[] = [
  {
    command: 'clearExpired',
    text: 'shows first what would go; watch the alert clear after it',
  },
  {
    command: 'disableThrottle',
    text: 'opens the change of settings.py as a diff; nothing is written before you apply it',
  },
  {
    command: 'diagnose',
    text: 'finds out why the table grows, and says what mends it',
  },
];

export function titleOf({ command }: ThingToTry): string {
  return COMMAND_ROWS[command].title;
}
