import type { PasswordCommand } from '../../contributions.ts';
import { getSetting } from './settings.ts';

/** The person's own list; settings.json is written by people, so that what is no such row is passed over. */
export function passwordCommands(): readonly PasswordCommand[] {
  const rows: unknown = getSetting('passwordCommands', 'window');
  return Array.isArray(rows) ? rows.filter(isRow) : [];
}

function isRow(value: unknown): value is PasswordCommand {
  if (typeof value !== 'object' || value === null || !('host' in value) || !('command' in value)) return false;
  const { host, command } = value;
  const isCommand = Array.isArray(command) && command.every((word) => typeof word === 'string');
  return typeof host === 'string' && host !== '' && isCommand;
}
