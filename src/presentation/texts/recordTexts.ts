import { formatDuration, formatNumber } from '../../common/format.ts';
import type { DeletedHow } from '../../postgres/cleanup/plan/types.ts';
import type { CleanupRecord } from '../../postgres/cleanup/run/records.ts';

const KINDS: Readonly<Record<CleanupRecord['kind'], string>> = {
  expired: 'Expired sessions',
  django: 'manage.py clearsessions',
  all: 'All sessions',
  one: 'One session',
  user: 'Sessions of a user',
};

const OUTCOMES: Readonly<Record<CleanupRecord['outcome'], string>> = {
  running: 'deleted so far, running',
  done: 'deleted',
  cancelled: 'deleted, then cancelled',
  stopped: 'deleted, then stopped',
  failed: 'deleted: it failed',
  interrupted: 'deleted, then interrupted',
};

export function cleanupTitle({ kind }: CleanupRecord): string {
  return KINDS[kind];
}

/** "500,000 deleted in 12 s, 0 expired left · gentle, from the alert by kim" */
export function cleanupDetail(record: CleanupRecord): string {
  const { outcome, elapsedMs, expiredAfter, how, from, who } = record;
  const left = expiredAfter === null ? '' : `, ${formatNumber(expiredAfter)} expired left`;
  return `${deletedText(record)} ${OUTCOMES[outcome]} in ${formatDuration(elapsedMs / 1000)}${left} · ${how}, from the ${from} by ${who}`;
}

/** "500,000", "at least 500,000" or "≈ 500,000": never more certain than it is. */
export function deletedText({ deleted, deletedHow = 'exact' }: Pick<CleanupRecord, 'deleted' | 'deletedHow'>): string {
  return `${HOW[deletedHow]}${formatNumber(deleted)}`;
}

const HOW: Readonly<Record<DeletedHow, string>> = { exact: '', atLeast: 'at least ', estimated: '≈ ' };
