import type { Clock, TimerHandle } from './monitorTypes.ts';

/** One timer at a time: planning again forgets what was planned. Tells how late it is, by which a suspended machine shows. */
export class Timer {
  readonly #clock: Clock;
  readonly #action: (lateSeconds: number) => void;
  #handle: TimerHandle | undefined;
  #due: Date | undefined;

  constructor(clock: Clock, action: (lateSeconds: number) => void) {
    this.#clock = clock;
    this.#action = action;
  }

  /** When it will act; undefined while nothing is planned. */
  get due(): Date | undefined {
    return this.#due;
  }

  plan(seconds: number): void {
    this.cancel();
    const due = new Date(this.#clock.now().getTime() + seconds * 1000);
    this.#due = due;
    this.#handle = this.#clock.setTimeout(() => {
      this.#handle = undefined;
      this.#due = undefined;
      this.#action((this.#clock.now().getTime() - due.getTime()) / 1000);
    }, seconds * 1000);
  }

  cancel(): void {
    this.#handle?.cancel();
    this.#handle = undefined;
    this.#due = undefined;
  }
}
