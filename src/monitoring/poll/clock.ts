import { later } from '../../common/timers.ts';
import type { Clock } from './monitorTypes.ts';

/** This machine's clock. Its timers stop while the machine is suspended, its `now` does not. */
export const systemClock: Clock = {
  now: () => new Date(),
  setTimeout: (callback, ms) => {
    const timer = later(callback, ms);
    return { cancel: () => timer.dispose() };
  },
};
