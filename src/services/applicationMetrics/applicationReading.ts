import type { Unit } from '../../common/format.ts';
import type { Measured } from '../../common/measured.ts';
import type { ChosenMetrics } from './chooseMetrics.ts';

export type FigureId = 'p50' | 'p95' | 'p99' | 'requests' | 'errors' | 'errorShare';

export interface Figure {
  readonly id: FigureId;
  readonly label: string;
  readonly unit: Unit;
  /** What it is, one or two sentences. */
  readonly what: string;
  readonly advice: string;
  /** For a quantile: 0 to 1. */
  readonly phi?: number;
}

const LATENCY = 'It is interpolated within a bucket of the histogram, as PromQL’s histogram_quantile does it.';

/** The application's metrics, once: for the tree, the dashboard, the documents and the exports. */
export const FIGURES: readonly Figure[] = [
  {
    id: 'p50',
    label: 'Response time, median',
    unit: 'milliseconds',
    what: `Half of the requests were answered within this time. ${LATENCY}`,
    advice: 'Compare it before and after a change of the session settings: it should be the same or lower.',
    phi: 0.5,
  },
  {
    id: 'p95',
    label: 'Response time, p95',
    unit: 'milliseconds',
    what: `Of 100 requests 95 were answered within this time. ${LATENCY}`,
    advice: 'If it rises while the median does not, look for waits: locks, connections, slow statements.',
    phi: 0.95,
  },
  {
    id: 'p99',
    label: 'Response time, p99',
    unit: 'milliseconds',
    what: `Of 100 requests 99 were answered within this time. ${LATENCY}`,
    advice: 'It needs some hundred requests in the window to mean something.',
    phi: 0.99,
  },
  {
    id: 'requests',
    label: 'Requests',
    unit: 'perSecond',
    what: 'Requests that the application got, those for its metrics included.',
    advice: 'With SESSION_SAVE_EVERY_REQUEST each of them that has a session is a write.',
  },
  {
    id: 'errors',
    label: 'Errors',
    unit: 'perSecond',
    what: 'Answers with a status of 500 to 599.',
    advice: 'Look into the log of the application; after a change of the settings, roll it back.',
  },
  {
    id: 'errorShare',
    label: 'Error share',
    unit: 'share',
    what: 'Answers with a status of 500 to 599 among all answers.',
    advice: 'Look into the log of the application; after a change of the settings, roll it back.',
  },
];

export type Figures = Readonly<Record<FigureId, Measured>>;

/** The same for all figures: what can't be known at all, or all of it made by one rule. */
export function eachFigure<T>(make: (figure: Figure) => T): Readonly<Record<FigureId, T>> {
  return Object.fromEntries(FIGURES.map((figure) => [figure.id, make(figure)])) as Record<FigureId, T>;
}

/** What the application said of itself at one moment. */
export interface ApplicationReading {
  readonly at: Date;
  /** Where it was read: without query and credentials. */
  readonly address: string;
  readonly from: 'metrics' | 'prometheus';
  /** Response times in milliseconds, rates a second, the share 0 to 1. */
  readonly figures: Figures;
  /** Seconds that the figures are over; undefined until there are two readings. */
  readonly windowSeconds?: number;
  /** undefined: there are none, the figures say why. */
  readonly metrics?: ChosenMetrics;
  /** What a person should know of this reading, sentences: lines left out, warnings of the server. */
  readonly notes: readonly string[];
  readonly tookMs: number;
}

export interface ApplicationSource {
  readonly address: string;
  /** Rejects with a `Problem`; one that is `transient` may be gone the next time. */
  read(signal?: AbortSignal): Promise<ApplicationReading>;
}
