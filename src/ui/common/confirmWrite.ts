import type { Connection } from '../../monitoring/watch/connection.ts';
import { secondQuestion, type Typed, type WriteId } from '../../presentation/texts/productionQuestion.ts';
import { showInformationMessage, showInputBox, showWarningMessage } from './messages.ts';

export interface WriteQuestion<B extends string> {
  readonly question: string;
  readonly detail: string;
  /** What can be done. */
  readonly buttons: readonly B[];
  /** Buttons that do nothing by themselves, but lead elsewhere. */
  readonly harmless?: readonly B[];
  /** It loses nothing: no warning. */
  readonly mild?: boolean;
  /** Default: the name of the connection. */
  readonly typed?: Typed;
}

/**
 * The one way to ask before anything that writes to a database, ends what runs on it or loads its site: once, and for production
 * a second time, which only typing answers.
 * @param connection undefined: no database is watched
 * @returns the button; undefined: given up
 */
export async function confirmWrite<B extends string>(
  id: WriteId,
  connection: Connection | undefined,
  { question, detail, buttons, harmless = [], mild = false, typed }: WriteQuestion<B>,
): Promise<B | undefined> {
  const show = mild ? showInformationMessage : showWarningMessage;
  const chosen = await show(question, { modal: true, detail }, ...buttons, ...harmless);
  if (chosen === undefined || harmless.includes(chosen)) return chosen;
  return (await confirmTyped(id, connection, typed)) ? chosen : undefined;
}

/** The second question alone, after a first one of another kind: a preview that was applied. */
export async function confirmTyped(id: WriteId, connection: Connection | undefined, typed?: Typed): Promise<boolean> {
  const second = secondQuestion(id, connection, typed);
  if (second === undefined) return true;
  const { title, prompt, text } = second;
  const answer = await showInputBox({
    title,
    prompt,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === text ? undefined : `Type ${text} exactly.`),
  });
  return answer?.trim() === text;
}
