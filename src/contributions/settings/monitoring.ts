import { OF_FOLDER, OF_WINDOW, type SettingRow } from '../settingRow.ts';

export const MONITORING_SETTINGS = {
  intervalSeconds: {
    ...OF_WINDOW,
    type: 'number',
    default: 10,
    minimum: 1,
    maximum: 3600,
    description:
      'Seconds between light readings while the view is visible. A light reading is one statement whose cost does not grow with the table.',
  },
  hiddenIntervalSeconds: {
    ...OF_WINDOW,
    type: 'number',
    default: 60,
    minimum: 1,
    maximum: 3600,
    description: 'Seconds between light readings while the view is hidden. Alerts go on.',
  },
  idleMinutes: {
    ...OF_WINDOW,
    type: 'number',
    default: 0,
    minimum: 0,
    maximum: 10_080,
    description:
      'For servers that sleep when they are left alone (scale to zero): minutes with the view hidden, no session saved or deleted and no alert firing, after which readings rest and the connection is closed, until the view or the dashboard is opened. 0: never, since no alert can fire meanwhile.',
  },
  detailIntervalSeconds: {
    ...OF_WINDOW,
    type: 'number',
    default: 60,
    minimum: 10,
    maximum: 86_400,
    description: 'Seconds between readings of statements, indexes and a sample of 100 sessions.',
  },
  exactIntervalMinutes: {
    ...OF_WINDOW,
    type: 'number',
    default: 15,
    minimum: 1,
    maximum: 10_080,
    description:
      'Minutes between exact counts. Counting reads the whole table, so it waits longer where it costs more than 0.1 % of the time.',
  },
  throttleIntervalMinutes: {
    ...OF_FOLDER,
    type: 'number',
    default: 15,
    minimum: 0.1,
    maximum: 10_080,
    description:
      'Interval of the throttling middleware in minutes, for the saves per session and interval. Where it is not set, the source of the middleware is looked at.',
  },
  'statusBar.enabled': {
    ...OF_WINDOW,
    type: 'boolean',
    default: true,
    description: 'Shows active sessions, saves a minute and firing alerts in the status bar.',
  },
} as const satisfies Readonly<Record<string, SettingRow>>;
