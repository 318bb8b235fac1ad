import type { GuideBlockArgument } from '../commandArguments.ts';
import { takes, type CommandRow } from '../commandRow.ts';
import { TRUSTED } from '../when.ts';

export const GUIDE_COMMANDS = {
  runGuideBlock: {
    title: 'Run SQL Block at Cursor Read-Only…',
    icon: 'play',
    enablement: `${TRUSTED} && editorLangId == markdown`,
    takes: takes<[block?: GuideBlockArgument]>(),
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
