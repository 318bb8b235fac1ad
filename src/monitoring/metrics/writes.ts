import { formatNumber } from '../../common/format.ts';
import { isKnown, mapMeasured, unknown, type Measured } from '../../common/measured.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricRow } from './metric.ts';
import { SECONDS_A_MINUTE, tableRate } from './promql.ts';
import { exactly, preferExact } from './read.ts';
import { SAVE_METRICS } from './saves.ts';

const MINUTES_A_DAY = 1440;
const SECONDS_A_DAY = 86_400;
/** A rule of thumb: 1000 users × 100 requests a day = 100,000 writes before throttling … */
const REQUESTS_A_DAY = 100;
/** … and 1000 users × 96 intervals ÷ 6.4 = 15,000 after it. No reason is known for the 6.4. */
const THROTTLED_DIVISOR = 6.4;

/** That rule on this table. `perSession` is what it supposes one active session to write in a day. */
function ruleOfThumb(snapshot: Snapshot, perSession: number, formula: string): Measured {
  const active = preferExact(snapshot, snapshot.metrics.sessions.active, 'active');
  if (!isKnown(active))
    return unknown(`It is worked out from the active sessions, which are unknown: ${active.reason}`, active.next);
  const note =
    `Arithmetic, not a measurement: ${formatNumber(active.value)} active sessions × ${formula}. ` +
    'It takes every active session for a visitor of every day, so that it is rather too high';
  return { how: 'estimated', value: active.value * perSession, at: active.at, note };
}

