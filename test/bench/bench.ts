import type { Major } from '../kit/binaries.ts';

/** What a part of the bench is given. */
export interface Bench {
  /** Small tables and few repetitions: to see whether it works, not for figures. */
  readonly quick: boolean;
  readonly postgres: Major;
  /** Tells what is being done, with the time since the start. */
  readonly say: (message: string) => void;
}
