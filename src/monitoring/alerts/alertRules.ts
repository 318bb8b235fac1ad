import { formatBytesPerDay, formatMeasured, formatNumber, formatPercent } from '../../common/format.ts';
import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import { usedShare } from '../metrics/connections.ts';
import { preferExact } from '../metrics/read.ts';
import type { CleanupServiceFinding, Snapshot } from '../snapshot/snapshot.ts';
import type { AlertRuleRow } from './alertRule.ts';
import { describeTableSize } from './tableSize.ts';

/** PostgreSQL's MB, so that 100 MB here is the 100 MB of pg_size_pretty. */
const MB = 1024 * 1024;
const SETTINGS = 'djangoSessionMonitor.alerts';
/** Seconds. */
const DAY = 86_400;

const ROWS = [
  {
    id: 'table-size',
    severity: 'critical',
    title: 'Session table is large',
    what: 'The session table with its indexes takes more disk than the threshold. Expired sessions may not have been cleared.',
    advice:
      'Clear expired sessions. Space that a cleanup has made reusable stays until pg_repack, VACUUM FULL or, in indexes, REINDEX CONCURRENTLY.',
    suggests: 'cleanup',
    metrics: ['table.total', 'table.reusable', 'table.growth'],
    chart: { id: 'sizes' },
    threshold: {
      setting: `${SETTINGS}.tableSizeMB`,
      default: 100,
      maximum: 1_000_000_000,
      unit: 'bytes',
      factor: MB,
      compare: 'above',
      words: 'MB',
    },
    forSeconds: { setting: `${SETTINGS}.tableSizeForSeconds`, default: 30, maximum: DAY },
    clearBelow: 0.95,
    read: (s) => s.metrics.table.totalBytes,
    describe: describeTableSize,
  },
  {
    id: 'connections-exhausted',
    severity: 'critical',
    title: 'Connections are running out',
    what: 'Nearly all connections that ordinary roles can have are in use. Beyond the maximum the application gets errors.',
    advice: 'Look at who holds them and in what state; restart what leaks them, or put a pooler in between.',
    metrics: ['connections.usedShare', 'connections.used', 'connections.max', 'connections.waiting'],
    chart: { id: 'connections', of: 'connections.max' },
    threshold: {
      setting: `${SETTINGS}.connectionsPercent`,
      default: 90,
      maximum: 100,
      unit: 'share',
      factor: 0.01,
      compare: 'reached',
      words: '% of the maximum',
    },
    forSeconds: { setting: `${SETTINGS}.connectionsForSeconds`, default: 20, maximum: DAY },
    clearBelow: 0.95,
    read: usedShare,
    describe: (s, threshold) => {
      const { used, max, waiting } = s.metrics.connections;
      const locks =
        isKnown(waiting) && waiting.value > 0 ? `, ${formatMeasured(waiting, 'count')} waiting for a lock` : '';
      return (
        `${formatMeasured(used, 'count')} of ${formatMeasured(max, 'count')} connections are in use ` +
        `(${formatMeasured(usedShare(s), 'share')}, threshold ${formatPercent(threshold)})${locks}.`
      );
    },
  },
  {
    id: 'cleanup-service',
    severity: 'critical',
    title: 'Cleanup service is not running',
    what: 'The service that clears expired sessions is stopped, late or failing, or it deletes nothing: they will pile up.',
    advice: 'Read its log and restart it, below Operations in the view; meanwhile clear expired sessions by hand.',
    suggests: 'cleanupService',
    metrics: ['sessions.expired'],
    threshold: {
      setting: `${SETTINGS}.cleanupServiceMissedRuns`,
      default: 1,
      maximum: 1000,
      unit: 'count',
      factor: 1,
      compare: 'reached',
      words: 'missed run',
    },
    forSeconds: { setting: `${SETTINGS}.cleanupServiceForSeconds`, default: 60, maximum: DAY },
    clearBelow: 1,
    applies: ({ cleanupService }) => (cleanupService === undefined ? undefined : cleanupService !== 'none'),
    read: (s) => cleanupFinding(s)?.missedRuns ?? unknown('The cleanup service has not been looked at yet.'),
    describe: (s) => cleanupFinding(s)?.sentence ?? '',
    short: (s) => cleanupFinding(s)?.verdict,
  },
  {
    id: 'saves-per-minute',
    severity: 'warning',
    title: 'Many session saves',
    what: 'Sessions are saved more often than the threshold. The middleware may not be throttling.',
    advice:
      'Check that the throttling middleware is on and stands after SessionMiddleware, and that SESSION_SAVE_EVERY_REQUEST is False.',
    suggests: 'throttle',
    metrics: ['writes.saves', 'writes.perSession'],
    chart: { id: 'saves' },
    threshold: {
      setting: `${SETTINGS}.savesPerMinute`,
      default: 1000,
      maximum: 1_000_000_000,
      unit: 'perMinute',
      factor: 1,
      compare: 'above',
      words: 'saves a minute',
    },
    forSeconds: { setting: `${SETTINGS}.savesForSeconds`, default: 60, maximum: DAY },
    clearBelow: 0.9,
    read: (s) => s.rates.savesPerMinute,
    describe: (s, threshold) => {
      const perSession = s.rates.savesPerSessionAndInterval;
      const each = isKnown(perSession)
        ? `, ${formatMeasured(perSession, 'ratio')} per active session and throttle interval`
        : '';
      return `${formatMeasured(s.rates.savesPerMinute, 'count')} saves a minute (threshold ${formatNumber(threshold)})${each}.`;
    },
  },
  {
    id: 'expired-sessions',
    severity: 'warning',
    title: 'Expired sessions pile up',
    what: 'More expired sessions wait to be cleared than the threshold. The cleanup may have failed.',
    advice: 'Run manage.py clearsessions, and see to it that it runs daily.',
    suggests: 'cleanup',
    metrics: ['sessions.expired', 'sessions.oldestExpired'],
    chart: { id: 'expired' },
    counted: true,
    threshold: {
      setting: `${SETTINGS}.expiredSessions`,
      default: 1000,
      maximum: 1_000_000_000,
      unit: 'count',
      factor: 1,
      compare: 'above',
      words: 'sessions',
    },
    forSeconds: { setting: `${SETTINGS}.expiredForSeconds`, default: 20, maximum: DAY },
    clearBelow: 0.9,
    read: readExpired,
    describe: (s, threshold) => {
      const oldest = s.metrics.sessions.oldestExpired;
      const age =
        isKnown(oldest) && oldest.value !== null
          ? `, the oldest expired ${formatMeasured(oldest, 'date', { now: s.at })}`
          : '';
      return `${formatMeasured(readExpired(s), 'count')} expired sessions (threshold ${formatNumber(threshold)})${age}.`;
    },
  },
  {
    id: 'table-growth',
    severity: 'warning',
    title: 'Session table grows fast',
    what: 'The session table grows by more than the threshold in a day.',
    advice: 'Clear expired sessions and see to it that it happens daily; consider a shorter SESSION_COOKIE_AGE.',
    suggests: 'cleanup',
    metrics: ['table.growth', 'table.total'],
    threshold: {
      setting: `${SETTINGS}.growthMBPerDay`,
      default: 10,
      maximum: 1_000_000_000,
      unit: 'bytesPerDay',
      factor: MB,
      compare: 'above',
      words: 'MB a day',
    },
    forSeconds: { setting: `${SETTINGS}.growthForSeconds`, default: 300, maximum: DAY },
    clearBelow: 0.9,
    read: (s) => s.growthPerDay,
    describe: (s, threshold) =>
      `The session table changes by ${formatMeasured(s.growthPerDay, 'bytesPerDay')} ` +
      `(threshold ${formatBytesPerDay(threshold)}) and is ${formatMeasured(s.metrics.table.totalBytes, 'bytes')} now.`,
  },
] as const satisfies readonly AlertRuleRow[];

export type AlertRuleId = (typeof ROWS)[number]['id'];

export interface AlertRule extends AlertRuleRow {
  readonly id: AlertRuleId;
}

/** Every alert rule once, critical ones first. The thresholds are those of a team that watched over sessions by hand. Adding a rule is adding a row above. */
export const ALERT_RULES: readonly AlertRule[] = ROWS;

function cleanupFinding({ cleanupService }: Snapshot): CleanupServiceFinding | undefined {
  return cleanupService === 'none' ? undefined : cleanupService;
}

/** The light value, which is newer; the exact count only where the light one can't be known (no index on expire_date). */
function readExpired(snapshot: Snapshot): Measured {
  const light = snapshot.metrics.sessions.expired;
  return isKnown(light) ? light : preferExact(snapshot, light, 'expired');
}