export const WRITE_METRICS = [
  {
    id: 'writes.saves',
    group: 'writes',
    label: 'Saves',
    unit: 'perMinute',
    what: 'Rows that were inserted or updated a minute: what SessionMiddleware saves.',
    source: 'n_tup_ins + n_tup_upd of pg_stat_all_tables, two readings apart',
    advice:
      'If it follows the requests, nothing throttles: set SESSION_SAVE_EVERY_REQUEST = False or add the throttling middleware.',
    charts: [{ id: 'saves' }],
    prometheus: tableRate((counter) => `${counter('n_tup_ins')} + ${counter('n_tup_upd')}`, SECONDS_A_MINUTE),
    read: (s) => s.rates.savesPerMinute,
  },
  {
    id: 'writes.inserts',
    group: 'writes',
    label: 'Inserts',
    unit: 'perMinute',
    what: 'New sessions a minute.',
    source: 'n_tup_ins of pg_stat_all_tables, two readings apart',
    advice:
      'Many more than there are new visitors point to clients that keep no cookie: robots, health checks, load tests.',
    charts: [{ id: 'saves', place: 1 }],
    prometheus: tableRate((counter) => counter('n_tup_ins'), SECONDS_A_MINUTE),
    read: (s) => s.rates.insertsPerMinute,
  },
  {
    id: 'writes.updates',
    group: 'writes',
    label: 'Updates',
    unit: 'perMinute',
    what: 'Saves of sessions that existed already, a minute. These are what throttling saves.',
    source: 'n_tup_upd of pg_stat_all_tables, two readings apart',
    advice: 'A longer throttle interval lowers them.',
    charts: [{ id: 'saves' }],
    prometheus: tableRate((counter) => counter('n_tup_upd'), SECONDS_A_MINUTE),
    read: (s) => s.rates.updatesPerMinute,
  },
  {
    id: 'writes.deletes',
    group: 'writes',
    label: 'Deletes',
    unit: 'perMinute',
    what: 'Sessions that were deleted a minute: logouts and cleanups.',
    source: 'n_tup_del of pg_stat_all_tables, two readings apart',
    advice: 'A peak once a day is the cleanup. None at all over days means that it does not run.',
    prometheus: tableRate((counter) => counter('n_tup_del'), SECONDS_A_MINUTE),
    read: (s) => s.rates.deletesPerMinute,
  },
  ...SAVE_METRICS,
  {
    id: 'writes.hotShare',
    group: 'writes',
    label: 'HOT share',
    unit: 'share',
    toldWith: 'writes.updates',
    what: 'Share of the updates that touched no index (heap-only tuples). A save changes expire_date, which is indexed, so that it is never one.',
    source: 'n_tup_hot_upd ÷ n_tup_upd of pg_stat_all_tables, two readings apart',
    advice: 'Near 0% is normal for Django’s sessions. It is why each save that is not made counts.',
    charts: [{ id: 'hot' }],
    // Without an update there is no share: a gap.
    prometheus: tableRate((counter) => `${counter('n_tup_hot_upd')} / (${counter('n_tup_upd')} > 0)`),
    read: (s) => s.rates.hotShare,
  },
  {
    id: 'writes.perSession',
    group: 'writes',
    label: 'Saves per session, interval',
    unit: 'ratio',
    toldWith: 'writes.perDay',
    what: 'Saves in one throttle interval ÷ active sessions. A throttle that works keeps it at 1 or below.',
    source: 'Saves a minute × throttle interval ÷ active sessions',
    advice:
      'Above 1, sessions are saved more often than the throttle allows: check that the middleware is on and in its place.',
    read: (s) => s.rates.savesPerSessionAndInterval,
  },
  {
    id: 'writes.throttleInterval',
    group: 'writes',
    label: 'Throttle interval',
    unit: 'seconds',
    toldWith: 'writes.perDay',
    what: 'How long the throttling middleware waits until it saves a session again.',
    source:
      'The setting for the throttle interval of this extension; where it is not set, the source of the middleware, else 15 minutes',
    advice:
      'Longer means fewer saves. It has to stay well under SESSION_COOKIE_AGE, or active visitors are logged out.',
    read: (s) => exactly(s.settings.throttleIntervalSeconds, s.at),
  },
  {
    id: 'writes.perDay',
    group: 'writes',
    label: 'Saves a day',
    unit: 'count',
    what: 'The measured saves a minute, carried on for a day: what to compare the estimates below with.',
    source: 'Saves a minute × 1440',
    advice: 'Look at it at a busy hour and at a quiet one: the truth lies between.',
    read: (s) => mapEstimate(s.rates.savesPerMinute, MINUTES_A_DAY),
  },
  {
    id: 'writes.estimateUnthrottled',
    group: 'writes',
    label: 'Saves a day, unthrottled',
    unit: 'count',
    toldWith: 'writes.perDay',
    what: 'A rule of thumb for SESSION_SAVE_EVERY_REQUEST = True: a write for each of 100 requests a day and session.',
    source: 'Active sessions × 100 requests a day (an assumption)',
    advice: 'Take it for an order of magnitude. The saves that are measured are the truth.',
    read: (s) => ruleOfThumb(s, REQUESTS_A_DAY, '100 requests a day'),
  },
  {
    id: 'writes.estimateThrottled',
    group: 'writes',
    label: 'Saves a day, throttled',
    unit: 'count',
    toldWith: 'writes.perDay',
    what: 'The same with the throttle: at most a write in each interval, divided by 6.4, a factor of experience.',
    source: 'Active sessions × (86,400 ÷ throttle interval) ÷ 6.4',
    advice:
      'Take it for an order of magnitude. That a throttle saves 85 % is this figure ÷ the one above, not a measurement.',
    read: (s) => {
      const interval = s.settings.throttleIntervalSeconds;
      if (!(interval > 0))
        return unknown('The throttle interval is not a positive number of seconds.', 'Correct the setting.');
      const perDay = SECONDS_A_DAY / interval;
      return ruleOfThumb(s, perDay / THROTTLED_DIVISOR, `${formatNumber(perDay)} intervals a day ÷ 6.4`);
    },
  },
] as const satisfies readonly MetricRow[];

/** What is carried on for a day is an estimate, however exact the rate is. */
function mapEstimate(rate: Measured, factor: number): Measured {
  const scaled = mapMeasured(rate, (value) => value * factor);
  return isKnown(scaled) ? { ...scaled, how: 'estimated' } : scaled;
}
