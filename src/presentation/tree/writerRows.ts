import { basename, relative } from 'node:path';
import { formatNumber, formatValue } from '../../common/format.ts';
import { COMMANDS } from '../../contributions.ts';
import type { FoundWrite } from '../../django/sessionWrites/findSessionWrites.ts';
import {
  likeliestWriter,
  placesOfEntry,
  type SearchedCode,
  type Suspect,
  type SuspectPlace,
} from '../../monitoring/saves/suspects.ts';
import type { SaveEvidence } from '../../postgres/table/saveEvidence.ts';
import type { Row } from '../rows/row.ts';
import { escapeMarkdown, paragraphs } from '../texts/hover.ts';

/**
 * The rows of "Writes" with who writes: the likeliest cause below the first, and below each entry the places that set it. What is not
 * known yet has its row: one that came later would move all below it, under the mouse of whoever is about to click.
 */
export function withWriters(
  rows: readonly Row[],
  evidence: SaveEvidence | undefined,
  code: SearchedCode | undefined,
): readonly Row[] {
  const known = evidence === undefined || code === undefined ? undefined : { evidence, code };
  const suspect = known && likeliestWriter(known.evidence, known.code);
  const cause = known && suspect ? suspectRow(suspect, known.code) : UNKNOWN_CAUSE;
  return rows.flatMap((row) => {
    if (row.id !== CHANGES && row.id !== CONTENTS) return [row];
    const children = known ? row.children?.map((child) => withPlaces(child, row.id, known.evidence, known.code)) : [];
    const told = children === undefined || children.length === 0 ? row : { ...row, children };
    return row.id === CHANGES ? [told, cause] : [told];
  });
}

const CHANGES = 'metric/writes.changes';
const CONTENTS = 'metric/writes.newContents';

/** A child's id ends with its entries, see monitoring/metrics/saves.ts. */
function withPlaces(child: Row, parent: string, { changes, newcomers }: SaveEvidence, code: SearchedCode): Row {
  const all = parent === CHANGES ? changes : newcomers.contents;
  const entries = all.find((one) => child.id === `${parent}/${JSON.stringify(one.entries)}`)?.entries ?? [];
  const places = entries.flatMap((entry) =>
    placesOfEntry(entry, code).map((place) => placeRow(place, `${child.id}/${entry}`, code)),
  );
  return places.length === 0 ? child : { ...child, children: places };
}

/** "Throttle sets last_activity · shop/middleware.py:5"; undefined: too little was seen. */
export function causeText(evidence: SaveEvidence, code: SearchedCode): string | undefined {
  const suspect = likeliestWriter(evidence, code);
  return suspect === undefined ? undefined : saidOf(suspect, code);
}

function saidOf({ places: [first], setting }: Suspect, code: SearchedCode): string {
  const what = setting ?? (first?.write === undefined ? 'not found in the code' : actionOf(first.write));
  return first === undefined ? what : `${what} · ${placeText(first, code)}`;
}

function suspectRow(suspect: Suspect, code: SearchedCode): Row {
  const [first, ...more] = suspect.places;
  const said = saidOf(suspect, code);
  const rest = more.map((place) => placeRow(place, SUSPECT, code));
  return {
    id: SUSPECT,
    label: 'Likeliest cause',
    description: said,
    icon: { id: 'search' },
    context: ['value'],
    copy: said,
    hover: () => suspectHover(suspect, said, code),
    ...(first === undefined ? {} : { command: openCode(first) }),
    ...(rest.length === 0 ? {} : { children: rest }),
  };
}

const SUSPECT = 'writes/likeliest';

const UNKNOWN_CAUSE: Row = {
  id: SUSPECT,
  label: 'Likeliest cause',
  description: 'unknown',
  icon: { id: 'question', color: 'disabledForeground' },
  context: ['value'],
  copy: 'unknown',
  hover: () =>
    paragraphs([
      '**Likeliest cause:** unknown',
      'Too few saves have been seen so far, or the code of the project has not been searched.',
      '*Source:* what saves change, and the Python files of the project and of the packages that its settings name',
    ]),
};

function suspectHover({ of, count, all, entry }: Suspect, said: string, { files, complete }: SearchedCode): string {
  const subject = of === 'saves' ? 'saves' : 'new sessions';
  const verb = of === 'saves' ? 'change' : 'hold';
  const share = formatValue(all === 0 ? 0 : count / all, 'share');
  return paragraphs([
    `**Likeliest cause:** ${escapeMarkdown(said)}`,
    escapeMarkdown(
      `${formatNumber(count)} of ${formatNumber(all)} ${subject} (${share}) ${verb} ${entry ?? 'nothing'}.`,
    ),
    'A guess, from what the saves change and from where the code does that: what runs at each request and asks for nothing before comes first.',
    `*Source:* ${formatNumber(files)} Python files of the project and of the packages that its settings name${complete ? '' : ', which are not all of them'}`,
  ]);
}

function placeRow(place: SuspectPlace, parent: string, code: SearchedCode): Row {
  const where = placeText(place, code);
  const label = place.write === undefined ? basename(place.file) : actionOf(place.write);
  return {
    id: `${parent}/${place.file}:${place.from}`,
    label,
    description: where,
    icon: { id: 'go-to-file' },
    context: ['value'],
    copy: where,
    accessible: `${label}, ${where}, link`,
    command: openCode(place),
  };
}

function placeText({ file, line }: SuspectPlace, { root }: SearchedCode): string {
  const own = relative(root, file);
  const inside =
    own.startsWith('..') || own.includes('site-packages') ? own.replace(/^.*(?:site|dist)-packages[\\/]/, '') : own;
  return line === undefined ? inside : `${inside}:${line + 1}`;
}

const openCode = ({ file, from, to }: SuspectPlace): NonNullable<Row['command']> => ({
  id: COMMANDS.openCode,
  title: 'Open the code',
  arguments: [{ file, from, to }],
});

const ACTIONS: Readonly<Record<FoundWrite['how'], (entry: string) => string>> = {
  sets: (entry) => `sets ${entry}`,
  removes: (entry) => `removes ${entry}`,
  expiry: () => 'calls set_expiry',
  modified: () => 'sets modified = True',
  saves: () => 'saves the session',
  key: () => 'gives the session a new key',
  message: () => 'leaves a message',
};

/** "Throttle sets last_activity". */
function actionOf({ how, entry, owner }: FoundWrite): string {
  const name = entry === undefined ? 'an entry' : `${entry.name}${entry.isPrefix ? '…' : ''}`;
  const action = ACTIONS[how](name);
  return owner === '' ? action : `${owner} ${action}`;
}
