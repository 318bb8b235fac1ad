import { onRow, type CommandRow } from '../commandRow.ts';
import { CONTEXT_KEYS } from '../contextKeys.ts';
import { TRUSTED } from '../when.ts';

export const CLEANUP_SERVICE_COMMANDS = {
  followCleanupLog: {
    title: 'Follow Cleanup Log',
    icon: 'output',
    enablement: TRUSTED,
    menus: [onRow('canFollowCleanup', 'inline@5'), onRow('canFollowCleanup', '4_cleanupService@1')],
  },
  stopFollowingCleanupLog: {
    title: 'Stop Following Cleanup Log',
    icon: 'debug-stop',
    enablement: CONTEXT_KEYS.followingCleanupLog,
    menus: [onRow('canFollowCleanup', '4_cleanupService@2', CONTEXT_KEYS.followingCleanupLog)],
  },
  restartCleanupService: {
    title: 'Restart Cleanup Service…',
    icon: 'debug-restart',
    enablement: TRUSTED,
    menus: [onRow('canRestartCleanup', 'inline@6'), onRow('canRestartCleanup', '4_cleanupService@3')],
  },
  openComposeFile: {
    title: 'Open Compose File at Cleanup Service',
    icon: 'go-to-file',
    enablement: TRUSTED,
    menus: [onRow('canOpenCompose', '4_cleanupService@4')],
  },
  chooseCleanupService: {
    title: 'Choose Cleanup Service…',
    icon: 'list-selection',
    enablement: TRUSTED,
    menus: [onRow('cleanupService', '4_cleanupService@6')],
  },
  refreshCleanupService: {
    title: 'Refresh Cleanup Service',
    icon: 'refresh',
    enablement: TRUSTED,
    menus: [onRow('cleanupService', '4_cleanupService@5')],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
