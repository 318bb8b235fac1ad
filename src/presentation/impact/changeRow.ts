import { COMMANDS } from '../../contributions.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { Row } from '../rows/row.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';

/** The newest change of the saves, below the other figures of what is written. */
export function changeRow({ kind, at, text }: Annotation): Row {
  const description = text.replace(/^Saves /, '');
  return {
    id: 'impact/change',
    label: 'Last change of the saves',
    description,
    icon: { id: 'git-compare' },
    accessible: `Last change of the saves: ${description}`,
    copy: text,
    hover: () => paragraphs([`**${escapeMarkdown(text)}**`, ABOUT]),
    command: {
      id: COMMANDS.compareAround,
      title: 'Compare before and after',
      arguments: [{ kind, at: at.getTime(), until: null, text }],
    },
  };
}

const ABOUT =
  'Found in what was read: a change that stands out from the rhythm of the day and stays. What came before it need not be its reason. ' +
  'Click to compare the time before and after it.';
