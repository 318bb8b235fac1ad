import { formatBytes } from '../../common/format.ts';
import type { EntryChange, InspectedSession, SessionEntry } from '../../monitoring/inspect/inspectedSession.ts';
import { plainLabel } from '../texts/plainLabel.ts';
import { sessionFacts } from './inspectTexts.ts';

export type InspectAction = 'again' | 'delete' | 'user';

/** One line of the list in which a session is shown. */
export interface InspectItem {
  readonly label: string;
  readonly description?: string;
  readonly isSeparator?: true;
  /** What Enter does: shows or hides the value of this entry, or acts. */
  readonly entry?: string;
  readonly action?: InspectAction;
}

export interface InspectView {
  readonly session: InspectedSession;
  readonly changes: readonly EntryChange[];
  /** Entries the values of which were asked for. */
  readonly shown: ReadonlySet<string>;
  readonly now: Date;
  readonly cookieAge?: number;
  /** The session is gone. */
  readonly isGone?: boolean;
}

/** Lines of a value, and characters of a line, that are shown at most. */
const VALUE_LINES = 60;
const LINE_LENGTH = 200;

export function inspectItems({ session, changes, shown, now, cookieAge, isGone }: InspectView): readonly InspectItem[] {
  const { entries, columns, isSignedIn } = session;
  const gone = changes.filter(({ how }) => how === 'gone');
  const changed = new Map(changes.map(({ name, how }) => [name, how]));
  return [
    ...sessionFacts(session, now, cookieAge).map(({ label, text, icon }) => ({
      label: `$(${icon}) ${label}`,
      description: plainLabel(text),
    })),
    separator(`Entries: ${entries.length}`),
    ...entries.flatMap((entry) => entryItems(entry, 'entry', shown, changed.get(entry.name))),
    ...gone.map(({ name }) => ({
      label: `$(trash) ${plainLabel(name)}`,
      description: 'gone since it was read before',
    })),
    ...(columns.length === 0 ? [] : [separator('Other columns of the row')]),
    ...columns.flatMap((column) => entryItems(column, 'column', shown, undefined)),
    separator('Actions'),
    { label: '$(refresh) Read Again', description: 'and say what has changed', action: 'again' },
    ...(isGone === true
      ? []
      : ([
          { label: '$(trash) Delete This Session…', description: 'logs its visitor out', action: 'delete' },
          ...(isSignedIn
            ? ([
                {
                  label: '$(account) Sessions of This User…',
                  description: 'to look at, or to delete all of them',
                  action: 'user',
                },
              ] as const)
            : []),
        ] as const)),
  ];
}

function entryItems(
  entry: SessionEntry,
  of: 'entry' | 'column',
  shown: ReadonlySet<string>,
  change: EntryChange['how'] | undefined,
): readonly InspectItem[] {
  const id = `${of}/${entry.name}`;
  const isShown = shown.has(id);
  const news =
    change === undefined
      ? ''
      : change === 'new'
        ? ' · new since it was read before'
        : ' · changed since it was read before';
  return [
    {
      label: `$(${isShown ? 'chevron-down' : 'chevron-right'}) ${plainLabel(entry.name)}`,
      description: `${formatBytes(entry.bytes)} · ${entry.kind}${news}`,
      entry: id,
    },
    ...(isShown ? valueLines(entry.value).map((line) => ({ label: `$(blank) ${line}`, entry: id })) : []),
  ];
}

function valueLines(value: unknown): readonly string[] {
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  const more = lines.length - VALUE_LINES;
  const kept = lines.slice(0, VALUE_LINES).map((line) => {
    const text = plainLabel(line);
    return text.length > LINE_LENGTH
      ? `${text.slice(0, LINE_LENGTH)}… ${text.length - LINE_LENGTH} more characters`
      : text;
  });
  return more > 0 ? [...kept, `… ${more} more lines`] : kept;
}

const separator = (label: string): InspectItem => ({ label, isSeparator: true });
