import { Monitor } from '../monitoring/poll/monitor.ts';
import type { MonitorParts, Reader } from '../monitoring/poll/monitorTypes.ts';
import type { HistoryStore } from './historyStore.ts';
import { sizesIn } from './sizes.ts';
import { SharedReader } from './windows/sharedReader.ts';

export interface KeptParts extends Omit<MonitorParts, 'open' | 'candidate' | 'keep' | 'sizes'> {
  readonly history: HistoryStore;
  /** Opens what it reads from, where this window is the one that reads. */
  readonly connect: () => Promise<Reader>;
}

/** A monitor that keeps what it reads in this history, and shares it with the other windows on it. */
export function keptMonitor({ history, connect, ...parts }: KeptParts): Monitor {
  return new Monitor({
    ...parts,
    open: () => SharedReader.open({ exchange: history, open: connect, log: parts.log }),
    candidate: history.election,
    keep: (snapshot) => void history.add(snapshot),
    sizes: { load: () => sizesIn(history, new Date()) },
  });
}
