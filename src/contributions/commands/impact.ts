import type { MomentArgument } from '../commandArguments.ts';
import { inTitle, takes, type CommandRow } from '../commandRow.ts';

export const IMPACT_COMMANDS = {
  showImpact: { title: 'Show Expected and Measured Impact…', icon: 'graph', menus: [inTitle('3_impact@1')] },
  compareCommit: {
    title: 'Compare Before and After Commit…',
    icon: 'git-compare',
    menus: [inTitle('3_impact@2')],
    takes: takes<[hash?: string]>(),
  },
  compareAround: { title: 'Compare Before and After', palette: false, takes: takes<[moment: MomentArgument]>() },
} as const satisfies Readonly<Record<string, CommandRow>>;
