import type { SettingRow } from './settingRow.ts';
import { ALERTS_SETTINGS } from './settings/alerts.ts';
import { APPLICATION_SETTINGS } from './settings/application.ts';
import { CLEANUP_SETTINGS } from './settings/cleanup.ts';
import { CLEANUP_SERVICE_SETTINGS } from './settings/cleanupService.ts';
import { CONNECTION_SETTINGS } from './settings/connection.ts';
import { DIAGNOSIS_SETTINGS } from './settings/diagnosis.ts';
import { HISTORY_SETTINGS } from './settings/history.ts';
import { MONITORING_SETTINGS } from './settings/monitoring.ts';
import { ROUTINE_SETTINGS } from './settings/routine.ts';
import { SETTINGS_FILE_SETTINGS } from './settings/settingsFile.ts';

/** The sections of the settings editor in their order. Adding a setting is adding its row to one of them. */
export const SETTING_SECTIONS = {
  Connection: CONNECTION_SETTINGS,
  Monitoring: MONITORING_SETTINGS,
  'Settings file': SETTINGS_FILE_SETTINGS,
  Cleanup: CLEANUP_SETTINGS,
  'Cleanup service': CLEANUP_SERVICE_SETTINGS,
  'Application metrics': APPLICATION_SETTINGS,
  History: HISTORY_SETTINGS,
  Diagnosis: DIAGNOSIS_SETTINGS,
  'Routine checks': ROUTINE_SETTINGS,
  /** The numbers of the alert rules follow, which their table declares (monitoring/alerts/alertRules.ts). */
  Alerts: ALERTS_SETTINGS,
} as const;

/** Every setting once, but for the numbers of the alert rules. */
export const SETTING_ROWS = {
  ...CONNECTION_SETTINGS,
  ...MONITORING_SETTINGS,
  ...SETTINGS_FILE_SETTINGS,
  ...CLEANUP_SETTINGS,
  ...CLEANUP_SERVICE_SETTINGS,
  ...APPLICATION_SETTINGS,
  ...HISTORY_SETTINGS,
  ...DIAGNOSIS_SETTINGS,
  ...ROUTINE_SETTINGS,
  ...ALERTS_SETTINGS,
} as const;

type Rows = typeof SETTING_ROWS;
export type SettingKey = keyof Rows;

export const SETTING_KEYS = Object.keys(SETTING_ROWS) as readonly SettingKey[];

export function settingRow(key: SettingKey): SettingRow {
  return SETTING_ROWS[key];
}

/** Restricted Mode leaves out what a workspace says of these. */
export function isRestricted(key: SettingKey): boolean {
  return settingRow(key).names !== 'nothing';
}
