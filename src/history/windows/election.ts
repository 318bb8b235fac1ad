import { randomUUID } from 'node:crypto';
import { Emitter, type Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError } from '../../common/problem.ts';
import { systemClock } from '../../monitoring/poll/clock.ts';
import type { Clock } from '../../monitoring/poll/monitorTypes.ts';
import { Timer } from '../../monitoring/poll/timer.ts';
import type { Role, Turn } from '../../monitoring/watch/exchange.ts';
import { NO_LEASE, type Lease } from '../sqlite/historyFile.ts';

/** The one row that all windows share. Both may throw what SQLite throws. */
export interface LeaseRow {
  lease(): Lease;
  replaceLease(seen: Lease, next: Lease): boolean;
}

export interface ElectionParts {
  /** Asked each time, because the file may be exchanged. */
  row(): LeaseRow;
  readonly log: Log;
  /** Milliseconds between two readings. */
  readonly everyMs: number;
  readonly clock?: Clock;
  /** Milliseconds of a clock that nobody can set. */
  readonly monotonic?: () => number;
}

/** Of an interval: how often the row is looked at; how often the holder beats; how long a beat may be missing. */
const LOOK = 0.25;
const BEAT = 0.5;
const HANGS = 1.5;
/** Who reads so many times as often as the holder takes over. */
const MORE_OFTEN = 1.5;
/** How often who follows looks at least, in milliseconds: a lease that is given back is taken within a second, however long the interval. */
const FOLLOWER_LOOKS_MS = 500;

/**
 * Elects the one window that polls, by a row in the shared file: its holder counts up a beat twice an interval. Who sees the
 * same beat for one and a half intervals, by its own monotonic clock, takes over; no clocks are compared, so that setting one
 * deposes nobody. That is within 1.75 intervals of the last beat, which leaves time for the first reading within two. Each
 * change of hands has a higher term: a holder that was stopped and wakes finds it, and has lost, before it reads or writes.
 */
export class Election implements Turn {
  readonly onDidChangeRole: Event<Role>;
  readonly #changed: Emitter<Role>;
  readonly #parts: ElectionParts;
  readonly #monotonic: () => number;
  readonly #timer: Timer;
  /** Name of this window. */
  readonly #self = randomUUID();
  #role: Role = 'none';
  #stands = false;
  #everyMs: number;
  #mine: Lease | undefined;
  /** What was seen of another holder, and when it was new. */
  #seen: Lease = NO_LEASE;
  #seenAt = -Infinity;
  #holderSince = -Infinity;
  #beatAt = -Infinity;
  #failingSince: number | undefined;

  constructor(parts: ElectionParts) {
    this.#parts = parts;
    this.#everyMs = parts.everyMs;
    this.#monotonic = parts.monotonic ?? ((): number => performance.now());
    this.#changed = new Emitter((error) => parts.log.error(describeError(error)));
    this.onDidChangeRole = this.#changed.event;
    this.#timer = new Timer(parts.clock ?? systemClock, () => this.look());
  }

  get role(): Role {
    return this.#role;
  }

  /** Milliseconds between two readings of whoever polls. */
  get everyMs(): number {
    return this.#role === 'follower' && this.#seen.every > 0 ? this.#seen.every : this.#everyMs;
  }

  /** Whether this window is to poll. */
  get polls(): boolean {
    return this.#role === 'leader' || this.#role === 'alone';
  }

  /** For how many milliseconds the window that polls has done so, as far as this one has seen. */
  get heldForMs(): number {
    return this.#monotonic() - this.#holderSince;
  }

