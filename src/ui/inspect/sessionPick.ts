import * as vscode from 'vscode';
import type { EntryChange, InspectedSession } from '../../monitoring/inspect/inspectedSession.ts';
import { inspectItems, type InspectAction, type InspectItem } from '../../presentation/inspect/inspectItems.ts';

/** What was done with a session that is shown; undefined: the list was closed. */
export type Chosen = Exclude<InspectAction, 'again'> | undefined;

export interface SessionShown {
  readonly title: string;
  readonly session: InspectedSession;
  readonly cookieAge: number | undefined;
  /** Reads it again; undefined: it is gone. */
  readonly again: () => Promise<
    { session: InspectedSession; changes: readonly EntryChange[]; text: string } | undefined
  >;
}

interface Item extends vscode.QuickPickItem {
  readonly of: InspectItem;
}

const HINT = 'Enter on an entry shows its value, which is kept nowhere';
const GONE = 'It is gone: deleted, logged out, or it has another key since a login';

/**
 * Shows a session in a list that closes without a trace: a document would have a name, stay among those that were opened, and could be
 * read by other extensions.
 */
export function showSession({ title, session, cookieAge, again }: SessionShown): Promise<Chosen> {
  const pick = vscode.window.createQuickPick<Item>();
  const shown = new Set<string>();
  let view = { session, changes: [] as readonly EntryChange[], isGone: false };
  const draw = (): void => {
    const active = pick.activeItems[0]?.of;
    const now = new Date();
    // What was typed to find the line would hide what comes below it.
    pick.value = '';
    pick.keepScrollPosition = true;
    pick.items = inspectItems({ ...view, shown, now, ...(cookieAge === undefined ? {} : { cookieAge }) }).map(itemOf);
    const same = pick.items.find(({ of }) => active !== undefined && isSame(of, active));
    if (same !== undefined) pick.activeItems = [same];
  };
  pick.title = title;
  pick.placeholder = HINT;
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  draw();
  return new Promise((resolve, reject) => {
    const end = (chosen: Chosen): void => {
      resolve(chosen);
      pick.dispose();
    };
    const readAgain = async (): Promise<void> => {
      pick.busy = true;
      try {
        const read = await again();
        view = read === undefined ? { ...view, changes: [], isGone: true } : { ...read, isGone: false };
        pick.placeholder = read?.text ?? GONE;
        draw();
      } catch (error) {
        reject(error instanceof Error ? error : new Error('The session could not be read again.'));
        pick.dispose();
      } finally {
        pick.busy = false;
      }
    };
    pick.onDidAccept(() => {
      const chosen = pick.activeItems[0]?.of;
      if (chosen?.entry !== undefined) {
        if (!shown.delete(chosen.entry)) shown.add(chosen.entry);
        draw();
      } else if (chosen?.action === 'again') void readAgain();
      else if (chosen?.action !== undefined) end(chosen.action);
    });
    pick.onDidHide(() => end(undefined));
    pick.show();
  });
}

function itemOf(of: InspectItem): Item {
  const { label, description, isSeparator } = of;
  if (isSeparator === true) return { label, kind: vscode.QuickPickItemKind.Separator, of };
  return { label, of, ...(description === undefined ? {} : { description }) };
}

/** The line on which Enter was pressed, however it looks now. */
function isSame(one: InspectItem, other: InspectItem): boolean {
  if (other.entry !== undefined) return one.entry === other.entry;
  return one.label === other.label;
}
