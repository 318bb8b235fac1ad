import type { ReadingCost } from '../../postgres/table/readings.ts';
import type { MonitorCost } from './snapshot.ts';

/** Light readings over which the mean is taken: five minutes at 10 s. */
const MEAN_OVER = 30;
/** A longer gap between light readings than this many intervals was a pause or a suspended machine: nothing was watched. */
const GAP_INTERVALS = 3;

/** Adds up what watching costs the server. */
export class CostMeter {
  #readings = 0;
  #statements = 0;
  #serverMs = 0;
  #watchedMs = 0;
  #lastLight: Date | undefined;
  #recent: number[] = [];

  /** A light reading; `intervalSeconds` is the time until the next, which it pays for. */
  light(cost: ReadingCost, at: Date, intervalSeconds: number): void {
    const intervalMs = intervalSeconds * 1000;
    const gap = this.#lastLight === undefined ? intervalMs : at.getTime() - this.#lastLight.getTime();
    this.#watchedMs += gap > 0 && gap <= GAP_INTERVALS * intervalMs ? gap : intervalMs;
    this.#lastLight = at;
    this.#recent = [...this.#recent.slice(1 - MEAN_OVER), cost.serverMs];
    this.add(cost);
  }

  /** A reading of another kind. */
  add(cost: ReadingCost): void {
    this.#readings++;
    this.#statements += cost.statements;
    this.#serverMs += cost.serverMs;
  }

  total(intervalSeconds: number): MonitorCost {
    const recent = this.#recent;
    return {
      readings: this.#readings,
      statements: this.#statements,
      meanServerMs: recent.length === 0 ? 0 : recent.reduce((sum, ms) => sum + ms, 0) / recent.length,
      intervalSeconds,
      coreShare: this.#watchedMs === 0 ? 0 : this.#serverMs / this.#watchedMs,
    };
  }
}
