import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { SETTINGS_SECTION } from '../../contributions.ts';
import type { ThrottleState } from '../../django/throttle/throttleState.ts';
import type { App } from '../connection/app.ts';
import type { ThrottleInterval } from '../settings/throttleInterval.ts';

/** Typing goes on after a letter. */
const SETTLE_MS = 400;

/** Keeps what is known of the throttle up to date with the files and with what is typed into them. */
export class ThrottleWatch implements vscode.Disposable {
  readonly #app: App;
  readonly #log: Log;
  readonly #interval: ThrottleInterval;
  readonly #changed: Emitter<undefined>;
  readonly #subscriptions: { dispose(): unknown }[];
  #state: ThrottleState | undefined;
  #timer: Disposable | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(app: App, interval: ThrottleInterval, log: Log) {
    this.#app = app;
    this.#log = log;
    this.#interval = interval;
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
    this.#subscriptions = [
      app.onDidReadProjects(() => void this.read()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SETTINGS_SECTION}.throttleMiddleware`)) this.#soon();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.#state?.texts.has(document.uri.fsPath) === true) this.#soon();
      }),
    ];
  }

  get onDidChange(): Emitter<undefined>['event'] {
    return this.#changed.event;
  }

  get state(): ThrottleState | undefined {
    return this.#state;
  }

  /** Reads anew, with what is typed and not saved. Never rejects: what can't be read is logged and unknown. */
  read(): Promise<ThrottleState | undefined> {
    this.#timer?.dispose();
    const reading = this.#reading.then(async () => {
      try {
        this.#state = await this.#read();
      } catch (error) {
        this.#state = undefined;
        this.#log.error(`The session throttle could not be looked up: ${describeError(error)}`);
      }
      this.#interval.note(this.#state?.source?.interval?.seconds, this.#state?.savers);
      this.#changed.fire(undefined);
      return this.#state;
    });
    this.#reading = reading;
    return reading;
  }

  dispose(): void {
    this.#timer?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #soon(): void {
    this.#timer?.dispose();
    this.#timer = later(() => void this.read(), SETTLE_MS);
  }

  async #read(): Promise<ThrottleState | undefined> {
    const { project } = this.#app;
    if (project === undefined || !vscode.workspace.isTrusted) return undefined;
    const [{ readThrottleState }, { nodeFileSystem }] = await Promise.all([
      import('../../django/describe/readThrottleState.ts'),
      import('../../common/fileSystem.ts'),
    ]);
    return await readThrottleState(nodeFileSystem, project, this.#interval.optionsFor(project.root), openText);
  }
}

/** The text of a file as an editor has it; undefined: none has it open. */
export function openText(file: string): string | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file)?.getText();
}
