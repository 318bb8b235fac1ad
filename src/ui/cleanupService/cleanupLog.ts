import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { Problem } from '../../common/problem.ts';
import { CONTEXT_KEYS } from '../../contributions.ts';
import { noLog } from '../../presentation/texts/serviceProblems.ts';
import { localTime, logText } from '../../presentation/texts/serviceTexts.ts';
import type { CleanupReading, CleanupService } from '../../services/cleanupService/reading.ts';
import { aheadOrZero } from '../../services/containers/engine.ts';
import type { FollowedLog } from '../../services/containers/followLog.ts';
import { setContext } from '../common/runCommand.ts';

/** Lines from before that it begins with. */
const TAIL = 100;

/** The log of the cleanup service in an output channel, followed until it ends or is stopped; one at a time. */
export class CleanupLog implements Disposable {
  readonly #onError: (error: unknown) => void;
  #channel: vscode.OutputChannel | undefined;
  #following: AbortController | undefined;
  #service: CleanupService | undefined;

  /** `onError` is told what ended the following by itself. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  get isFollowing(): boolean {
    return this.#following !== undefined;
  }

  /** Shows the channel and follows; a log that can only be read is shown as it is now. Throws a Problem. */
  async follow(service: CleanupService, reading: CleanupReading | undefined): Promise<void> {
    const channel = (this.#channel ??= vscode.window.createOutputChannel('Django Sessions: Cleanup Service', 'log'));
    channel.show(true);
    if (this.#following !== undefined && this.#service === service) return;
    // Another service has been chosen since.
    this.stop();
    this.#service = service;
    if (service.followLog === undefined) {
      this.#showOnce(reading);
      return;
    }
    const abort = new AbortController();
    this.#set(abort);
    try {
      const followed = await service.followLog(TAIL, abort.signal);
      this.note(`Following the log of ${followed.container.name}.`);
      // Not awaited: it goes on until it is stopped.
      void this.#pump(followed, abort, aheadOf(reading));
    } catch (error) {
      this.#set(undefined);
      this.note(`The log can’t be followed. ${messageOf(error)}`);
      throw error;
    }
  }

  stop(): void {
    this.#following?.abort();
  }

  /** A line of our own, told apart from those of the service. */
  note(text: string): void {
    this.#channel?.appendLine(`${localTime(new Date())}  ── ${text}`);
  }

  dispose(): void {
    this.stop();
    this.#channel?.dispose();
    this.#channel = undefined;
  }

  async #pump(followed: FollowedLog, abort: AbortController, clockAheadMs: number): Promise<void> {
    try {
      for await (const line of followed.lines) this.#channel?.appendLine(logText(line, clockAheadMs));
      this.note(
        abort.signal.aborted
          ? 'Following was stopped.'
          : `The log has ended: ${followed.container.name} has been removed.`,
      );
    } catch (error) {
      this.note(`The log has ended. ${messageOf(error)}`);
      this.#onError(error);
    } finally {
      followed.dispose();
      if (this.#following === abort) this.#set(undefined);
    }
  }

  #showOnce(reading: CleanupReading | undefined): void {
    if (reading?.log === undefined) throw noLog();
    if (reading.log.problem !== undefined && reading.log.lines.length === 0) throw reading.log.problem;
    this.note('The last lines of the logs command, which can’t be followed:');
    for (const line of reading.log.lines) this.#channel?.appendLine(logText(line, aheadOf(reading)));
    this.note(`Read ${localTime(reading.at)}.`);
  }

  #set(following: AbortController | undefined): void {
    this.#following = following;
    setContext(CONTEXT_KEYS.followingCleanupLog, following !== undefined);
  }
}

const aheadOf = (reading: CleanupReading | undefined): number =>
  reading === undefined ? 0 : aheadOrZero(reading.clockAheadMs);

function messageOf(error: unknown): string {
  if (error instanceof Problem) return `${error.why} ${error.next}`;
  return error instanceof Error ? error.message : String(error);
}
