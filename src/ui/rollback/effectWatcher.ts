import * as vscode from 'vscode';
import type { Disposable } from '../../common/disposable.ts';
import { every } from '../../common/timers.ts';
import { EffectWatch, type EffectVerdict, type ExpectedEffect } from '../../monitoring/snapshot/effectWatch.ts';
import { effectText } from '../../presentation/texts/effectSummary.ts';
import { showInformationMessage, showWarningMessage } from '../common/messages.ts';
import type { App } from '../connection/app.ts';
import { getNumber } from '../settings/settings.ts';

/** Snapshots of this time before the change are what it is compared with. */
const BASELINE_MS = 10 * 60_000;
/** When no snapshot comes any more, the time runs out all the same. */
const TICK_MS = 5_000;

interface Watched {
  readonly watch: EffectWatch;
  readonly expected: ExpectedEffect;
  readonly onVerdict: (verdict: EffectVerdict) => Promise<void>;
}

/** Follows the readings after a rollback or a restore, and tells whether the rate of saves went where it should. */
export class EffectWatcher implements vscode.Disposable {
  readonly #app: App;
  readonly #subscription: { dispose(): void };
  #watched: Watched | undefined;
  #timer: Disposable | undefined;

  constructor(app: App) {
    this.#app = app;
    this.#subscription = app.onDidChange(() => {
      this.#look(new Date());
    });
  }

  /** Watches one change that takes effect now; one that is still being watched is let go without a verdict. */
  start(expected: ExpectedEffect, onVerdict: Watched['onVerdict']): void {
    this.#stop();
    if (this.#app.active === undefined) return;
    const from = new Date();
    const before = this.#app.monitor.history.since(new Date(from.getTime() - BASELINE_MS));
    const waitSeconds = getNumber('effectWaitMinutes', 'window') * 60;
    this.#watched = { watch: new EffectWatch({ expected, before, from, waitSeconds }), expected, onVerdict };
    this.#timer = every(() => {
      this.#look(new Date());
    }, TICK_MS);
  }

  dispose(): void {
    this.#stop();
    this.#subscription.dispose();
  }

  #look(now: Date): void {
    const watched = this.#watched;
    if (watched === undefined) return;
    const { state } = this.#app;
    const snapshot = state.kind === 'connected' && state.monitor.kind === 'live' ? state.monitor.snapshot : undefined;
    const verdict = (snapshot === undefined ? undefined : watched.watch.take(snapshot)) ?? watched.watch.expire(now);
    if (verdict === undefined) return;
    this.#stop();
    void watched.onVerdict(verdict);
    notifyEffect(verdict, watched);
  }

  #stop(): void {
    this.#timer?.dispose();
    this.#watched = undefined;
  }
}

function notifyEffect(verdict: EffectVerdict, { expected }: Watched): void {
  const text = effectText(verdict, expected);
  if (verdict.kind === 'moved') void showInformationMessage(text);
  else void showWarningMessage(text);
}
