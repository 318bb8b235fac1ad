import type { Measured } from '../../common/measured.ts';
import type { DetailMetrics, ExactCounts, SessionMetrics } from '../../postgres/table/readings.ts';
import type { ApplicationReading } from '../../services/applicationMetrics/applicationReading.ts';

/** All that is known at one moment about one connection. Immutable: drawn, judged and kept as it is. */
export interface Snapshot {
  readonly at: Date;
  readonly connection: { readonly id: string; readonly name: string; readonly production: boolean };
  readonly metrics: SessionMetrics;
  /** The newest detail reading, older than `metrics`; undefined until the first. */
  readonly detail?: DetailMetrics;
  /** The newest exact reading; undefined until the first. */
  readonly exact?: ExactCounts;
  readonly rates: Rates;
  /** Change of the table's total size, bytes a day, from the size history; unknown until it spans an hour. */
  readonly growthPerDay: Measured;
  readonly settings: SessionSettings;
  readonly monitor: MonitorCost;
  /** The service that clears expired sessions. undefined: it has not been looked at yet; 'none': none is known. */
  readonly cleanupService?: CleanupServiceFinding | 'none';
  /** What the application says of itself; its figures are unknown when they are old. undefined: no source is set up. */
  readonly application?: ApplicationReading;
}

/** Where the cleanup service stands by all that is known of it, as `services/triangulate.ts` tells. */
export interface CleanupServiceFinding {
  /** Runs that are missing by now: 0 when it works, at least 1 when it is in trouble. */
  readonly missedRuns: Measured;
  /** Its verdict, short: "stopped". */
  readonly verdict: string;
  /** What is so and how that is known, one or two sentences. */
  readonly sentence: string;
}

/** Counter deltas ÷ the time that really passed. Unknown on the first reading and right after a statistics reset. */
export interface Rates {
  /** Inserts + updates a minute. */
  readonly savesPerMinute: Measured;
  readonly insertsPerMinute: Measured;
  readonly updatesPerMinute: Measured;
  readonly deletesPerMinute: Measured;
  /** HOT updates ÷ updates in the interval, 0 to 1; unknown when nothing was updated. */
  readonly hotShare: Measured;
  /** Saves in one throttle interval ÷ active sessions. */
  readonly savesPerSessionAndInterval: Measured;
  readonly transactionsPerSecond: Measured;
  /** blks_hit ÷ (blks_hit + blks_read) in the interval, 0 to 1. */
  readonly cacheHitShare: Measured;
  readonly tempBytesPerMinute: Measured;
}

/** What Django's settings say that the metrics need, with what is assumed where they don't. */
export interface SessionSettings {
  /** SESSION_COOKIE_AGE in seconds; Django's default is 1209600. */
  readonly cookieAgeSeconds?: number;
  /** Throttle interval of the middleware in seconds (setting, default 900). */
  readonly throttleIntervalSeconds: number;
}

/** What watching costs, over the readings since the monitor started. */
export interface MonitorCost {
  readonly readings: number;
  readonly statements: number;
  /** Mean server milliseconds of a light reading over the last readings. */
  readonly meanServerMs: number;
  /** Seconds between light readings at present. */
  readonly intervalSeconds: number;
  /** Server milliseconds ÷ milliseconds passed: the share of one core of the server that the monitor uses, all readings together. */
  readonly coreShare: number;
}
