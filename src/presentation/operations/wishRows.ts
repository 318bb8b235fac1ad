import { COMMANDS } from '../../contributions.ts';
import type { Row } from '../rows/row.ts';
import type { Wish } from '../rows/wish.ts';
import { escapeMarkdown } from '../texts/hover.ts';

/** What of the workspace is not used before somebody has allowed it. */
export function wishRows(wishes: readonly Wish[] = []): readonly Row[] {
  if (wishes.length === 0) return [];
  const count = wishes.length === 1 ? 'one thing' : `${String(wishes.length)} things`;
  const label = 'Waits for you';
  const description = `the workspace wants ${count}`;
  return [
    {
      id: 'wishes',
      label,
      description,
      icon: { id: 'shield', color: 'list.warningForeground' },
      hover: () => escapeMarkdown(`Not used before you allow it: ${wishesText(wishes)}`),
      copy: wishesText(wishes),
      context: ['value'],
      command: { id: COMMANDS.reviewWishes, title: 'Review what the workspace wants' },
      accessible: `${label}: ${description}, button`,
    },
  ];
}

/** Each with its whole line. */
export function wishesText(wishes: readonly Wish[]): string {
  return wishes.map(({ what, line }) => `${what}: ${line}`).join('\n\n');
}
