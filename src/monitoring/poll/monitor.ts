import type { Event } from '../../common/events.ts';
import type { Log } from '../../common/log.ts';
import { describeError, type ProblemText } from '../../common/problem.ts';
import { AlertEngine } from '../alerts/alerts.ts';
import type { AlertTransition } from '../alerts/alertTypes.ts';
import { MetricFailures } from '../metrics/guardMetric.ts';
import { METRIC_ROWS } from '../metrics/metrics.ts';
import { GrowthTracker } from '../snapshot/growth.ts';
import { RecentSnapshots } from '../snapshot/recentSnapshots.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { Cadence } from './cadence.ts';
import { systemClock } from './clock.ts';
import { IdleWatch } from './idleWatch.ts';
import { HeavyReadings } from './heavyReadings.ts';
import { logFailure, noReadingProblem, readingProblem } from './monitorProblems.ts';
import { MonitorStore, type NewState } from './monitorStore.ts';
import type { Clock, MonitorOptions, MonitorParts, MonitorState } from './monitorTypes.ts';
import { backoffSeconds } from './pacing.ts';
import { ReaderSlot } from './readerSlot.ts';
import { Schedule } from './schedule.ts';
import { isGivenUp, SerialPoll, type Run } from './serialPoll.ts';
import { SnapshotBuilder } from './snapshotBuilder.ts';

export type * from './monitorTypes.ts';

/** A timer so late tells of a suspended machine: whatever was connected then is not to be trusted. */
const SUSPENDED_SECONDS = 20;

/**
 * Watches one connection: takes readings one after the other, judges them, and tells. It is the only thing that asks
 * the database for figures. None of its methods throws or rejects; what goes wrong is in `state`.
 */
export class Monitor {
  readonly alerts: AlertEngine;
  readonly history = new RecentSnapshots();
  readonly onDidChange: Event<MonitorState>;
  readonly onDidTransition: Event<readonly AlertTransition[]>;
  readonly #store: MonitorStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #random: () => number;
  readonly #slot: ReaderSlot;
  readonly #cadence: Cadence;
  readonly #builder: SnapshotBuilder;
  readonly #heavy: HeavyReadings;
  readonly #keep: (snapshot: Snapshot) => void;
  readonly #failures: MetricFailures;
  readonly #poll: SerialPoll;
  readonly #schedule: Schedule;
  readonly #idle = new IdleWatch();
  #options: MonitorOptions;
  #attempt = 0;
  #started = false;
  #paused = false;
  #onceWhilePaused = false;
  #fresh = false;
  #disposed = false;

