import type { SettingTypes } from './contributions.ts';

/**
 * What each setting may do, and whose word counts. One table for the code, package.json (`npm run docs` writes the scopes and
 * what Restricted Mode leaves out), SECURITY.md and the tests; a setting without a row does not compile.
 */
export interface SettingRule {
  /** As VS Code has them. 'resource': of a folder, and read with it. 'application': the person's own, in no workspace. */
  readonly scope: 'application' | 'window' | 'resource';
  /** What of the world it names or decides. */
  readonly names: 'program' | 'code' | 'host' | 'URL' | 'path' | 'certificate' | 'guard' | 'reading' | 'nothing';
  /**
   * What a value that a workspace sets is worth, once the workspace is trusted. 'used': as any. 'asked': not used before the
   * person has allowed that value. 'shown': used after a click and a question with the whole line. 'never': not read.
   */
  readonly workspace: 'used' | 'asked' | 'shown' | 'never';
  /** Values of a workspace that need no asking. */
  readonly harmless?: readonly unknown[];
}

const OF_WINDOW = { scope: 'window', names: 'nothing', workspace: 'used' } as const;
const OF_FOLDER = { scope: 'resource', names: 'nothing', workspace: 'used' } as const;
/** Decides what is read, and not where from. */
const READING = { ...OF_FOLDER, names: 'reading' } as const;

export const SETTING_RULES = {
  settingsModule: { ...OF_FOLDER, names: 'code' },
  databaseAlias: { ...OF_FOLDER, names: 'host' },
  schema: READING,
  table: READING,
  askDjango: { scope: 'resource', names: 'code', workspace: 'asked', harmless: ['never'] },
  // Their passwords are bound to their targets, and never the person's own (ui/storedPasswords.ts).
  connections: { ...OF_WINDOW, names: 'host' },
  intervalSeconds: OF_WINDOW,
  hiddenIntervalSeconds: OF_WINDOW,
  detailIntervalSeconds: OF_WINDOW,
  exactIntervalMinutes: OF_WINDOW,
  throttleIntervalMinutes: OF_FOLDER,
  throttleMiddleware: { ...OF_FOLDER, names: 'code' },
  'codeLens.enabled': OF_FOLDER,
  disabledChecks: OF_FOLDER,
  restartCommand: { scope: 'resource', names: 'program', workspace: 'shown' },
  production: { scope: 'resource', names: 'guard', workspace: 'asked', harmless: ['yes'] },
  'cleanup.graceMinutes': { ...OF_FOLDER, names: 'guard' },
  'cleanup.batchMilliseconds': { ...OF_FOLDER, names: 'guard' },
  'cleanup.clearsessionsCommand': { scope: 'resource', names: 'program', workspace: 'shown' },
  'cleanup.allowDeleteAllInProduction': { scope: 'application', names: 'guard', workspace: 'never' },
  'cleanupService.engine': {
    scope: 'resource',
    names: 'program',
    workspace: 'asked',
    harmless: ['', 'auto', 'docker', 'podman'],
  },
  'cleanupService.container': READING,
  'cleanupService.composeFile': { ...OF_FOLDER, names: 'path' },
  'cleanupService.composeService': READING,
  'cleanupService.intervalHours': READING,
  'cleanupService.logPattern': READING,
  'cleanupService.statusCommand': { scope: 'resource', names: 'program', workspace: 'asked', harmless: [[]] },
  'cleanupService.logsCommand': { scope: 'resource', names: 'program', workspace: 'asked', harmless: [[]] },
  'cleanupService.restartCommand': { scope: 'resource', names: 'program', workspace: 'shown' },
  'cleanupService.pollSeconds': READING,
  // What they are shown to be let in with is stored by their origins (ui/application/applicationCredentials.ts).
  'application.metricsUrl': { ...OF_FOLDER, names: 'URL' },
  'application.prometheusUrl': { ...OF_FOLDER, names: 'URL' },
  'application.prometheusSelector': READING,
  'application.prometheusTenant': READING,
  'application.windowSeconds': OF_FOLDER,
  'application.prometheusWindowSeconds': OF_FOLDER,
  'application.timeoutSeconds': OF_FOLDER,
  'application.maxMegabytes': OF_FOLDER,
  'application.caFile': { scope: 'resource', names: 'certificate', workspace: 'asked', harmless: [''] },
  'application.acceptAnyCertificate': {
    scope: 'resource',
    names: 'certificate',
    workspace: 'asked',
    harmless: [false],
  },
  'application.latencyHistogram': OF_FOLDER,
  'application.requestsCounter': OF_FOLDER,
  'application.statusCounter': OF_FOLDER,
  'application.statusLabel': OF_FOLDER,
  'history.source': READING,
  'history.prometheusSelector': READING,
  'history.prometheusQueries': READING,
  effectWaitMinutes: OF_WINDOW,
  notifications: OF_WINDOW,
  'statusBar.enabled': OF_WINDOW,
} as const satisfies Readonly<Record<keyof SettingTypes, SettingRule>>;

type Rules = typeof SETTING_RULES;
export type SettingKey = keyof Rules;

/** Settings that are read with their folder. */
export type FolderKey = { [K in SettingKey]: Rules[K]['scope'] extends 'resource' ? K : never }[SettingKey];

export const SETTING_KEYS = Object.keys(SETTING_RULES) as readonly SettingKey[];

export function ruleOf(key: SettingKey): SettingRule {
  return SETTING_RULES[key];
}

/** Restricted Mode leaves out what a workspace says of these. */
export function isRestricted(key: SettingKey): boolean {
  return ruleOf(key).names !== 'nothing';
}
