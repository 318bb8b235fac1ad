import { formatDuration, formatNumber } from '../../common/format.ts';
import type { CleanupRecord } from '../../database/cleanupHistory.ts';

const KINDS: Readonly<Record<CleanupRecord['kind'], string>> = {
  expired: 'Expired sessions',
  django: 'manage.py clearsessions',
  all: 'All sessions',
};

const OUTCOMES: Readonly<Record<CleanupRecord['outcome'], string>> = {
  done: 'deleted',
  cancelled: 'deleted, then cancelled',
  stopped: 'deleted, then stopped',
  failed: 'deleted: it failed',
};

export function recordTitle({ kind }: CleanupRecord): string {
  return KINDS[kind];
}

/** "500,000 deleted in 12 s, 0 expired left · gentle, from the alert by kim" */
export function recordDetail(record: CleanupRecord): string {
  const { deleted, outcome, elapsedMs, expiredAfter, how, from, who } = record;
  const left = expiredAfter === null ? '' : `, ${formatNumber(expiredAfter)} expired left`;
  return `${formatNumber(deleted)} ${OUTCOMES[outcome]} in ${formatDuration(elapsedMs / 1000)}${left} · ${how}, from the ${from} by ${who}`;
}
