import { Problem } from '../common/problem.ts';
import { alreadyRunning, lockHolder, releaseLock, takeLock } from './cleanupLock.ts';
import { sleep } from './cleanupPause.ts';
import type { Database } from './connection.ts';

/** Problems after which the connection is gone and another may do. */
const LOST = new Set([
  'connection-lost',
  'server-unavailable',
  'server-stalled',
  'connection-refused',
  'connect-timeout',
  'host-unreachable',
  'host-lookup',
  'too-many-connections',
]);

export function isLost(error: unknown): boolean {
  return error instanceof Problem && LOST.has(error.code);
}

/** The connection of a cleanup: holds the lock, and opens another when it breaks. */
export class CleanupLine {
  #db: Database;
  readonly #given: Database;
  readonly #patienceMs: number;
  readonly #signal: AbortSignal | undefined;
  reconnects = 0;

  constructor(db: Database, patienceMs: number, signal: AbortSignal | undefined) {
    this.#db = this.#given = db;
    this.#patienceMs = patienceMs;
    this.#signal = signal;
  }

  get db(): Database {
    return this.#db;
  }

  /** @throws Problem 'cleanup-running' */
  lock(): Promise<void> {
    return takeLock(this.#db);
  }

  /**
   * Connects again and takes the lock again, trying until patience ends. @throws the Problem that remained; 'cancelled' is none: it
   * returns false
   */
  async again(problem: Problem): Promise<boolean> {
    const oldPid = this.#db.server.pid;
    const deadline = performance.now() + this.#patienceMs;
    let last: unknown = problem;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs)) {
      await sleep(waitMs, this.#signal);
      if (this.#signal?.aborted === true) return false;
      if (performance.now() > deadline) throw last;
      try {
        await this.#reopen(oldPid);
        this.reconnects++;
        return true;
      } catch (error) {
        if (!(error instanceof Problem && (isLost(error) || RETRIED.has(error.code)))) throw error;
        last = error;
      }
    }
  }

  /** Another connection without the lock, to look at what was done. @throws Problem */
  async renew(): Promise<void> {
    if (this.#db !== this.#given) await this.#db.close();
    this.#db = await this.#given.reopen();
  }

  async #reopen(oldPid: number): Promise<void> {
    await this.renew();
    const db = this.#db;
    const [state] = await db.query<{ standby: boolean }>(STANDBY, [], { what: 'Cannot go on clearing sessions' });
    if (state?.standby === true) throw notPrimaryYet();
    await takeLock(db).catch(async (error: unknown) => {
      // The server may not have noticed yet that the old connection is gone, which then holds the lock still.
      const holder = await lockHolder(db);
      if (holder?.pid !== oldPid || !holder.ours) throw error;
      await db.query(END_BACKEND, [oldPid], { what: 'Cannot end the lost connection’s backend' });
      throw await alreadyRunning(db);
    });
  }

  /** Releases the lock, and closes the connection if it is not the one that was given. */
  async close(): Promise<void> {
    // A connection that is lost by now holds no lock any more.
    await releaseLock(this.#db).catch((error: unknown) => {
      if (!isLost(error)) throw error;
    });
    if (this.#db !== this.#given) await this.#db.close();
  }
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** While a server comes back. */
const RETRIED = new Set(['cleanup-running', 'in-recovery', 'statement-timeout', 'server-error']);
const STANDBY = 'SELECT /* django-session-monitor */ pg_is_in_recovery() AS standby';
const END_BACKEND = 'SELECT /* django-session-monitor */ pg_terminate_backend($1::int)';

function notPrimaryYet(): Problem {
  return new Problem({
    code: 'in-recovery',
    what: 'Cannot go on clearing sessions',
    why: 'The server came back as a standby, which takes no writes.',
    next: 'Wait until it is promoted, or connect to the primary server.',
    transient: true,
  });
}
