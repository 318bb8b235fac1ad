import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import type { Log } from '../../common/log.ts';
import { problemLine, type ProblemText } from '../../common/problem.ts';
import { COMMANDS } from '../../contributions.ts';
import type { HistorySource } from '../../history/historySource.ts';
import type { HistoryStore } from '../../history/historyStore.ts';
import { RETENTION, type Level } from '../../history/levels/retention.ts';
import { isSame, type Annotation } from '../../history/ranges/annotations.ts';
import type { Extent } from '../../history/ranges/extent.ts';
import type { RangeData, RangeQuery } from '../../history/ranges/rangeData.ts';
import type { AlertTransition } from '../../monitoring/alerts/alertTypes.ts';
import { alertAnnotation, operationAnnotations } from '../../presentation/operations/operationAnnotations.ts';
import type { Operations } from '../../presentation/operations/operationRows.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { runCommand } from '../common/runCommand.ts';
import type { App } from '../connection/app.ts';

/** An alert that was told so long ago, or before a time in which nobody watched, is news again. */
const NEWS_MS = 12 * 3600 * 1000;

const SHOW_LOG = 'Show Log';
const SHOW_FOLDER = 'Reveal Folder';

/** The history of the connection that is watched: what the charts read, and what is written beside the readings. */
export class History implements HistorySource, vscode.Disposable {
  readonly #app: App;
  readonly #log: Log;
  /** What was written of operations, by store: texts change when more becomes known. */
  readonly #written = new WeakMap<HistoryStore, Annotation[]>();
  /** Codes of problems that were told in this window: the tree goes on showing them. */
  readonly #notified = new Set<string>();
  readonly #subscriptions: Disposable[];
  #seen: HistoryStore | undefined;

  constructor(app: App, log: Log) {
    this.#app = app;
    this.#log = log;
    this.#subscriptions = [app.onDidChange(() => this.#look())];
  }

  get store(): HistoryStore | undefined {
    return this.#app.history;
  }

  readRange(query: RangeQuery): RangeData {
    const nothing = (metricId: string): RangeData['series'][number] => ({ metricId, min: [], mean: [], max: [] });
    return this.store?.readRange(query) ?? { at: [], stepMs: 0, series: query.metricIds.map(nothing) };
  }

  annotations(from: Date, to: Date): readonly Annotation[] {
    return this.store?.annotations(from, to) ?? [];
  }

  extent(): Extent | undefined {
    return this.store?.extent();
  }

  levelAt(at: Date): Level {
    return this.store?.levelAt(at) ?? RETENTION[0];
  }

  /** Writes down what has been done, whatever was written of it before. */
  write(operations: Operations): void {
    const { store } = this;
    if (store === undefined) return;
    const written = this.#written.get(store) ?? [];
    const changed = operationAnnotations(operations).filter(
      (one) => !written.some((other) => isSame(one, other) && one.text === other.text),
    );
    if (changed.length === 0) return;
    for (const annotation of changed) store.annotate(annotation);
    this.#written.set(store, [...written.filter((one) => !changed.some((other) => isSame(one, other))), ...changed]);
  }

  /**
   * Writes down alerts that fire or clear, and gives back the transitions that no window has told yet: all of them see the
   * same readings, and one notification is enough.
   */
  news(transitions: readonly AlertTransition[], store: HistoryStore): readonly AlertTransition[] {
    return transitions.filter((transition) => {
      const annotation = alertAnnotation(transition);
      return annotation === undefined || isNews(store, annotation);
    });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.dispose();
  }

  #look(): void {
    const { store } = this;
    if (store === this.#seen) return;
    this.#seen = store;
    if (store === undefined) return;
    this.#tell(store.notice, store);
    this.#tell(store.problem, store);
    // Both end with the store.
    store.onDidNotice((notice) => this.#tell(notice, store));
    store.onDidChangeProblem((problem) => this.#tell(problem, store));
  }

  /** Each once: one that comes and goes, such as a full disk, must not be told every minute. */
  #tell(problem: ProblemText | undefined, store: HistoryStore): void {
    if (problem === undefined) return;
    const known = `${problem.code} ${store.path ?? ''}`;
    if (this.#notified.has(known)) return;
    this.#notified.add(known);
    this.#log.warn(problemLine(problem));
    void this.#show(problem, store.folder);
  }

  async #show(problem: ProblemText, folder: string): Promise<void> {
    const show = problem.code === 'history-no-sqlite' ? showInformationMessage : showWarningMessage;
    const chosen = await show(problemLine(problem), SHOW_FOLDER, SHOW_LOG);
    if (chosen === SHOW_LOG) await runCommand(COMMANDS.showLog);
    if (chosen === SHOW_FOLDER) await vscode.env.openExternal(vscode.Uri.file(folder));
  }
}

/** Stores it if it is: if the last that is known of its rule is something else, or nobody has watched since. */
function isNews(store: HistoryStore, annotation: Annotation): boolean {
  const since = new Date(annotation.at.getTime() - NEWS_MS);
  return store.annotateUnless(annotation, since, (earlier) => {
    const last = earlier.findLast(({ kind, data }) => kind === 'gap' || isOfRule(data, annotation.data));
    return last?.kind === annotation.kind;
  });
}

function isOfRule(data: unknown, of: unknown): boolean {
  return data !== undefined && JSON.stringify(data) === JSON.stringify(of);
}
