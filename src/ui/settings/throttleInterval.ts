import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Emitter, type Event } from '../../common/events.ts';
import { filled } from '../../common/filled.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { SettingsFileOptions } from '../../django/settings/checks/settingsFile.ts';
import type { Saver } from '../../django/settings/checks/sourceChecks.ts';
import type { Connection } from '../../monitoring/watch/connection.ts';
import { folderOf, getNumber, getSetting, isSet } from './settings.ts';

/**
 * The interval of the throttle, which the monitor, the checks and rollbacks go by. What the watch of the throttle reads from the
 * source of the middleware is noted here; the interval that a person has set wins over it.
 */
export class ThrottleInterval implements Disposable {
  readonly #changed: Emitter<undefined>;
  #sourceSeconds: number | undefined;
  #savers: readonly Saver[] = [];

  constructor(log: Log) {
    this.#changed = new Emitter((error) => {
      log.error(describeError(error));
    });
  }

  /** Another one was read from the source. */
  get onDidChange(): Event<undefined> {
    return this.#changed.event;
  }

  /** As the source of the middleware has it; undefined: it says none, or has not been read. `savers`: others that save at each request. */
  note(sourceSeconds: number | undefined, savers: readonly Saver[] = []): void {
    this.#savers = savers;
    if (sourceSeconds === this.#sourceSeconds) return;
    this.#sourceSeconds = sourceSeconds;
    this.#changed.fire(undefined);
  }

  secondsOf(connection: Connection): number {
    return this.#seconds(folderOf(connection));
  }

  /** What checks and rollbacks of this file are told by the extension's settings. */
  readonly optionsFor = (file: string): SettingsFileOptions => {
    const resource = vscode.Uri.file(file);
    const middleware = filled(getSetting('throttleMiddleware', resource));
    const disabled: unknown = getSetting('disabledChecks', resource);
    const codes = Array.isArray(disabled) ? disabled.filter((code) => typeof code === 'string') : [];
    return {
      ...(middleware === undefined ? {} : { middleware }),
      intervalSeconds: this.#seconds(resource),
      without: new Set(codes),
      savers: this.#savers,
    };
  };

  dispose(): void {
    this.#changed.dispose();
  }

  /** The setting where it is set, else what was read from the source, else the setting's default. */
  #seconds(resource: vscode.Uri | undefined): number {
    const set = getNumber('throttleIntervalMinutes', resource) * 60;
    return isSet('throttleIntervalMinutes', resource) ? set : (this.#sourceSeconds ?? set);
  }
}
