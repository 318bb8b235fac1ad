import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { every, later } from '../../common/timers.ts';
import { commitAnnotation } from '../../diagnosis/impact/changes/commits.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import type { Annotation } from '../../history/ranges/annotations.ts';
import type { App } from '../connection/app.ts';
import type { Commits } from './commits.ts';

/** A change shows after an hour; it need not be told in the minute. */
const EVERY_MS = 10 * 60_000;
/** The first figures are drawn before anything is worked out. */
const AFTER_MS = 3_000;
/** What is older is no news. */
const LATELY_MS = 7 * 24 * 3600 * 1000;

/** Looks from time to time whether the saves have changed for good, and writes it beside the readings. */
export class ChangeWatch implements Disposable {
  readonly #app: App;
  readonly #commits: Commits;
  readonly #log: Log;
  readonly #changed: Emitter<undefined>;
  readonly #subscriptions: readonly Disposable[];
  #seen: HistoryStore | undefined;
  #first: Disposable | undefined;
  #newest: Annotation | undefined;
  #looking = false;

  constructor(app: App, commits: Commits, log: Log) {
    this.#app = app;
    this.#commits = commits;
    this.#log = log;
    this.#changed = new Emitter((error) => log.error(describeError(error)));
    this.#subscriptions = [
      app.onDidChange(() => {
        if (app.history === this.#seen) return;
        this.#seen = app.history;
        this.#newest = undefined;
        this.#soon();
      }),
      commits.onDidChange(() => this.#soon()),
      every(() => void this.#look(), EVERY_MS),
    ];
    this.#seen = app.history;
    this.#soon();
  }

  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  /** The newest change of the last days. */
  get newest(): Annotation | undefined {
    return this.#app.history === this.#seen ? this.#newest : undefined;
  }

  dispose(): void {
    this.#first?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #soon(): void {
    this.#first?.dispose();
    this.#first = later(() => void this.#look(), AFTER_MS);
  }

  async #look(): Promise<void> {
    const store = this.#app.history;
    if (store === undefined || this.#looking) return;
    this.#looking = true;
    try {
      const { findChanges } = await import('../../diagnosis/impact/changes/findChanges.ts');
      if (store !== this.#app.history) return;
      if (store.election.role !== 'follower')
        findChanges(store, this.#commits.all.map(commitAnnotation), new Date(), vscode.env.language);
      const now = Date.now();
      const newest = store
        .annotations(new Date(now - LATELY_MS), new Date(now))
        .findLast(({ kind }) => kind === 'changePoint');
      if (newest?.text === this.#newest?.text) return;
      this.#newest = newest;
      this.#changed.fire(undefined);
    } catch (error) {
      this.#log.warn(`Changes of the saves were not looked for: ${describeError(error)}`);
    } finally {
      this.#looking = false;
    }
  }
}
