import { OF_FOLDER, OF_WINDOW, type SettingRow } from '../settingRow.ts';

export const SETTINGS_FILE_SETTINGS = {
  throttleMiddleware: {
    ...OF_FOLDER,
    names: 'code',
    type: 'string',
    default: '',
    description:
      'The throttling middleware: its dotted path, or the name of its class. Empty: any class named `ThrottledSessionMiddleware`.',
  },
  'codeLens.enabled': {
    ...OF_FOLDER,
    type: 'boolean',
    default: true,
    description:
      'Shows the state of the session throttle and live figures over the session settings, and over the blocks of a guide.',
  },
  disabledChecks: {
    ...OF_FOLDER,
    type: 'array',
    default: [],
    schema: { uniqueItems: true },
    description: 'Checks of settings files and of guides that are switched off.',
  },
  restartCommand: {
    scope: 'resource',
    names: 'program',
    workspace: 'shown',
    type: 'array',
    default: [],
    description:
      'Program and arguments that restart the application after a rollback, run without a shell: Compose in the folder of the compose file that has its services, any other in the folder of `manage.py`. For example `["docker", "compose", "restart", "web"]`. Empty: the running containers that look like the application are offered. It is checked before, never run without asking, and never in Restricted Mode.',
  },
  effectWaitMinutes: {
    ...OF_WINDOW,
    type: 'number',
    default: 10,
    minimum: 0.1,
    maximum: 1440,
    description:
      'Minutes after a rollback, a restore or the restart for which the rate of session saves is watched for the change.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
