import { OF_WINDOW, type SettingRow } from '../settingRow.ts';

export const ALERTS_SETTINGS = {
  notifications: {
    ...OF_WINDOW,
    type: 'string',
    default: 'all',
    choices: {
      all: 'A notification when an alert starts or ends.',
      critical: 'Only for critical alerts.',
      none: 'No notifications; the badge and the status bar still tell.',
    },
    description: 'Which alerts notify. One notification a change, never one a reading.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
