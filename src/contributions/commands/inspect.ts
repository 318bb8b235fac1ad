import { inTitle, type CommandRow } from '../commandRow.ts';
import { CONNECTED, TRUSTED } from '../when.ts';

export const INSPECT_COMMANDS = {
  inspectSession: {
    title: 'Inspect Session…',
    icon: 'search',
    enablement: TRUSTED,
    menus: [inTitle('2_operations@1', CONNECTED)],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
