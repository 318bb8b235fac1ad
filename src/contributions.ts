import type { NumberRange } from './common/numberRange.ts';

/**
 * Every id that package.json and the code share, once and typed: a wrong id does not compile, and a test compares both
 * ways with package.json. Values are ids; the types beside them say what a command is called with and what a setting holds.
 */

/** A row of the tree as a command receives it from a menu; undefined when it was called from the palette. */
export interface RowArgument {
  readonly rowId: string;
}

/** A place in a settings file from which the throttle is switched: its file, since what stands there may have moved. */
export interface FileArgument {
  readonly origin: 'lens' | 'quick fix';
  readonly file: string;
}

/** A tree menu hands over the id of the row; undefined when it was called from the palette. */
export type ThrottleArgument = FileArgument | RowArgument | string;

export const COMMANDS = {
  connect: 'djangoSessionMonitor.connect',
  chooseConnection: 'djangoSessionMonitor.chooseConnection',
  removeConnection: 'djangoSessionMonitor.removeConnection',
  enterPassword: 'djangoSessionMonitor.enterPassword',
  reviewWishes: 'djangoSessionMonitor.reviewWishes',
  findDatabase: 'djangoSessionMonitor.findDatabase',
  askDjango: 'djangoSessionMonitor.askDjango',
  openDatabaseSettings: 'djangoSessionMonitor.openDatabaseSettings',
  refresh: 'djangoSessionMonitor.refresh',
  countExactly: 'djangoSessionMonitor.countExactly',
  pause: 'djangoSessionMonitor.pause',
  resume: 'djangoSessionMonitor.resume',
  copyValue: 'djangoSessionMonitor.copyValue',
  acknowledgeAlert: 'djangoSessionMonitor.acknowledgeAlert',
  snoozeAlert: 'djangoSessionMonitor.snoozeAlert',
  showAlerts: 'djangoSessionMonitor.showAlerts',
  clearExpired: 'djangoSessionMonitor.clearExpired',
  runClearsessions: 'djangoSessionMonitor.runClearsessions',
  deleteAllSessions: 'djangoSessionMonitor.deleteAllSessions',
  vacuumSessions: 'djangoSessionMonitor.vacuumSessions',
  pauseCleanup: 'djangoSessionMonitor.pauseCleanup',
  resumeCleanup: 'djangoSessionMonitor.resumeCleanup',
  cancelCleanup: 'djangoSessionMonitor.cancelCleanup',
  showCleanupHistory: 'djangoSessionMonitor.showCleanupHistory',
  followCleanupLog: 'djangoSessionMonitor.followCleanupLog',
  stopFollowingCleanupLog: 'djangoSessionMonitor.stopFollowingCleanupLog',
  restartCleanupService: 'djangoSessionMonitor.restartCleanupService',
  openComposeFile: 'djangoSessionMonitor.openComposeFile',
  chooseCleanupService: 'djangoSessionMonitor.chooseCleanupService',
  refreshCleanupService: 'djangoSessionMonitor.refreshCleanupService',
  disableThrottle: 'djangoSessionMonitor.disableThrottle',
  fullRollback: 'djangoSessionMonitor.fullRollback',
  restoreThrottle: 'djangoSessionMonitor.restoreThrottle',
  applyChange: 'djangoSessionMonitor.applyChange',
  discardChange: 'djangoSessionMonitor.discardChange',
  restartApplication: 'djangoSessionMonitor.restartApplication',
  showRollbackHistory: 'djangoSessionMonitor.showRollbackHistory',
  openThrottleSettings: 'djangoSessionMonitor.openThrottleSettings',
  openThrottleSource: 'djangoSessionMonitor.openThrottleSource',
  switchOffCheck: 'djangoSessionMonitor.switchOffCheck',
  openDashboard: 'djangoSessionMonitor.openDashboard',
  storeApplicationCredentials: 'djangoSessionMonitor.storeApplicationCredentials',
  removeApplicationCredentials: 'djangoSessionMonitor.removeApplicationCredentials',
  openApplicationSettings: 'djangoSessionMonitor.openApplicationSettings',
  exportHistory: 'djangoSessionMonitor.exportHistory',
  saveReport: 'djangoSessionMonitor.saveReport',
  showRow: 'djangoSessionMonitor.showRow',
  openSettings: 'djangoSessionMonitor.openSettings',
  showLog: 'djangoSessionMonitor.showLog',
} as const;

