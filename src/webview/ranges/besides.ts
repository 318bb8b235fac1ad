import type { ToDashboard, ToHost } from '../protocol/protocol.ts';
import { RangeStore } from './rangeStore.ts';

/** The same curves of another database. */
export interface BesideContent {
  readonly name: string;
  readonly store: RangeStore;
}

/** Another database whose curves are drawn beside those that are shown. */
export interface BesideWanted {
  readonly other: string;
  /** So much before what is shown. Milliseconds. */
  readonly shiftMs: number;
}

type Range = Pick<Extract<ToHost, { type: 'beside' }>, 'from' | 'to' | 'maxPoints'>;

/** The shown database tells of each of its readings; the other one is asked again and again. */
const AGAIN_MS = 10_000;

/** Asks for the curves of the other database that belong to what is in view, and keeps them. */
export class Besides {
  readonly #post: (message: ToHost) => void;
  #request = 0;
  #asked = '';
  #askedAt = -Infinity;
  #of = '';
  #content: BesideContent | undefined;

  constructor(post: (message: ToHost) => void) {
    this.#post = post;
  }

  /** What there is of it; asks where what is wanted is something else than what was asked for, or goes on. */
  of(wanted: BesideWanted | null, range: Range | undefined, isLive: boolean, now: number): BesideContent | undefined {
    if (wanted === null || range === undefined) {
      this.#asked = '';
      this.#content = undefined;
      return undefined;
    }
    const of = `${wanted.other} ${wanted.shiftMs}`;
    if (of !== this.#of) this.#content = undefined;
    this.#of = of;
    const asked = JSON.stringify([of, range.maxPoints, isLive ? range.to - range.from : [range.from, range.to]]);
    const againMs = Math.max(AGAIN_MS, this.#content?.store.stepMs ?? 0);
    if (asked !== this.#asked || (isLive && now - this.#askedAt >= againMs)) {
      this.#asked = asked;
      this.#askedAt = now;
      this.#post({ type: 'beside', request: ++this.#request, ...wanted, ...range });
    }
    return this.#content;
  }

  /** False: something else has been asked for since. */
  hear({ request, name, at, stepMs, series }: Extract<ToDashboard, { type: 'besideData' }>): boolean {
    if (request !== this.#request || this.#asked === '') return false;
    const store = new RangeStore();
    store.replace({ at, stepMs, series, annotations: [], extent: null });
    this.#content = { name, store };
    return true;
  }
}
