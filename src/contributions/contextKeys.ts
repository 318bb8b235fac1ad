import { PREFIX } from './ids.ts';

export const CONTEXT_KEYS = {
  /** Chooses the welcome text and the title buttons. */
  state: `${PREFIX}.state`,
  /** Whether there is a connection to choose. */
  hasConnections: `${PREFIX}.hasConnections`,
  /** Whether a cleanup runs in this window. */
  cleanupRunning: `${PREFIX}.cleanupRunning`,
  /** Whether all sessions may be deleted: not on a production database, unless a setting allows it. */
  canDeleteAll: `${PREFIX}.canDeleteAll`,
  /** Whether the log of the cleanup service is being followed. */
  followingCleanupLog: `${PREFIX}.followingCleanupLog`,
  /** Whether a change of settings is shown and waits to be applied. */
  pendingChange: `${PREFIX}.pendingChange`,
  /** Whether the walkthrough was opened by our command. */
  walkthroughOpened: `${PREFIX}.walkthroughOpened`,
} as const;

export type ContextKey = (typeof CONTEXT_KEYS)[keyof typeof CONTEXT_KEYS];

/** What a context key holds. */
export type ContextValue<K extends ContextKey> = K extends typeof CONTEXT_KEYS.state ? StateKey : boolean;

/** The kinds of AppState and of the monitor's state, as the when clauses compare them. */
export type StateKey =
  'untrusted' | 'searching' | 'notConfigured' | 'connecting' | 'live' | 'stale' | 'failed' | 'paused';

/** Words in the `viewItem` of a row of the tree, by which the menus offer what can be done about it. */
export type RowContext =
  | 'value'
  | 'isProduction'
  | 'isNoProduction'
  | 'databases'
  | 'canShowDatabase'
  | 'canWatchDatabase'
  | 'canStopWatching'
  | 'alert'
  | 'canDiagnose'
  | 'canAcknowledge'
  | 'canSnooze'
  | 'canCount'
  | 'throttle'
  | 'throttleSource'
  | 'canRollBack'
  | 'canClear'
  | 'cleanupRunning'
  | 'cleanupPaused'
  | 'canCancelCleanup'
  | 'cleanupService'
  | 'canFollowCleanup'
  | 'canRestartCleanup'
  | 'canOpenCompose'
  | 'canRestore'
  | 'canCancelStatement'
  | 'canTerminate'
  | 'routineChecks'
  | 'routineCheck'
  | 'benchmarks';