/** What each command takes. All arguments may be missing: the palette gives none, and the command then asks. */
export interface CommandArguments {
  [COMMANDS.connect]: [];
  [COMMANDS.chooseConnection]: [];
  [COMMANDS.removeConnection]: [];
  [COMMANDS.enterPassword]: [];
  [COMMANDS.reviewWishes]: [];
  [COMMANDS.findDatabase]: [];
  [COMMANDS.askDjango]: [];
  [COMMANDS.openDatabaseSettings]: [];
  [COMMANDS.refresh]: [];
  [COMMANDS.countExactly]: [];
  [COMMANDS.pause]: [];
  [COMMANDS.resume]: [];
  [COMMANDS.copyValue]: [row?: RowArgument];
  [COMMANDS.acknowledgeAlert]: [row?: RowArgument];
  [COMMANDS.snoozeAlert]: [row?: RowArgument];
  [COMMANDS.showAlerts]: [];
  [COMMANDS.clearExpired]: [from?: RowArgument | string];
  [COMMANDS.runClearsessions]: [from?: RowArgument | string];
  [COMMANDS.deleteAllSessions]: [from?: RowArgument | string];
  [COMMANDS.vacuumSessions]: [];
  [COMMANDS.pauseCleanup]: [];
  [COMMANDS.resumeCleanup]: [];
  [COMMANDS.cancelCleanup]: [];
  [COMMANDS.showCleanupHistory]: [];
  [COMMANDS.followCleanupLog]: [];
  [COMMANDS.stopFollowingCleanupLog]: [];
  [COMMANDS.restartCleanupService]: [];
  [COMMANDS.openComposeFile]: [];
  [COMMANDS.chooseCleanupService]: [];
  [COMMANDS.refreshCleanupService]: [];
  [COMMANDS.disableThrottle]: [from?: ThrottleArgument];
  [COMMANDS.fullRollback]: [from?: ThrottleArgument];
  [COMMANDS.restoreThrottle]: [from?: ThrottleArgument];
  [COMMANDS.applyChange]: [];
  [COMMANDS.discardChange]: [];
  [COMMANDS.restartApplication]: [];
  [COMMANDS.showRollbackHistory]: [];
  [COMMANDS.openThrottleSettings]: [];
  [COMMANDS.openThrottleSource]: [];
  [COMMANDS.switchOffCheck]: [code: string];
  [COMMANDS.openDashboard]: [];
  [COMMANDS.storeApplicationCredentials]: [];
  [COMMANDS.removeApplicationCredentials]: [];
  [COMMANDS.openApplicationSettings]: [];
  /** The range that the dashboard shows; the palette gives none. */
  [COMMANDS.exportHistory]: [range?: { readonly from: number; readonly to: number }];
  [COMMANDS.saveReport]: [];
  [COMMANDS.showRow]: [row: RowArgument];
  [COMMANDS.openSettings]: [];
  [COMMANDS.showLog]: [];
}

export type CommandId = keyof CommandArguments;

export const VIEWS = {
  container: 'djangoSessionMonitor',
  sessions: 'djangoSessionMonitor.sessions',
  panel: 'djangoSessionMonitorPanel',
  charts: 'djangoSessionMonitor.charts',
} as const;

/** Types of webview panels, which VS Code restores by them. */
export const PANELS = {
  dashboard: 'djangoSessionMonitor.dashboard',
} as const;

export const CONTEXT_KEYS = {
  /** One of AppState's kinds; chooses the welcome text and the title buttons. */
  state: 'djangoSessionMonitor.state',
  /** Whether there is a connection to choose. */
  hasConnections: 'djangoSessionMonitor.hasConnections',
  /** Whether a cleanup runs in this window. */
  cleanupRunning: 'djangoSessionMonitor.cleanupRunning',
  /** Whether all sessions may be deleted: not on a production database, unless a setting allows it. */
  canDeleteAll: 'djangoSessionMonitor.canDeleteAll',
  /** Whether the log of the cleanup service is being followed. */
  followingCleanupLog: 'djangoSessionMonitor.followingCleanupLog',
  /** Whether a change of settings is shown and waits to be applied. */
  pendingChange: 'djangoSessionMonitor.pendingChange',
} as const;

