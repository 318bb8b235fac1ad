import type { RollbackAction } from '../../django/rollback/rollback.ts';
import type { SavePolicy } from '../../django/throttle/expectedWrites.ts';
import type { EffectVerdict } from '../../monitoring/snapshot/effectWatch.ts';

/** Where a person asked for it. */
export type RollbackOrigin = 'lens' | 'palette' | 'tree' | 'alert' | 'history' | 'quick fix';

/** A rollback or restore that was made. Kept as JSON, so dates are ISO texts. */
export interface RollbackRecord {
  readonly id: string;
  readonly at: string;
  readonly action: RollbackAction;
  readonly origin: RollbackOrigin;
  /** Dotted path of the middleware, as far as it was known. */
  readonly middleware: string;
  readonly files: readonly string[];
  /** What the settings said before and after it. */
  readonly before: SavePolicy;
  readonly after: SavePolicy;
  readonly restart?: RestartRecord;
  readonly effect?: EffectVerdict;
  /** Taken back by its own notification. */
  readonly undone?: boolean;
}

export interface RestartRecord {
  /** Empty: a person has told that it was restarted by other means. */
  readonly command: readonly string[];
  readonly at: string;
  /** undefined: it ended without one, or was not started at all. */
  readonly exitCode?: number;
}

/** How the actions are called, in a sentence and as a title. */
export const ACTION_NAMES: Readonly<Record<RollbackAction, { readonly title: string; readonly done: string }>> = {
  disable: { title: 'Quick rollback', done: 'The session throttle is disabled' },
  fullRollback: { title: 'Full rollback', done: 'The session throttle is fully rolled back' },
  restore: { title: 'Restore', done: 'The session throttle is restored' },
};
