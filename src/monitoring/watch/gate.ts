import { later } from '../../common/timers.ts';

/** After so long what was let through no longer keeps others waiting. */
const SLOW_MS = 2_000;

/**
 * Lets a few through at once and the others wait, first come, first served. What hangs is no longer counted after a while: it
 * holds nobody up for longer.
 */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #slowMs: number;

  constructor(atOnce: number, slowMs = SLOW_MS) {
    this.#free = atOnce;
    this.#slowMs = slowMs;
  }

  /** Answers and fails as the work does. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    let counted = true;
    const done = (): void => {
      if (!counted) return;
      counted = false;
      slow.dispose();
      this.#next();
    };
    const slow = later(done, this.#slowMs);
    try {
      return await work();
    } finally {
      done();
    }
  }

  /** The place goes to the first that waits. */
  #next(): void {
    const first = this.#waiting.shift();
    if (first === undefined) this.#free++;
    else first();
  }
}
