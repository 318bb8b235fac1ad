import type { Disposable } from '../../../common/disposable.ts';
import { onAbort } from '../../../common/onAbort.ts';
import { Problem } from '../../../common/problem.ts';
import { every } from '../../../common/timers.ts';
import type { Database } from '../../connect/connection.ts';
import { endHolder, lockHolder, type Backend } from '../obstacles/holder.ts';
import { KEEP_EVERY_MS, keepLock, releaseLock, takeLock } from '../obstacles/lock.ts';
import { rest, settlesWithin } from '../plan/pause.ts';
import { cancellable } from '../plan/signal.ts';

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
export class CleanupConnection {
  #db: Database;
  #obeying: Database;
  readonly #given: Database;
  readonly #patienceMs: number;
  readonly #signal: AbortSignal | undefined;
  /** The session that holds the lock, or held it last. */
  #held: Backend | undefined;
  #startedAt: string | undefined;
  /** The lock was tried for: also where the answer is missing, or the statement was cancelled, it may be held. */
  #mayHold = false;
  #abortedAt: number | undefined;
  readonly #forget: () => void;
  #keeping: Disposable | undefined;
  reconnects = 0;
  /** The server has been started anew meanwhile, or recovered from a crash: commits of the last moment may be undone. */
  restarted = false;

  constructor(db: Database, patienceMs: number, signal: AbortSignal | undefined) {
    this.#db = this.#given = db;
    this.#obeying = cancellable(db, signal);
    this.#patienceMs = patienceMs;
    this.#signal = signal;
    this.#forget = onAbort(signal, () => (this.#abortedAt = performance.now()));
  }

  /** Milliseconds that are left for what is done after a cancel, whose end is promised; Infinity: it was not cancelled. */
  get msLeft(): number {
    return this.#abortedAt === undefined ? Infinity : this.#abortedAt + CANCEL_WITHIN_MS - performance.now();
  }

  /** Its statements obey the signal. */
  get db(): Database {
    return this.#obeying;
  }

  /** The same for what is asked after a cancel, which the signal would end. */
  get afterwards(): Database {
    return this.#db;
  }

  /** @throws Problem 'cleanup-running' */
  async lock(): Promise<void> {
    const { db } = this;
    this.#startedAt = (await stateOf(db)).startedAt;
    this.#mayHold = true;
    this.#held = await takeLock(db).catch((error: unknown) => {
      this.#mayHold = !(error instanceof Problem && error.code === 'cleanup-running');
      throw error;
    });
    // In a pause it says nothing else. Should it be lost, the next batch finds that out.
    this.#keeping = every(() => void keepLock(this.#db).catch(() => undefined), KEEP_EVERY_MS);
  }

  /**
   * Connects again and takes the lock again, trying until patience ends. @throws the Problem that remained; 'cancelled' is none: it
   * returns false
   */
  async again(problem: Problem): Promise<boolean> {
    const deadline = performance.now() + this.#patienceMs;
    if ((problem.cause as { code?: unknown } | undefined)?.code === CRASH) this.restarted = true;
    let last: unknown = problem;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, 2 * waitMs)) {
      await rest(waitMs, this.#signal);
      if (this.#signal?.aborted === true) return false;
      if (performance.now() > deadline) throw last;
      try {
        await this.#reopen();
        this.reconnects++;
        return true;
      } catch (error) {
        if (!(error instanceof Problem && (isLost(error) || RETRIED.has(error.code)))) throw error;
        last = error;
      }
    }
  }

  /** Another connection without the lock, to look at what was done. @throws Problem */
  async renew(signal = this.#signal): Promise<void> {
    if (this.#db !== this.#given) await this.#db.close();
    this.#db = await this.#given.reopen(signal);
    this.#obeying = cancellable(this.#db, this.#signal);
  }

  async #reopen(): Promise<void> {
    await this.renew();
    const { db } = this;
    const { standby, startedAt } = await stateOf(db);
    if (standby) throw notPrimaryYet();
    if (startedAt !== this.#startedAt) this.restarted = true;
    this.#startedAt = startedAt;
    this.#held = await takeLock(db).catch(async (error: unknown) => {
      // The server may not have noticed yet that the old connection is gone, which then holds the lock still. Only that very session is
      // ended: a process id may be another's by now, and through a pooler the session never was ours.
      const [held, holder] = [this.#held, await lockHolder(db)];
      const isOurs = held !== undefined && holder?.pid === held.pid && holder.startedAt === held.startedAt;
      if (!isOurs || !(await endHolder(db, held, this.#signal))) throw error;
      return takeLock(db);
    });
  }

  /**
   * Releases the lock, and closes the connection if it is not the one that was given. Never throws: what the cleanup did is done. A
   * connection that does not take the lock back is closed, be it the given one: the server gives the lock back then.
   */
  async close(): Promise<void> {
    this.#keeping?.dispose();
    this.#forget();
    const db = this.#db;
    const releasing = this.#mayHold ? releaseLock(db).then(yes, no) : Promise.resolve(true);
    const isReleased = (await settlesWithin(this.msLeft, releasing)) && (await releasing);
    if (isReleased && db === this.#given) return;
    const closing = db.close(); // which never throws
    if (isReleased) await closing;
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;
/** A cancel is over so soon after the abort, whatever the network does: two seconds, less the time for timers to be late. */
const CANCEL_WITHIN_MS = 1_850;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** While a server comes back. */
const RETRIED = new Set(['cleanup-running', 'in-recovery', 'statement-timeout', 'server-error']);
/** SQLSTATE crash_shutdown: another backend has crashed, and the server recovers without being started anew. */
const CRASH = '57P02';

interface ServerState {
  readonly standby: boolean;
  /** Of the postmaster. */
  readonly startedAt: string;
}

async function stateOf(db: Database): Promise<ServerState> {
  const text = `SELECT /* django-session-monitor */ pg_is_in_recovery() AS standby, extract(epoch FROM pg_postmaster_start_time())::text AS "startedAt"`;
  const [state] = await db.query<ServerState>(text, [], { what: 'Cannot go on clearing sessions' });
  return state ?? { standby: false, startedAt: '' };
}

function notPrimaryYet(): Problem {
  return new Problem({
    code: 'in-recovery',
    what: 'Cannot go on clearing sessions',
    why: 'The server came back as a standby, which takes no writes.',
    next: 'Wait until it is promoted, or connect to the primary server.',
    transient: true,
  });
}
