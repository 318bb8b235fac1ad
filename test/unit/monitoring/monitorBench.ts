import type { Log } from '../../../src/common/log.ts';
import { Problem } from '../../../src/common/problem.ts';
import type { AlertTransition } from '../../../src/monitoring/alerts/alerts.ts';
import { Monitor } from '../../../src/monitoring/poll/monitor.ts';
import type { MonitorOptions, MonitorParts, MonitorState, Reader } from '../../../src/monitoring/poll/monitorTypes.ts';
import type { DetailMetrics, ExactCounts, SessionMetrics } from '../../../src/postgres/table/readings.ts';
import { FakeClock } from './fakeClock.ts';
import { counts, detail, estimated, metrics, START, type Changes } from './samples.ts';

/** What happened, with the seconds since the start: "3 light". */
type Call = readonly [second: number, what: string];

export const REFUSED = new Problem({
  code: 'closed-port',
  what: 'Cannot connect',
  why: 'Refused.',
  next: 'Start it.',
  transient: true,
});
export const WRONG_PASSWORD = new Problem({
  code: 'wrong-password',
  what: 'Cannot connect',
  why: 'Password.',
  next: 'Correct it.',
  transient: false,
});

/** Readings that take as long as told, fail as told, and notice when two run at once. Scheduling only: nothing of PostgreSQL is pretended. */
export class Bench {
  readonly clock = new FakeClock();
  readonly calls: Call[] = [];
  readonly states: MonitorState[] = [];
  readonly transitions: AlertTransition[] = [];
  readonly logged: string[] = [];
  readonly monitor: Monitor;
  /** Seconds that a reading takes; Infinity: it never ends. */
  readonly takes = { open: 0, light: 0, detail: 0, exact: 0 };
  /** What a reading fails with. */
  readonly fails: Partial<Record<'open' | 'light' | 'detail' | 'exact', Error | undefined>> = {};
  changes: Changes = { sessions: { total: estimated(1000) } };
  running = 0;
  mostRunning = 0;
  openReaders = 0;
  #lost: ((error: unknown) => void) | undefined;

  constructor(options: Partial<MonitorOptions> = {}, parts: Partial<MonitorParts> = {}) {
    const write = (level: string) => (message: string) => void this.logged.push(`${level}: ${message}`);
    const log: Log = { trace: write('trace'), info: write('info'), warn: write('warn'), error: write('error') };
    this.monitor = new Monitor({
      open: () => this.#open(),
      options: {
        connection: { id: 'c', name: 'c', production: false },
        settings: { throttleIntervalSeconds: 900 },
        ...options,
      },
      log,
      clock: this.clock,
      random: () => 0,
      ...parts,
    });
    this.monitor.onDidChange((state) => this.states.push(state));
    this.monitor.onDidTransition((transitions) => this.transitions.push(...transitions));
  }

  get second(): number {
    return Math.round((this.clock.now().getTime() - START.getTime()) / 100) / 10;
  }

  /** The seconds at which this happened. */
  when(what: string): number[] {
    return this.calls.filter((call) => call[1] === what).map((call) => call[0]);
  }

  /** Of the state now; a string, so that one assertion does not narrow the next. */
  get kind(): string {
    return this.monitor.state.kind;
  }

  kinds(): string[] {
    return this.states.map((state) => state.kind).filter((kind, i, all) => kind !== all[i - 1]);
  }

  /** The server closes the connection. */
  loseConnection(error: unknown = REFUSED): void {
    this.#lost?.(error);
  }

  async #open(): Promise<Reader> {
    await this.#take('open', () => undefined);
    this.openReaders++;
    let isOpen = true;
    let end: (error: unknown) => void = () => undefined;
    const closed = new Promise<never>((_, reject) => (end = reject));
    closed.catch(() => undefined);
    const take = <T>(what: 'light' | 'detail' | 'exact', make: () => T): Promise<T> =>
      Promise.race([this.#take(what, make, closed), closed]);
    return {
      light: (): Promise<SessionMetrics> =>
        take('light', () => metrics({ at: this.clock.now(), roundTripMs: this.takes.light * 1000, ...this.changes })),
      detail: (): Promise<DetailMetrics> => take('detail', () => detail(this.clock.now())),
      exact: (): Promise<ExactCounts> => take('exact', () => counts({ at: this.clock.now() })),
      close: () => {
        if (isOpen) this.openReaders--;
        isOpen = false;
        this.calls.push([this.second, 'close']);
        end(new Error('closed'));
        return Promise.resolve();
      },
      onLost: (listener) => {
        this.#lost = listener;
        return { dispose: () => (this.#lost = undefined) };
      },
    };
  }

  async #take<T>(what: 'open' | 'light' | 'detail' | 'exact', make: () => T, closed?: Promise<never>): Promise<T> {
    this.calls.push([this.second, what]);
    // An opening that was given up can't be called back; only readings must not overlap.
    const counted = what === 'open' ? 0 : 1;
    this.running += counted;
    this.mostRunning = Math.max(this.mostRunning, this.running);
    try {
      const seconds = this.takes[what];
      if (seconds > 0) {
        const waiting = new Promise<void>((resolve) => {
          if (seconds < Infinity) this.clock.setTimeout(resolve, seconds * 1000);
        });
        await (closed === undefined ? waiting : Promise.race([waiting, closed]));
      }
      const failure = this.fails[what];
      if (failure !== undefined) throw failure;
      return make();
    } finally {
      this.running -= counted;
    }
  }
}
