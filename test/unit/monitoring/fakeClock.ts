import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../../src/monitoring/poll/monitorTypes.ts';

interface Planned {
  readonly due: number;
  readonly callback: () => void;
}

/** A clock whose hours pass at once. Timers run by its monotonic time, which stands still in `suspend`, as a real machine's does. */
export class FakeClock implements Clock {
  #wall = Date.parse('2025-11-09T14:00:00Z');
  #monotonic = 0;
  readonly #planned = new Set<Planned>();

  now(): Date {
    return new Date(this.#wall);
  }

  setTimeout(callback: () => void, ms: number): { cancel: () => void } {
    const planned = { due: this.#monotonic + ms, callback };
    this.#planned.add(planned);
    return { cancel: () => void this.#planned.delete(planned) };
  }

  get timers(): number {
    return this.#planned.size;
  }

  /** Lets time pass, timer by timer, and everything that follows from each. */
  async advance(seconds: number): Promise<void> {
    await settle();
    const end = this.#monotonic + seconds * 1000;
    for (;;) {
      const next = [...this.#planned].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.#pass(next.due - this.#monotonic);
      this.#planned.delete(next);
      next.callback();
      await settle();
    }
    this.#pass(end - this.#monotonic);
    await settle();
  }

  /** Wall time passes, timers don't: the lid is closed. Negative: the clock is put back. */
  suspend(seconds: number): void {
    this.#wall += seconds * 1000;
  }

  #pass(ms: number): void {
    this.#wall += ms;
    this.#monotonic += ms;
  }
}

/** Until all promises that can be settled without a timer are. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) await setImmediate();
}
