import type { Exchange, SharedApplication } from '../watch/exchange.ts';

/** So many intervals without a word from the window that reads, and each reads for itself. */
const WAIT_INTERVALS = 2;

export interface FromOther {
  /** wait: it may still tell. nothing: it reads another application, or none. */
  readonly taken: SharedApplication | 'wait' | 'nothing';
  /** Milliseconds since the epoch from which on there was nothing to take. */
  readonly silentSince?: number;
}

/** What the window that reads has told of the same application. */
export function takeShared(exchange: Exchange, key: string, now: number, untoldSince: number | undefined): FromOther {
  const { everyMs } = exchange.election;
  const found = exchange.shared('application');
  if (found?.value.key === key && now - found.at <= WAIT_INTERVALS * Math.max(found.value.everyMs, everyMs))
    return { taken: found.value };
  const since = untoldSince ?? now;
  return { taken: now - since <= WAIT_INTERVALS * everyMs ? 'wait' : 'nothing', silentSince: since };
}
