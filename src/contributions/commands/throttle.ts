import type { ThrottleArgument } from '../commandArguments.ts';
import { inPreview, inTitle, onRow, takes, type CommandRow } from '../commandRow.ts';
import { CONTEXT_KEYS } from '../contextKeys.ts';
import { IN_PREVIEW, TRUSTED } from '../when.ts';

export const THROTTLE_COMMANDS = {
  disableThrottle: {
    title: 'Disable Session Throttle (Quick Rollback)…',
    icon: 'circle-slash',
    enablement: TRUSTED,
    menus: [onRow('canRollBack', 'inline@3'), onRow('canRollBack', '3_throttle@1')],
    takes: takes<[from?: ThrottleArgument]>(),
  },
  fullRollback: {
    title: 'Full Rollback of Session Throttle…',
    icon: 'discard',
    enablement: TRUSTED,
    menus: [onRow('canRollBack', '3_throttle@2')],
    takes: takes<[from?: ThrottleArgument]>(),
  },
  restoreThrottle: {
    title: 'Restore Session Throttle…',
    icon: 'debug-restart',
    enablement: TRUSTED,
    menus: [onRow('canRestore', 'inline@4'), onRow('canRestore', '3_throttle@3')],
    takes: takes<[from?: ThrottleArgument]>(),
  },
  applyChange: {
    title: 'Apply Previewed Change',
    icon: 'check',
    enablement: CONTEXT_KEYS.pendingChange,
    menus: [inPreview('navigation@-2')],
    keys: { key: 'ctrl+enter', mac: 'cmd+enter', when: IN_PREVIEW },
  },
  discardChange: {
    title: 'Discard Previewed Change',
    icon: 'close',
    enablement: CONTEXT_KEYS.pendingChange,
    menus: [inPreview('navigation@-1')],
  },
  restartApplication: {
    title: 'Restart Application…',
    icon: 'debug-restart-frame',
    enablement: TRUSTED,
    menus: [inTitle('2_operations@2', TRUSTED), onRow('throttle', '3_throttle@5')],
  },
  showRollbackHistory: { title: 'Show Rollback History…', icon: 'history', menus: [inTitle('2_operations@1')] },
  openThrottleSettings: { title: 'Open Session Throttle in Settings', icon: 'go-to-file', enablement: TRUSTED },
  openThrottleSource: {
    title: 'Open Source of Session Throttle',
    icon: 'file-code',
    enablement: TRUSTED,
    menus: [onRow('throttleSource', '3_throttle@4')],
  },
  chooseThrottle: {
    title: 'Choose the Throttle Middleware…',
    icon: 'search',
    enablement: TRUSTED,
    menus: [onRow('throttle', '3_throttle@6')],
  },
  switchOffCheck: { title: 'Switch Off Check', palette: false, takes: takes<[code: string]>() },
} as const satisfies Readonly<Record<string, CommandRow>>;
