import { isKnown } from '../../common/measured.ts';
import type { AlertState } from '../alerts/alertTypes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Knows since when nobody looks, and since when nothing has changed: then a server that sleeps when it is left alone may do so. */
export class IdleWatch {
  #hiddenSince: Date | undefined;
  #quietSince: Date | undefined;

  visible(visible: boolean, now: Date): void {
    this.#hiddenSince = visible ? undefined : (this.#hiddenSince ?? now);
  }

  /** A reading has come: what it doesn't know may have changed. */
  read({ rates, at }: Snapshot): void {
    const isQuiet = [rates.savesPerMinute, rates.deletesPerMinute].every((rate) => isKnown(rate) && rate.value === 0);
    this.#quietSince = isQuiet ? (this.#quietSince ?? at) : undefined;
  }

  /** Monitoring begins anew. */
  forget(): void {
    this.#quietSince = undefined;
  }

  /** Whether readings may rest now. Not while an alert fires, or is about to. @param idleSeconds 0: never */
  isDue(idleSeconds: number, now: Date, alerts: readonly AlertState[]): boolean {
    if (idleSeconds <= 0 || this.#hiddenSince === undefined || this.#quietSince === undefined) return false;
    if (alerts.some(({ status }) => status === 'firing' || status === 'pending')) return false;
    const since = Math.max(this.#hiddenSince.getTime(), this.#quietSince.getTime());
    return now.getTime() - since >= idleSeconds * 1000;
  }
}
