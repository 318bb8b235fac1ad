import type { LogName } from '../logName.ts';
import { holds, type SettingRow } from '../settingRow.ts';

const LOGS = {
  items: {
    anyOf: [
      { type: 'string', description: 'A file, absolute or relative to the folder; * stands for any part of its name.' },
      { type: 'array', items: { type: 'string' }, description: 'A program and its arguments, which print the log.' },
    ],
  },
} as const;

export const DIAGNOSIS_SETTINGS = {
  'diagnosis.logs': {
    scope: 'resource',
    names: 'program',
    workspace: 'asked',
    harmless: [[]],
    type: 'array',
    default: [],
    holds: holds<readonly LogName[]>(),
    schema: LOGS,
    description:
      'Logs of the application and of its web server, in which a diagnosis looks for errors of sessions: files such as `/var/log/django/*.log`, and programs that print a log, such as `["docker", "logs", "--tail", "5000", "web"]`. Of each the last megabyte is read, when a diagnosis needs it.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
