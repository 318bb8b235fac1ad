import { formatDuration } from '../../common/format.ts';
import { isKnown, unknown, type How, type Measured, type Unknown } from '../../common/measured.ts';
import type { SessionMetrics } from '../../postgres/table/readings.ts';
import type { Rates } from './snapshot.ts';

/**
 * PostgreSQL's backends report their counters with a delay, at most once a second while busy and up to 10 s after they
 * went idle (PGSTAT_MIN_INTERVAL, PGSTAT_IDLE_INTERVAL in pgstat.c). Between two readings 10 s apart that would jump;
 * over a minute it is smooth.
 */
const WINDOW_SECONDS = 60;
/** Less than the reporting delay of a busy backend says nothing. */
const MIN_SECONDS = 1;

const FIRST: Unknown = unknown(
  'A rate takes two readings; there was one so far.',
  'It is known with the next reading.',
);

/** pg_stat_all_tables counts where the change is made. */
export const ON_STANDBY: Unknown = unknown(
  'A standby does not count what is changed on the primary.',
  'Connect to the primary.',
);

/** Why counters can't be compared with those of the reading before. */
const BREAKS = {
  restarted: 'The server was restarted, or another one answers.',
  clock: 'The clock of the server went back.',
  promoted: 'The server was a standby and has been promoted.',
  reset: 'The statistics were reset.',
} as const;
const BEGUN: readonly string[] = [BREAKS.restarted, BREAKS.promoted, BREAKS.reset];

/** Why the counters began anew with this reading; undefined: they went on. */
export function beginningOfCounters({ savesPerMinute }: Rates): string | undefined {
  return isKnown(savesPerMinute) ? undefined : BEGUN.find((reason) => reason === savesPerMinute.reason);
}

/** Keeps the readings of the last minute and tells the rates between the oldest and the newest of them. */
export class RateWindow {
  #readings: SessionMetrics[] = [];
  #restarted: Unknown = FIRST;

  /** Whether there are two readings to tell rates from. */
  get isReady(): boolean {
    return this.#readings.length > 1;
  }

