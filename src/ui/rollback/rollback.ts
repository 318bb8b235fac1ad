import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Log } from '../../common/log.ts';
import { Problem } from '../../common/problem.ts';
import { COMMANDS, SETTINGS_SECTION } from '../../contributions.ts';
import { expectedWrites, type SavePolicy } from '../../django/throttle/expectedWrites.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import { ACTION_NAMES, type RestartRecord, type RollbackRecord } from '../../presentation/texts/rollbackTypes.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import { showPlace } from '../common/showPlace.ts';
import { runCommand } from '../common/runCommand.ts';
import { showProblem } from '../common/showProblem.ts';
import type { App } from '../connection/app.ts';
import type { ThrottleInterval } from '../settings/throttleInterval.ts';
import { ChangePreview } from './changePreview.ts';
import { EffectWatcher } from './effectWatcher.ts';
import type { RollbackDone, RollbackRequest } from './rollbackFlow.ts';
import { RollbackHistory } from './rollbackHistory.ts';
import { ThrottleWatch } from './throttleWatch.ts';
import { undoChanges } from './undoChanges.ts';

const RESTART = 'Restart Application…';
/** Some applications restart by themselves, and others by means that the extension does not know. */
const RESTARTED = 'It Has Restarted';
const UNDO = 'Undo';

/** Everything about the throttle in one place: what is known of it, and rolling back, restoring, restarting, watching. */
export class Rollback implements vscode.Disposable {
  readonly watch: ThrottleWatch;
  readonly preview = new ChangePreview();
  readonly history: RollbackHistory;
  readonly #effect: EffectWatcher;
  readonly #app: App;
  readonly #interval: ThrottleInterval;
  readonly #log: Log;

  constructor(app: App, context: vscode.ExtensionContext, interval: ThrottleInterval, log: Log) {
    this.watch = new ThrottleWatch(app, interval, log);
    this.history = new RollbackHistory(context.workspaceState, context.storageUri, context.secrets, log);
    this.#effect = new EffectWatcher(app);
    this.#app = app;
    this.#interval = interval;
    this.#log = log;
    this.watch.onDidChange(() => {
      if ((this.watch.state?.likely ?? []).length > 0) void this.#offer(context.workspaceState);
    });
  }

  async #offer(memory: vscode.Memento): Promise<void> {
    try {
      const { offerLikelyThrottle } = await import('./chooseThrottle.ts');
      await offerLikelyThrottle(this.watch.state, memory);
    } catch (error) {
      void showProblem(error, this.#log);
    }
  }

  async start(request: RollbackRequest): Promise<void> {
    const { startRollback } = await import('./rollbackFlow.ts');
    const { watch, preview, history } = this;
    return startRollback(
      {
        watch,
        preview,
        history,
        options: this.#interval.optionsFor,
        policy: () => policyOf(watch.state),
        connection: () => this.#app.active,
        onApplied: (done) => this.#applied(done),
      },
      request,
    );
  }

  /** Restarts the application by its command, after asking; what is being watched begins to count from its end. */
  async restart(): Promise<void> {
    const { restartApplication } = await import('./restartApplication.ts');
    const restart = await restartApplication(this.watch.state?.project.root, this.#app.active);
    if (restart === undefined) return;
    const { command, exitCode } = restart;
    this.#log.info(`Restarted the application: ${command.join(' ')}: exit code ${String(exitCode ?? 'unknown')}`);
    if (exitCode === 0) await this.#restarted(restart);
  }

  /** The changes since the last restart take effect from now on: whether they do is watched in the rate of saves. */
  async #restarted(restart: RestartRecord): Promise<void> {
    const pending = this.history.pending;
    const [newest] = pending;
    const oldest = pending.at(-1);
    for (const { id } of pending) await this.history.update(id, { restart });
    if (newest === undefined || oldest === undefined) return;
    const expected = expectedWrites(oldest.before, newest.after);
    if (expected === undefined) return;
    this.#effect.start(expected, (effect) => this.history.update(newest.id, { effect }));
  }

  /** Opens the settings where the throttle stands. */
  async openSettings(): Promise<void> {
    const place = (await this.watch.read())?.throttle.place;
    if (place === undefined) throw NOWHERE;
    await showPlace(place.file, place.from, place.to);
  }

  /** Opens the source of the middleware class. */
  async openSource(): Promise<void> {
    const source = (await this.watch.read())?.source;
    if (source === undefined) throw NO_SOURCE;
    await showPlace(source.file, source.from, source.to);
  }

  dispose(): void {
    this.#effect.dispose();
    this.watch.dispose();
    this.preview.dispose();
    this.history.dispose();
  }

  async #applied(done: RollbackDone): Promise<void> {
    const { action, origin, middleware, before, changes, applied } = done;
    const files = changes.map(({ file }) => file);
    const after = policyOf(await this.watch.read());
    const record: RollbackRecord = {
      id: randomUUID(),
      at: new Date().toISOString(),
      action,
      origin,
      middleware,
      files,
      before,
      after,
    };
    await this.history.add(record, new Map(changes.map((change) => [change.file, change.before])));
    this.#log.info(`${ACTION_NAMES[action].title} of ${middleware} from the ${origin} in ${files.join(', ')}`);
    void this.#notify(done, record.id, applied.unsaved);
  }

  async #notify({ action, changes, inUse }: RollbackDone, id: string, unsaved: readonly string[]): Promise<void> {
    const where = changes.map(({ file }) => vscode.workspace.asRelativePath(file, false)).join(' and ');
    const saved = unsaved.length === 0 ? '' : ' It could not be saved: save the file before you restart.';
    const effect = inUse
      ? 'It takes effect when the application has been restarted.'
      : 'The project does not use this file now.';
    const text = `${ACTION_NAMES[action].done} in ${where}. ${effect}${saved}`;
    const show = unsaved.length === 0 ? showInformationMessage : showWarningMessage;
    const chosen = await show(text, ...(inUse ? [RESTART, RESTARTED] : []), UNDO);
    if (chosen === RESTART) await runCommand(COMMANDS.restartApplication);
    if (chosen === RESTARTED) await this.#restarted({ command: [], at: new Date().toISOString() });
    if (chosen !== UNDO) return;
    try {
      await undoChanges(changes);
      await this.history.update(id, { undone: true });
    } catch (error) {
      void showProblem(error, this.#log);
    }
  }
}

/** Absent means Django's default, False. */
function policyOf(state: ThrottleState | undefined): SavePolicy {
  if (state === undefined) return {};
  const { saveEveryRequest, state: throttle } = state.throttle;
  const everyRequest = saveEveryRequest === undefined ? false : saveEveryRequest.value;
  return {
    ...(throttle === 'unknown' ? {} : { throttled: throttle === 'on' }),
    ...(everyRequest === undefined ? {} : { everyRequest }),
  };
}

const NOWHERE = new Problem({
  code: 'throttle-missing',
  what: 'There is no session throttle to open',
  why: 'No settings file of the project lists the middleware.',
  next: `Name your middleware class in the setting ${SETTINGS_SECTION}.throttleMiddleware.`,
  transient: false,
});

const NO_SOURCE = new Problem({
  code: 'throttle-source-missing',
  what: 'The source of the session throttle cannot be opened',
  why: 'The middleware is listed in no settings file, or its module is not a file of this project.',
  next: 'If it comes from an installed package, open it with your Python extension.',
  transient: false,
});