  constructor(parts: MonitorParts) {
    this.#options = parts.options;
    this.#log = parts.log;
    this.#clock = parts.clock ?? systemClock;
    this.#random = parts.random ?? Math.random;
    this.#keep = parts.keep ?? ((): void => undefined);
    this.alerts = parts.alerts ?? new AlertEngine();
    this.#failures = new MetricFailures(METRIC_ROWS, this.#log);
    const onError = (error: unknown): void => this.#log.error(describeError(error));
    this.#store = new MonitorStore(this.#clock, onError);
    this.onDidChange = this.#store.onDidChange;
    this.onDidTransition = this.#store.onDidTransition;
    this.#cadence = new Cadence(parts.options);
    this.#builder = new SnapshotBuilder(new GrowthTracker(parts.sizes, onError), parts.sources);
    const shared = { clock: this.#clock, log: this.#log };
    this.#slot = new ReaderSlot({ ...shared, open: () => parts.open(), onLost: (error) => this.#fail(error) });
    this.#heavy = new HeavyReadings({ ...shared, slot: this.#slot, builder: this.#builder, cadence: this.#cadence });
    this.#poll = new SerialPoll({
      clock: this.#clock,
      mayRun: () => !this.#disposed && (!this.#paused || this.#onceWhilePaused),
      run: (run) => this.#run(run),
    });
    this.#schedule = new Schedule({
      clock: this.#clock,
      cadence: this.#cadence,
      poll: this.#poll,
      candidate: parts.candidate,
      hasRates: () => this.#builder.hasRates,
      onSilence: (late) => this.#noReading(late),
    });
  }

  get state(): MonitorState {
    return this.#store.state;
  }

  start(): void {
    if (this.#started || this.#disposed) return;
    this.#started = true;
    if (this.#paused) return;
    this.#schedule.want();
    void this.#poll.request();
  }

  /** Ends the connection, so that nothing of the monitor is left on the server; the last figures stay. */
  pause(): void {
    if (!this.#paused && !this.#disposed) this.#stop({ kind: 'paused' }, 'Monitoring is paused.');
  }

  /** Until it is resumed, by wish or because somebody looks. */
  #stop(next: NewState, why: string): void {
    this.#paused = true;
    this.#onceWhilePaused = false;
    this.#poll.abort();
    this.#attempt = 0;
    this.#schedule.cancel();
    this.#schedule.leave();
    void this.#slot.abort();
    this.#store.tell(this.alerts.markUnknown(why, this.#clock.now()));
    this.#show(next);
  }

  resume(): void {
    if (!this.#paused || this.#disposed) return;
    this.#paused = false;
    this.#started = true;
    this.#builder.restartRates('Monitoring was paused.');
    this.#idle.forget();
    this.#schedule.want();
    this.#show({ kind: 'connecting' });
    void this.#poll.request();
  }

  /** Takes a reading that begins after this call, also while waiting to try again or paused; resolves when it is done or has failed. */
  async refresh(options: { readonly exact?: boolean } = {}): Promise<void> {
    if (this.#disposed) return;
    this.#started = true;
    this.#fresh = true;
    if (options.exact === true) this.#heavy.wantExact = true;
    if (this.#paused) this.#onceWhilePaused = true;
    this.#schedule.want();
    await this.#poll.request();
  }

  /** Hidden, the light reading slows down and the others rest; alerts go on, but where `idleSeconds` has all rest after a while. */
  setVisible(visible: boolean): void {
    if (this.#cadence.visible === visible) return;
    this.#cadence.visible = visible;
    this.#idle.visible(visible, this.#clock.now());
    this.#schedule.tellPace();
    if (!visible) return;
    if (this.state.kind === 'paused' && this.state.resting === true) this.resume();
    else this.#replan();
  }

  /** Takes new options while it runs; what is left out stays. */
  update(options: Partial<MonitorOptions>): void {
    if (this.#disposed) return;
    this.#options = { ...this.#options, ...options };
    this.#cadence.update(this.#options);
    this.#schedule.tellPace();
    const snapshot = this.#builder.build(this.#options, this.#cadence.lightSeconds);
    if (snapshot !== undefined) {
      this.history.add(snapshot);
      this.#keep(snapshot);
      this.#store.replaceSnapshot(snapshot);
    }
    this.#replan();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const ended = this.#poll.dispose();
    this.#schedule.cancel();
    this.#schedule.leave();
    await this.#slot.dispose();
    await ended;
    this.#store.dispose();
  }

  async #run({ signal, lateSeconds }: Run): Promise<void> {
    this.#schedule.begin();
    this.#store.trying();
    try {
      if (lateSeconds > SUSPENDED_SECONDS) await this.#wakeUp(lateSeconds);
      await this.#readAll(signal);
      if (!isGivenUp(signal)) await this.#finish();
    } catch (error) {
      if (isGivenUp(signal)) this.#log.trace(`Given up: ${describeError(error)}`);
      else this.#fail(error);
    }
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    const { lightTimeoutSeconds } = this.#cadence.intervals;
    await this.#slot.open(lightTimeoutSeconds);
    if (isGivenUp(signal)) return;
    const fresh = this.#fresh;
    this.#fresh = false;
    const metrics = await this.#slot.read('The session metrics could not be read', lightTimeoutSeconds, (reader) =>
      reader.light({ fresh }),
    );
    if (isGivenUp(signal)) return;
    // Not by this machine's clock: it may have waited for a reading of another window.
    this.#cadence.lightTook(metrics.cost.roundTripMs / 1000);
    this.#poll.countFrom(new Date(metrics.at.getTime() - metrics.cost.roundTripMs));
    this.#builder.light(metrics, this.#cadence.lightSeconds);
    this.#schedule.tellPace();
    this.#attempt = 0;
    this.#publish(true);
    await this.#heavy.take(metrics, () => {
      if (!isGivenUp(signal)) this.#publish(false);
      return !isGivenUp(signal);
    });
  }

  /** After a good run: the next one at its time, or rest again if it was one by wish in a pause. */
  async #finish(): Promise<void> {
    if (this.#paused) {
      this.#onceWhilePaused = false;
      this.#schedule.leave();
      await this.#slot.close();
    } else if (this.#idle.isDue(this.#cadence.intervals.idleSeconds, this.#clock.now(), this.alerts.states())) {
      this.#stop({ kind: 'paused', resting: true }, 'Readings rest, as nobody looks and nothing changes.');
    } else {
      this.#schedule.plan();
      if (this.#cadence.rests) await this.#slot.rest();
    }
  }

  #publish(judge: boolean): void {
    const snapshot = this.#builder.build(this.#options, this.#cadence.lightSeconds);
    if (snapshot === undefined) return;
    this.history.add(snapshot);
    this.#failures.tell(snapshot);
    this.#keep(snapshot);
    // Judged before it is drawn, so that figures and alerts on the screen belong together.
    if (judge) this.#idle.read(snapshot);
    const transitions = judge ? this.alerts.evaluate(snapshot, snapshot.at) : [];
    this.#show({ kind: this.#paused ? 'paused' : 'live' }, snapshot);
    if (judge && !this.#paused) this.#schedule.expect();
    this.#store.tell(transitions);
  }

  #fail(error: unknown): void {
    if (this.#disposed) return;
    const problem = readingProblem(error);
    // Whatever still runs has lost its connection; it must not show its figures as live.
    this.#poll.abort();
    this.#attempt++;
    this.#heavy.wantExact = false;
    this.#schedule.forget();
    void this.#slot.close();
    logFailure(this.#log, problem, this.state);
    if (this.#paused) {
      this.#onceWhilePaused = false;
      this.#schedule.leave();
      this.#show({ kind: 'paused', problem });
      return;
    }
    const failure = { attempt: this.#attempt, transient: problem.transient, visible: this.#cadence.looked };
    this.#poll.plan(backoffSeconds(failure, this.#random));
    this.#showTrouble(problem, this.#poll.due);
  }

  /** The watchdog: the state says live, but nothing has come for a while, perhaps because a reading does not end. */
  #noReading(lateSeconds: number): void {
    // After a suspension the timer of the next reading is due as well, and reconnects.
    const { state } = this;
    if (state.kind !== 'live' || lateSeconds > SUSPENDED_SECONDS) return;
    const seconds = (this.#clock.now().getTime() - state.snapshot.at.getTime()) / 1000;
    this.#showTrouble(noReadingProblem(seconds), this.#poll.due);
  }

  #showTrouble(problem: ProblemText, nextTryAt: Date | undefined): void {
    const kind = this.state.snapshot !== undefined && problem.transient ? 'stale' : 'failed';
    const transitions = this.alerts.markUnknown(`There is no new reading: ${problem.why}`, this.#clock.now());
    this.#show({ kind, problem, ...(nextTryAt === undefined ? {} : { nextTryAt }) });
    this.#store.tell(transitions);
  }

  async #wakeUp(lateSeconds: number): Promise<void> {
    this.#log.info(`The machine was suspended for about ${String(Math.round(lateSeconds))} s; connecting again`);
    this.#schedule.forget();
    this.#builder.restartRates('The machine was suspended.');
    // What happened meanwhile is not known, so it must not count towards the time of a rule.
    this.#store.tell(this.alerts.markUnknown('The machine was suspended.', this.#clock.now()));
    this.#attempt = 0;
    this.#show({ kind: 'connecting' });
    await this.#slot.close();
  }

  /** Something that the plan rests on has changed; while a reading runs, its end plans. */
  #replan(): void {
    if (!this.#disposed && !this.#poll.isRunning && this.state.kind === 'live') this.#schedule.plan();
  }

  #show(next: NewState, snapshot?: Snapshot): void {
    this.#store.show(next, this.#attempt, this.#heavy.problems, snapshot);
  }
}