export const SETTINGS_SECTION = 'djangoSessionMonitor';

/** A connection as settings.json holds it. There is no place for a password: that is kept in SecretStorage. */
export interface ConnectionSetting {
  readonly name: string;
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly sslmode?: string;
  /** Other parameters by libpq's keywords: sslrootcert, sslcert, sslkey, service, passfile. */
  readonly options?: Readonly<Record<string, string>>;
  readonly schema?: string;
  readonly table?: string;
  readonly production?: boolean;
}

/**
 * What each setting holds; what it may do stands in settingRules.ts. Defaults stand in package.json, which VS Code applies.
 * Settings of the alert rules are declared by the rule table (monitoring/alerts.ts) and read through it.
 */
export interface SettingTypes {
  settingsModule: string;
  databaseAlias: string;
  schema: string;
  table: string;
  askDjango: 'whenNeeded' | 'never';
  connections: readonly ConnectionSetting[];
  intervalSeconds: number;
  hiddenIntervalSeconds: number;
  detailIntervalSeconds: number;
  exactIntervalMinutes: number;
  throttleIntervalMinutes: number;
  throttleMiddleware: string;
  'codeLens.enabled': boolean;
  disabledChecks: readonly string[];
  restartCommand: readonly string[];
  production: 'auto' | 'yes' | 'no';
  'cleanup.graceMinutes': number;
  'cleanup.batchMilliseconds': number;
  'cleanup.clearsessionsCommand': readonly string[];
  'cleanup.allowDeleteAllInProduction': boolean;
  'cleanupService.engine': string;
  'cleanupService.container': string;
  'cleanupService.composeFile': string;
  'cleanupService.composeService': string;
  'cleanupService.intervalHours': number | null;
  'cleanupService.logPattern': string;
  'cleanupService.statusCommand': readonly string[];
  'cleanupService.logsCommand': readonly string[];
  'cleanupService.restartCommand': readonly string[];
  'cleanupService.pollSeconds': number;
  'application.metricsUrl': string;
  'application.prometheusUrl': string;
  'application.prometheusSelector': string;
  'application.prometheusTenant': string;
  'application.windowSeconds': number;
  'application.prometheusWindowSeconds': number;
  'application.timeoutSeconds': number;
  'application.maxMegabytes': number;
  'application.caFile': string;
  'application.acceptAnyCertificate': boolean;
  'application.latencyHistogram': string;
  'application.requestsCounter': string;
  'application.statusCounter': string;
  'application.statusLabel': string;
  'history.source': 'store' | 'prometheus';
  'history.prometheusSelector': string;
  'history.prometheusQueries': Readonly<Record<string, string>>;
  effectWaitMinutes: number;
  notifications: 'all' | 'critical' | 'none';
  'statusBar.enabled': boolean;
}

type NumberKey = { [K in keyof SettingTypes]: number extends SettingTypes[K] ? K : never }[keyof SettingTypes];

/** What each number may be: what is read is held to it, and `npm run docs` writes it into package.json. */
export const NUMBER_RANGES = {
  intervalSeconds: { minimum: 1, maximum: 3600 },
  hiddenIntervalSeconds: { minimum: 1, maximum: 3600 },
  detailIntervalSeconds: { minimum: 10, maximum: 86_400 },
  exactIntervalMinutes: { minimum: 1, maximum: 10_080 },
  throttleIntervalMinutes: { minimum: 0.1, maximum: 10_080 },
  effectWaitMinutes: { minimum: 0.1, maximum: 1440 },
  'cleanup.graceMinutes': { minimum: 0, maximum: 527_040 },
  'cleanup.batchMilliseconds': { minimum: 1, maximum: 10_000 },
  'cleanupService.intervalHours': { minimum: 0.01, maximum: 8784 },
  'cleanupService.pollSeconds': { minimum: 1, maximum: 86_400 },
  'application.windowSeconds': { minimum: 1, maximum: 86_400 },
  'application.prometheusWindowSeconds': { minimum: 1, maximum: 86_400 },
  'application.timeoutSeconds': { minimum: 1, maximum: 600 },
  'application.maxMegabytes': { minimum: 1, maximum: 1024 },
} as const satisfies Record<NumberKey, NumberRange>;
