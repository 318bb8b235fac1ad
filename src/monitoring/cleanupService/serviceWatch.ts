import type { Disposable } from '../../common/disposable.ts';
import { lastRuns } from '../../services/cleanupService/facts.ts';
import { triangulate } from '../../services/cleanupService/triangulate.ts';
import { VERDICTS, type Verdict } from '../../services/cleanupService/verdict.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Source } from '../snapshot/sources.ts';
import { DeletedCounter, type DeletionsIn } from './deletedCounter.ts';
import { ServicePoll, type PollParts } from './servicePoll.ts';
import {
  expiredBy,
  findingOf,
  NO_TABLE,
  oldestByOurClock,
  type ServiceSetup,
  type ServiceState,
  type TableEvidence,
} from './serviceState.ts';

export interface ServiceWatchParts extends PollParts {
  /** The snapshots of the session table, oldest first; undefined: it is not being read. */
  readonly snapshots: () => readonly Snapshot[] | undefined;
  readonly deletionsIn: DeletionsIn;
}

/** What is known of the cleanup service: its own words, and what the table says beside them. */
export class ServiceWatch implements Disposable, Source<Snapshot['cleanupService']> {
  readonly #parts: ServiceWatchParts;
  readonly #poll: ServicePoll;
  readonly #deleted: DeletedCounter;
  readonly #subscription: Disposable;
  #verdict: Verdict | undefined;

  constructor(parts: ServiceWatchParts) {
    this.#parts = parts;
    this.#poll = new ServicePoll(parts);
    this.#deleted = new DeletedCounter(parts.deletionsIn);
    this.#subscription = this.#poll.onDidChange(() => this.#logVerdict());
  }

  get onDidChange(): ServicePoll['onDidChange'] {
    return this.#poll.onDidChange;
  }

  /** undefined: not found yet, or the workspace is not trusted. */
  get setup(): ServiceSetup | undefined {
    return this.#poll.setup;
  }

  /** undefined: not looked at yet, or not to be looked at in Restricted Mode. */
  get state(): ServiceState | undefined {
    const { setup, reading } = this.#poll;
    if (setup === undefined || !this.#parts.trusted()) return undefined;
    const table = this.#table();
    if (reading === undefined) return { setup, table };
    const { intervalSeconds } = setup;
    // All as of the reading: a run that began since has not been seen yet, and must not seem late.
    const status = triangulate({
      now: reading.at,
      reading,
      deletedSince: table.deletedSince,
      oldestExpired: expiredBy(table.oldestExpired, reading.at),
      ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
    });
    return { setup, reading, status, table };
  }

  get current(): Snapshot['cleanupService'] {
    return findingOf(this.state);
  }

  /** Settings or compose files have changed: finds the service anew, and reads it if it is another one. */
  rebuild(): Promise<void> {
    return this.#poll.rebuild();
  }

  /** Reads it now; never rejects. */
  read(): Promise<void> {
    return this.#poll.read();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#poll.dispose();
  }

  #table(): TableEvidence {
    const snapshots = this.#parts.snapshots();
    const latest = snapshots?.at(-1);
    if (snapshots === undefined || latest === undefined) return NO_TABLE;
    const { reading } = this.#poll;
    const startedAt = reading === undefined ? undefined : lastRuns(reading).lastSuccess?.startedAt;
    return {
      deletedSince: this.#deleted.since(startedAt, snapshots),
      expired: latest.metrics.sessions.expired,
      oldestExpired: oldestByOurClock(latest),
    };
  }

  /** A change is worth a line in the log, a reading is not. */
  #logVerdict(): void {
    const status = this.state?.status;
    if (status === undefined || status.verdict === this.#verdict) return;
    this.#verdict = status.verdict;
    const next = status.next === undefined ? '' : ` ${status.next}`;
    this.#parts.log.info(`Cleanup service: ${VERDICTS[status.verdict].title}. ${status.sentence}${next}`);
  }
}
