import type { Disposable } from '../../common/disposable.ts';
import { later } from '../../common/timers.ts';
import type { ChartNote, HistoryName, ToDashboard, ToHost } from '../protocol/protocol.ts';
import { RangeStore } from './rangeStore.ts';

type Message<T extends ToDashboard['type']> = Extract<ToDashboard, { type: T }>;
type Range = Extract<ToHost, { type: 'range' }>;

export interface RangesParts {
  readonly post: (message: ToHost) => void;
  /** What is in view and how many points there is room for; undefined: nothing can be shown yet. */
  readonly inView: () => Pick<Range, 'from' | 'to' | 'maxPoints'> | undefined;
  /** Whether what is in view goes on. */
  readonly isLive: () => boolean;
}

/** Where the curves of one chart come from. */
export interface Origin {
  readonly store: RangeStore;
  /** It is this editor's own. */
  readonly isOwn: boolean;
  /** '' where it goes without saying. */
  readonly note: string;
  /** The source could not be asked for now: these are the curves of before. */
  readonly isOld: boolean;
}

interface RangeFacts {
  readonly source: HistoryName;
  readonly note: string;
  readonly isOld: boolean;
}

const NAMES = ['store', 'prometheus'] as const satisfies readonly HistoryName[];
/** Prometheus is asked for something new no more often than this. */
const SOONEST_MS = 15_000;
const WAITING: RangeFacts = { source: 'prometheus', note: 'Waiting for Prometheus…', isOld: false };
const OWN: RangeFacts = { source: 'store', note: '', isOld: false };

/**
 * Asks the host for what is in view, and keeps what it sends: of this editor's own history and of Prometheus each for itself,
 * so that neither waits for the other. Prometheus is asked again by and by, as nothing tells when it has something new.
 */
export class Ranges {
  readonly #parts: RangesParts;
  readonly #stores: Readonly<Record<HistoryName, RangeStore>> = {
    store: new RangeStore(),
    prometheus: new RangeStore(),
  };
  #before: ReadonlyMap<string, number | null> = new Map();
  readonly #facts = new Map<string, RangeFacts>();
  /** Number of the last question to each, and of the last one that was answered to its end. */
  readonly #asked: Record<HistoryName, number>;
  readonly #ended: Record<HistoryName, number> = { store: 0, prometheus: 0 };
  #last: number;
  /** Whether any curves have come: until then there is nothing to draw. */
  hasHeard = false;
  #again: Disposable | undefined;

  /** @param asked number of the question that has been asked already; 0: none */
  constructor(parts: RangesParts, asked = 0) {
    this.#parts = parts;
    this.#last = asked;
    this.#asked = { store: asked, prometheus: asked };
  }

  /** Of this editor's own history, which readings are added to. */
  get own(): RangeStore {
    return this.#stores.store;
  }

  /** Whether an answer is still to come. */
  get isAsking(): boolean {
    return NAMES.some((name) => this.#ended[name] < this.#asked[name]);
  }

  /** How far back the history goes that all charts have; null: unknown, or there is none. */
  get extent(): RangeStore['extent'] {
    return [...this.#facts.values()].some(({ source }) => source === 'prometheus') ? null : this.own.extent;
  }

  of(chart: string): Origin {
    const { source, note, isOld } = this.#facts.get(chart) ?? OWN;
    return { store: this.#stores[source], isOwn: source === 'store', note, isOld };
  }

  ask(of: Range['of'] = 'all'): void {
    const inView = this.#parts.inView();
    if (inView === undefined) return;
    const request = ++this.#last;
    if (of !== 'prometheus') this.#asked.store = request;
    if (of !== 'store') {
      this.#asked.prometheus = request;
      this.#again?.dispose();
    }
    this.#parts.post({ type: 'range', request, of, ...inView });
  }

  /** False: another range has been asked for since. `charts` are all that there are. */
  heardData(message: Message<'data'>, charts: readonly string[]): boolean {
    const { request, source } = message;
    if (request !== this.#asked[source]) return false;
    this.hasHeard = true;
    this.#stores[source].replace(message);
    this.#note(source, false, message.charts);
    if (source === 'prometheus') return true;
    // What this editor is not asked for is still to come.
    const own = new Set(message.charts.map(({ id }) => id));
    for (const id of charts)
      if (!own.has(id) && this.#facts.get(id)?.source !== 'prometheus') this.#facts.set(id, WAITING);
    return true;
  }

  heardBefore({ request, means }: Message<'before'>): void {
    if (request === this.#asked.store) this.#before = new Map(means.map(({ metricId, mean }) => [metricId, mean]));
  }

  /** Mean over the range before the shown one, as long as that; null: there were no readings, or they are not this editor's. */
  before(chart: string, series: string): number | null {
    return this.of(chart).isOwn ? (this.#before.get(series) ?? null) : null;
  }

  heardNotes({ request, source, failed, charts }: Message<'chartNotes'>): void {
    if (request === this.#asked.prometheus) this.#note(source, failed, charts);
  }

  heardEnd({ request, againMs }: Message<'answered'>): void {
    for (const name of NAMES) if (request === this.#asked[name]) this.#ended[name] = request;
    if (request !== this.#asked.prometheus || againMs === null) return;
    if (againMs === 0 && !this.#parts.isLive()) return;
    this.#again?.dispose();
    const everyMs = Math.max(SOONEST_MS, this.#stores.prometheus.stepMs);
    this.#again = later(() => this.ask('prometheus'), againMs > 0 ? againMs : everyMs);
  }

  #note(source: HistoryName, isOld: boolean, charts: readonly ChartNote[]): void {
    for (const { id, note } of charts) this.#facts.set(id, { source, note, isOld });
  }
}
