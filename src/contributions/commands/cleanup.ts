import type { RowArgument } from '../commandArguments.ts';
import { inTitle, onRow, takes, type CommandRow } from '../commandRow.ts';
import { CONTEXT_KEYS } from '../contextKeys.ts';
import { all, CONNECTED, TRUSTED } from '../when.ts';

export const CLEANUP_COMMANDS = {
  clearExpired: {
    title: 'Clear Expired Sessions…',
    icon: 'clear-all',
    enablement: all(TRUSTED, CONNECTED),
    menus: [inTitle('2_operations@0', CONNECTED), onRow('canClear', 'inline@3'), onRow('canClear', '3_cleanup@1')],
    takes: takes<[from?: RowArgument | string]>(),
  },
  runClearsessions: {
    title: "Run Django's clearsessions…",
    icon: 'terminal',
    enablement: all(TRUSTED, CONNECTED),
    menus: [onRow('canClear', '3_cleanup@2')],
    takes: takes<[from?: RowArgument | string]>(),
  },
  deleteAllSessions: {
    title: 'Delete All Sessions (Emergency)…',
    icon: 'trash',
    enablement: all(TRUSTED, CONTEXT_KEYS.canDeleteAll),
    takes: takes<[from?: RowArgument | string]>(),
  },
  vacuumSessions: {
    title: 'Vacuum Session Table…',
    icon: 'archive',
    enablement: all(TRUSTED, CONNECTED),
    menus: [onRow('canClear', '3_cleanup@3')],
  },
  pauseCleanup: {
    title: 'Pause Cleanup',
    icon: 'debug-pause',
    enablement: CONTEXT_KEYS.cleanupRunning,
    menus: [onRow('cleanupRunning', 'inline@1')],
  },
  resumeCleanup: {
    title: 'Resume Cleanup',
    icon: 'debug-start',
    enablement: CONTEXT_KEYS.cleanupRunning,
    menus: [onRow('cleanupPaused', 'inline@1')],
  },
  cancelCleanup: {
    title: 'Cancel Cleanup',
    icon: 'debug-stop',
    enablement: CONTEXT_KEYS.cleanupRunning,
    menus: [onRow('canCancelCleanup', 'inline@2')],
  },
  showCleanupHistory: { title: 'Show Cleanup History…', icon: 'history', menus: [inTitle('2_operations@3')] },
} as const satisfies Readonly<Record<string, CommandRow>>;