  /** Takes the next reading. A counter that went back or a server that was restarted begins a new window. */
  add(metrics: SessionMetrics): void {
    const last = this.#readings.at(-1);
    const broken = last === undefined ? undefined : breakBetween(last, metrics);
    if (broken !== undefined) this.restart(broken);
    this.#readings.push(metrics);
    const start = metrics.serverTime.getTime() - WINDOW_SECONDS * 1000;
    // The reading before the newest always stays, so that there are rates at intervals longer than the window too.
    while (this.#readings.length > 2 && (this.#readings[0]?.serverTime.getTime() ?? start) < start)
      this.#readings.shift();
  }

  /** Forgets what was; `reason` is told until there are two readings again. */
  restart(reason: string): void {
    this.#readings = [];
    this.#restarted = unknown(reason, 'It is known with the next reading.');
  }

  /** `throttleIntervalSeconds` for the saves per session and interval. */
  rates(throttleIntervalSeconds: number): Rates {
    const from = this.#readings[0];
    const to = this.#readings.at(-1);
    if (from === undefined || to === undefined || from === to) return unknownRates(this.#restarted);
    return ratesBetween(from, to, throttleIntervalSeconds);
  }
}

/** Why no rate can be told between two consecutive readings; undefined when one can. */
export function breakBetween(from: SessionMetrics, to: SessionMetrics): string | undefined {
  if (from.server.startedAt.getTime() !== to.server.startedAt.getTime()) return BREAKS.restarted;
  if (to.serverTime.getTime() <= from.serverTime.getTime()) return BREAKS.clock;
  if (from.server.inRecovery !== to.server.inRecovery) return BREAKS.promoted;
  if (from.database.resetAt?.getTime() !== to.database.resetAt?.getTime()) return BREAKS.reset;
  const { database: a, counters: b } = from;
  const { database: c, counters: d } = to;
  const pairs = [
    ...([['commits'], ['rollbacks'], ['blocksHit'], ['blocksRead'], ['tempBytes']] as const).map(
      ([key]) => [a[key], c[key]] as const,
    ),
    ...([['inserted'], ['updated'], ['hotUpdated'], ['deleted']] as const).map(([key]) => [b[key], d[key]] as const),
  ];
  return pairs.some(([before, after]) => after < before) ? BREAKS.reset : undefined;
}

/** Rates between two readings of the same server, by the server's clock. */
export function ratesBetween(from: SessionMetrics, to: SessionMetrics, throttleIntervalSeconds: number): Rates {
  const broken = breakBetween(from, to);
  if (broken !== undefined) return unknownRates(unknown(broken, 'It is known with the next reading.'));
  const seconds = (to.serverTime.getTime() - from.serverTime.getTime()) / 1000;
  if (seconds < MIN_SECONDS)
    return unknownRates(
      unknown('The readings are too close together for a rate.', 'It is known with the next reading.'),
    );

  const note = `Over the last ${formatDuration(seconds)} by the server’s clock, as backends report their counters with a delay of up to 10 s`;
  const known = (value: number, how: How = 'exact'): Measured =>
    Number.isFinite(value)
      ? { how, value, at: to.at, note }
      : unknown('The statistics are not visible to this role.', 'GRANT pg_read_all_stats to it.');
  const counter = (key: 'inserted' | 'updated' | 'hotUpdated' | 'deleted'): number =>
    to.counters[key] - from.counters[key];
  const changes = (...keys: Parameters<typeof counter>[0][]): Measured =>
    to.server.inRecovery ? ON_STANDBY : known(perMinute(keys.reduce((sum, key) => sum + counter(key), 0)));
  const database = (key: 'commits' | 'rollbacks' | 'blocksHit' | 'blocksRead' | 'tempBytes'): number =>
    to.database[key] - from.database[key];
  const share = (part: number, whole: number, none: string): Measured =>
    whole === 0 ? unknown(`${none} in the last ${formatDuration(seconds)}.`) : known(part / whole);
  const perMinute = (count: number): number => (count / seconds) * 60;

  const saves = changes('inserted', 'updated');
  const pages = database('blocksHit') + database('blocksRead');
  return {
    savesPerMinute: saves,
    insertsPerMinute: changes('inserted'),
    updatesPerMinute: changes('updated'),
    deletesPerMinute: changes('deleted'),
    hotShare: to.server.inRecovery
      ? ON_STANDBY
      : share(counter('hotUpdated'), counter('updated'), 'Nothing was updated'),
    savesPerSessionAndInterval: savesPerSession(saves, to.sessions.active, throttleIntervalSeconds),
    transactionsPerSecond: known((database('commits') + database('rollbacks')) / seconds),
    cacheHitShare: share(database('blocksHit'), pages, 'No page was read'),
    tempBytesPerMinute: known(perMinute(database('tempBytes'))),
  };
}

/** Saves in one throttle interval ÷ active sessions. As sure as the number of active sessions is. */
function savesPerSession(savesPerMinute: Measured, active: Measured, intervalSeconds: number): Measured {
  if (!isKnown(savesPerMinute)) return savesPerMinute;
  if (!isKnown(active)) return unknown(`The number of active sessions is unknown: ${active.reason}`, active.next);
  if (active.value <= 0) return unknown('There are no active sessions.');
  const value = (savesPerMinute.value * (intervalSeconds / 60)) / active.value;
  if (!Number.isFinite(value))
    return unknown('The throttle interval is not a number of seconds.', 'Correct the setting.');
  const plusMinus = active.plusMinus === undefined ? {} : { plusMinus: (value * active.plusMinus) / active.value };
  return { ...savesPerMinute, ...plusMinus, how: active.how === 'exact' ? 'exact' : 'estimated', value };
}

function unknownRates(reason: Unknown): Rates {
  return {
    savesPerMinute: reason,
    insertsPerMinute: reason,
    updatesPerMinute: reason,
    deletesPerMinute: reason,
    hotShare: reason,
    savesPerSessionAndInterval: reason,
    transactionsPerSecond: reason,
    cacheHitShare: reason,
    tempBytesPerMinute: reason,
  };
}
