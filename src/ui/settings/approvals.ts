import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { COMMANDS, SETTINGS_SECTION } from '../../contributions.ts';
import type { Wish } from '../../presentation/rows/wish.ts';
import { showWarningMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import { settingWishes, type Allowed } from './wishes.ts';

/** Both hold hashes, outside of the workspace, so that no file of it can answer for the person. */
const ALLOWED_KEY = 'allowedWishes';
const TOLD_KEY = 'toldWishes';
const REVIEW = 'Review…';

/** What this workspace wants and a person has allowed, or has yet to be asked about. */
export class Approvals implements Allowed, Disposable {
  readonly #memory: vscode.Memento;
  readonly #log: Log;
  readonly #store = new DisposableStore();
  readonly #changed: Emitter<undefined>;
  readonly #allowed: Emitter<undefined>;
  /** Those that are not of settings. */
  readonly #others = new Map<string, Wish>();
  /** Those of settings, which every draw asks for: as they were at the last look. */
  #ofSettings: readonly Wish[] = [];

  constructor(memory: vscode.Memento, log: Log) {
    this.#memory = memory;
    this.#log = log;
    const onError = (error: unknown): void => log.error(describeError(error));
    this.#changed = this.#store.add(new Emitter(onError));
    this.#allowed = this.#store.add(new Emitter(onError));
    this.#store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.look()));
    this.#store.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_SECTION)) this.look();
      }),
    );
    this.#store.add(vscode.workspace.onDidChangeWorkspaceFolders(() => this.look()));
    // Not before the activation is over: VS Code takes its time for the first look at each level of its settings.
    const first = setImmediate(() => this.look());
    this.#store.add({ dispose: () => clearImmediate(first) });
  }

  /** What waits, or what waits no longer. */
  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  /** Settings may count from now on that did not. */
  get onDidAllow(): Emitter<undefined>['event'] {
    return this.#allowed.event;
  }

  has(hash: string): boolean {
    return this.#hashes(ALLOWED_KEY).includes(hash);
  }

  get waiting(): readonly Wish[] {
    if (!vscode.workspace.isTrusted) return [];
    const all = new Map([...this.#ofSettings, ...this.#others.values()].map((wish) => [wish.hash, wish]));
    return [...all.values()].filter(({ hash }) => !this.has(hash));
  }

  /** Whether it is allowed; if not, it waits from now on. */
  want(wish: Wish): boolean {
    if (this.has(wish.hash)) return true;
    if (!this.#others.has(wish.hash)) {
      this.#others.set(wish.hash, wish);
      this.look();
    }
    return false;
  }

  async allow(wishes: readonly Wish[]): Promise<void> {
    await this.#remember(ALLOWED_KEY, wishes);
    for (const { what, line } of wishes) this.#log.info(`Allowed in this workspace: ${what}: ${line}`);
    this.#changed.fire(undefined);
    this.#allowed.fire(undefined);
  }

  /** Tells once of what is new; who says "Not now" finds it in the view. */
  look(): void {
    this.#ofSettings = settingWishes();
    this.#changed.fire(undefined);
    const notified = this.#hashes(TOLD_KEY);
    const fresh = this.waiting.filter(({ hash }) => !notified.includes(hash));
    if (fresh.length > 0) void this.#notify(fresh).catch((error: unknown) => this.#notTold(error));
  }

  dispose(): void {
    this.#store.dispose();
  }

  #notTold(error: unknown): void {
    // So VS Code ends what waits for an answer when the window closes or is loaded again: what waits is told again there.
    const isWindowGone = error instanceof Error && error.name === 'Canceled';
    if (!isWindowGone) this.#log.error(describeError(error));
  }

  async #notify(wishes: readonly Wish[]): Promise<void> {
    await this.#remember(TOLD_KEY, wishes);
    const names = wishes.map(({ what }) => what).join(', ');
    const chosen = await showWarningMessage(
      `This workspace wants what you have not allowed yet: ${names}. Nothing of it is used before you do.`,
      REVIEW,
      'Not Now',
    );
    if (chosen === REVIEW) await runCommand(COMMANDS.reviewWishes);
  }

  #hashes(key: string): readonly string[] {
    return this.#memory.get<readonly string[]>(key, []);
  }

  async #remember(key: string, wishes: readonly Wish[]): Promise<void> {
    await this.#memory.update(key, [...new Set([...this.#hashes(key), ...wishes.map(({ hash }) => hash)])]);
  }
}
