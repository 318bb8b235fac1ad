import { basename } from 'node:path';
import * as vscode from 'vscode';
import { Problem } from '../../common/problem.ts';
import { CONTEXT_KEYS } from '../../contributions.ts';
import { withProgress } from '../common/messages.ts';
import { runCommand, setContext } from '../common/runCommand.ts';

export const PREVIEW_SCHEME = 'django-session-monitor';

/** A change of one file as it is shown: all of its text before and after. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A change that is shown and waits to be applied or discarded. */
export interface PendingChange {
  readonly title: string;
  /** What it does and where, a sentence. */
  readonly summary: string;
  readonly changes: readonly FileChange[];
  readonly apply: () => Promise<void>;
}

/** Shows a change as a diff of the file itself against what it would become; one at a time, and nothing is written meanwhile. */
export class ChangePreview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #subscriptions: { dispose(): unknown }[] = [];
  readonly #onDidChange = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#onDidChange.event;
  #pending: PendingChange | undefined;
  #settle: () => void = () => undefined;
  #count = 0;

  constructor() {
    this.#subscriptions.push(
      this.#onDidChange,
      vscode.workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (this.#pending !== undefined && closed.some((tab) => this.#isOurs(tab))) this.#forget();
      }),
    );
  }

  get pending(): PendingChange | undefined {
    return this.#pending;
  }

  async show(change: PendingChange): Promise<void> {
    await this.discard();
    this.#pending = change;
    this.#offer(change);
    this.#count++;
    setContext(CONTEXT_KEYS.pendingChange, true);
    const pairs = change.changes.map(({ file }) => [vscode.Uri.file(file), this.#uriOf(file)] as const);
    const [first] = pairs;
    if (first === undefined) throw new Error('A change of no file');
    const title = titleOf(change);
    if (pairs.length === 1) {
      await runCommand('vscode.diff', first[0], first[1], title, { preview: false });
    } else {
      const resources = pairs.map(([file, preview]) => [file, file, preview] as const);
      await runCommand('vscode.changes', title, resources);
    }
  }

  /** Says what is waited for, as long as it is; Cancel discards. */
  #offer({ title, summary }: PendingChange): void {
    const settled = new Promise<void>((resolve) => {
      this.#settle = resolve;
    });
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void withProgress(options, (progress, token) => {
      progress.report({
        message: `${summary} Read the change, then apply it: the check mark above it, or Ctrl+Enter.`,
      });
      token.onCancellationRequested(() => void this.discard());
      return settled;
    });
  }

  /** Applies what is shown; the change itself looks whether the files are still as they were. */
  async apply(): Promise<void> {
    const pending = this.#pending;
    if (pending === undefined) throw NOTHING_SHOWN;
    await pending.apply();
  }

  /** Takes the preview away; the files are as they were. */
  async discard(): Promise<void> {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => this.#isOurs(tab));
    this.#forget();
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    // An editor that VS Code has opened again after a reload shows a change that nobody waits for any more.
    return this.#pending?.changes.find(({ file }) => this.#uriOf(file).toString() === uri.toString())?.after ?? '';
  }

  dispose(): void {
    this.#forget();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Each preview has a URI of its own: VS Code would show the text of an earlier one. */
  #uriOf(file: string): vscode.Uri {
    return vscode.Uri.file(file).with({ scheme: PREVIEW_SCHEME, query: String(this.#count) });
  }

  #isOurs({ input, label }: vscode.Tab): boolean {
    if (input instanceof vscode.TabInputTextDiff) return input.modified.scheme === PREVIEW_SCHEME;
    // The API does not say what the editor of several files shows: it is known by its title.
    return this.#pending !== undefined && label.startsWith(titleOf(this.#pending));
  }

  #forget(): void {
    this.#pending = undefined;
    this.#settle();
    setContext(CONTEXT_KEYS.pendingChange, false);
  }
}

function titleOf({ title, changes }: PendingChange): string {
  return `${title}: ${changes.map(({ file }) => basename(file)).join(', ')} (preview)`;
}

const NOTHING_SHOWN = new Problem({
  code: 'no-preview',
  what: 'There is no change to apply',
  why: 'No preview is open.',
  next: 'Start a rollback or a restore first; it shows its change, and waits.',
  transient: false,
});