  /** Stands for election from now on. */
  start(): void {
    if (this.#stands) return;
    this.#stands = true;
    this.#seenAt = this.#monotonic();
    this.look();
  }

  /** How often this window would read: who reads more often takes over, so that a hidden window does not slow down a visible one. */
  update(everyMs: number): void {
    this.#everyMs = everyMs;
    this.#beatAt = -Infinity;
    this.look();
  }

  /** Takes over at once, because a person has asked this window for a reading. */
  claim(): void {
    if (this.#role !== 'follower') return;
    this.#try(() => this.#take(this.#parts.row().lease()));
  }

  /**
   * Whether this window is still the one that polls: to be asked right before each reading and, inside the transaction, before
   * each write, where nothing can come in between.
   */
  confirm(): boolean {
    if (this.#role === 'alone') this.look();
    if (this.#role !== 'leader') return this.polls;
    try {
      const { holder, term } = this.#parts.row().lease();
      if (holder === this.#self && term === this.#mine?.term) return true;
    } catch (error) {
      this.#parts.log.trace(`The lease can't be read: ${describeError(error)}`);
      return true;
    }
    // The file may have been exchanged for an empty one, which nobody holds yet.
    this.look();
    return this.polls;
  }

  /** Gives the lease back, so that another window takes over at its next look. */
  stop(): void {
    this.#stands = false;
    this.#timer.cancel();
    const mine = this.#mine;
    this.#mine = undefined;
    try {
      if (mine !== undefined) this.#parts.row().replaceLease(mine, { ...mine, holder: null });
    } catch (error) {
      // The others take over as if this window had been killed.
      this.#parts.log.trace(`The lease could not be given back: ${describeError(error)}`);
    }
    this.#set('none');
  }

  dispose(): void {
    this.stop();
    this.#changed.dispose();
  }

  /** Looks at the row now; else it does so by itself: four times an interval, and twice a second while it follows. */
  look(): void {
    if (!this.#stands) return;
    this.#try(() => {
      const lease = this.#parts.row().lease();
      if (lease.holder === this.#self && lease.term === this.#mine?.term) this.#beat(lease);
      else this.#follow(lease);
    });
    // A listener may have ended it.
    if (this.#isStanding()) this.#timer.plan(this.#lookMs / 1000);
  }

  get #lookMs(): number {
    const ms = Math.min(this.everyMs, this.#everyMs) * LOOK;
    return this.#role === 'follower' ? Math.min(ms, FOLLOWER_LOOKS_MS) : ms;
  }

  #isStanding(): boolean {
    return this.#stands;
  }

  #beat(lease: Lease): void {
    this.#set('leader');
    const now = this.#monotonic();
    if (now - this.#beatAt < this.#everyMs * (BEAT - LOOK / 2)) return;
    const next: Lease = { ...lease, beat: lease.beat + 1, every: this.#everyMs };
    if (this.#parts.row().replaceLease(lease, next)) {
      this.#mine = next;
      this.#beatAt = now;
    } else {
      this.#follow(this.#parts.row().lease());
    }
  }

  #follow(lease: Lease): void {
    this.#mine = undefined;
    const now = this.#monotonic();
    const { holder, term, beat, every } = lease;
    const isOther = holder !== this.#seen.holder || term !== this.#seen.term;
    if (isOther) this.#holderSince = now;
    if (isOther || beat !== this.#seen.beat) this.#seenAt = now;
    this.#seen = lease;
    const hangs = now - this.#seenAt >= HANGS * every;
    if (holder === null || hangs || this.#everyMs * MORE_OFTEN <= every) this.#take(lease);
    else this.#set('follower');
  }

  #take(lease: Lease): void {
    const next: Lease = { holder: this.#self, term: lease.term + 1, beat: 0, every: this.#everyMs };
    if (!this.#parts.row().replaceLease(lease, next)) {
      this.#set('follower');
      return;
    }
    this.#mine = next;
    this.#beatAt = this.#monotonic();
    this.#set('leader');
  }

  /** A row that can't be used for as long as a holder may hang is no reason to stop polling. */
  #try(work: () => void): void {
    try {
      work();
      this.#failingSince = undefined;
    } catch (error) {
      const now = this.#monotonic();
      if (this.#failingSince === undefined) this.#parts.log.warn(`The lease can't be used: ${describeError(error)}`);
      this.#failingSince ??= now;
      if (now - this.#failingSince < HANGS * this.#everyMs) return;
      this.#mine = undefined;
      this.#set('alone');
    }
  }

  #set(role: Role): void {
    if (role === this.#role) return;
    this.#role = role;
    this.#parts.log.trace(`This window is now: ${role}`);
    this.#changed.fire(role);
  }
}
