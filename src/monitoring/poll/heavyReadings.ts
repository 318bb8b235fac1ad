import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import type { SessionMetrics } from '../../postgres/table/readings.ts';
import type { Cadence } from './cadence.ts';
import { readingProblem } from './monitorProblems.ts';
import type { Clock, PartialProblem } from './monitorTypes.ts';
import type { ReaderSlot } from './readerSlot.ts';
import type { SnapshotBuilder } from './snapshotBuilder.ts';

export interface HeavyParts {
  readonly slot: ReaderSlot;
  readonly builder: SnapshotBuilder;
  readonly cadence: Cadence;
  readonly clock: Clock;
  readonly log: Log;
}

/** The detail and the exact reading, when they are due after a light one. Their failures leave the rest live. */
export class HeavyReadings {
  /** An exact reading is wanted, whatever its budget says. */
  wantExact = false;
  readonly #parts: HeavyParts;
  readonly #problems = new Map<PartialProblem['reading'], PartialProblem>();

  constructor(parts: HeavyParts) {
    this.#parts = parts;
  }

  get problems(): readonly PartialProblem[] {
    return [...this.#problems.values()];
  }

  /**
   * Takes what is due. `done` is called after each and says whether to go on. Rejects only when the connection was
   * lost, which is not a problem of one reading.
   */
  async take(light: SessionMetrics, done: () => boolean): Promise<void> {
    const { cadence, clock, builder } = this.#parts;
    if (cadence.isDetailDue(clock.now())) {
      await this.#one('detail', async (slot, seconds) => {
        const detail = await slot.read('The details could not be read', seconds, (reader) => reader.detail());
        return () => builder.detail(detail);
      });
      if (!done()) return;
    }
    if (this.wantExact || (cadence.isExactDue(clock.now()) && !isExact(light))) {
      this.wantExact = false;
      await this.#one('exact', async (slot, seconds) => {
        const exact = await slot.read('The sessions could not be counted', seconds, (reader) => reader.exact());
        return () => builder.exact(exact);
      });
      done();
    }
  }

  async #one(
    reading: 'detail' | 'exact',
    read: (slot: ReaderSlot, timeoutSeconds: number) => Promise<() => void>,
  ): Promise<void> {
    const { slot, cadence, clock, log } = this.#parts;
    // The reading before may have timed out and taken the connection with it; the next run opens a new one.
    if (!slot.isOpen()) return;
    const from = clock.now();
    try {
      const keep = await read(slot, cadence.intervals.heavyTimeoutSeconds);
      keep();
      this.#problems.delete(reading);
    } catch (error) {
      const problem = readingProblem(error);
      if (!slot.isOpen() && problem.code !== 'reading-timeout') throw error;
      const known = this.#problems.get(reading);
      if (known?.problem.code !== problem.code) log.warn(describeError(error));
      this.#problems.set(reading, { reading, problem, since: known?.since ?? clock.now() });
    }
    const seconds = Math.max(0, (clock.now().getTime() - from.getTime()) / 1000);
    if (reading === 'detail') cadence.detailTook(clock.now(), seconds);
    else cadence.exactTook(clock.now(), seconds);
  }
}

/** Nothing would be learned by counting what the light reading has counted already. */
function isExact({ sessions }: SessionMetrics): boolean {
  return [sessions.total, sessions.active, sessions.expired].every((count) => count.how === 'exact');
}
