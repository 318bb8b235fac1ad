import { Emitter, type Event } from '../../common/events.ts';
import type { AlertTransition } from '../alerts/alertTypes.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Clock, MonitorState, PartialProblem } from './monitorTypes.ts';

type Common = 'since' | 'snapshot' | 'attempt' | 'partial';
/** A state without what is the same for all of them. */
export type NewState = {
  readonly [K in MonitorState['kind']]: Omit<Extract<MonitorState, { kind: K }>, Common>;
}[MonitorState['kind']];

/** Holds the state of a monitor and tells of its changes. */
export class MonitorStore {
  readonly onDidChange: Event<MonitorState>;
  readonly onDidTransition: Event<readonly AlertTransition[]>;
  readonly #changed: Emitter<MonitorState>;
  readonly #transitions: Emitter<readonly AlertTransition[]>;
  readonly #clock: Clock;
  #state: MonitorState;

  constructor(clock: Clock, onError: (error: unknown) => void) {
    this.#clock = clock;
    this.#changed = new Emitter(onError);
    this.#transitions = new Emitter(onError);
    this.onDidChange = this.#changed.event;
    this.onDidTransition = this.#transitions.event;
    this.#state = { kind: 'connecting', since: clock.now(), attempt: 0, partial: [] };
  }

  get state(): MonitorState {
    return this.#state;
  }

  /** `snapshot`: the one to show from now on; the last one stays without it. */
  show(next: NewState, attempt: number, partial: readonly PartialProblem[], snapshot?: Snapshot): void {
    const shown = snapshot ?? this.#state.snapshot;
    const since = next.kind === this.#state.kind ? this.#state.since : this.#clock.now();
    // `live` and `stale` are only shown with a snapshot; the type can't follow that through the union.
    this.#set({
      ...next,
      since,
      attempt,
      partial,
      ...(shown === undefined ? {} : { snapshot: shown }),
    } as MonitorState);
  }

  /** The same state with another snapshot: the options that it was made with have changed. */
  replaceSnapshot(snapshot: Snapshot): void {
    this.#set({ ...this.#state, snapshot });
  }

  /** Waiting is over, the next attempt is being made. */
  trying(): void {
    const state = this.#state;
    if ((state.kind !== 'stale' && state.kind !== 'failed') || state.nextTryAt === undefined) return;
    const { nextTryAt: _, ...trying } = state;
    this.#set(trying);
  }

  tell(transitions: readonly AlertTransition[]): void {
    if (transitions.length > 0) this.#transitions.fire(transitions);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#transitions.dispose();
  }

  #set(state: MonitorState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
