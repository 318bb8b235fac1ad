import { unknown, type Known, type Measured, type Unknown } from '../common/measured.ts';
import { add, estimateTotal, type Estimate } from './estimate.ts';
import type { SessionCounts } from './readings.ts';
import { isWhole, type SessionRow } from './sessionRow.ts';

/** What all values of one reading share. */
export type Reading = Pick<Known<unknown>, 'at' | 'tookMs'>;

interface Context {
  readonly cap: number;
  readonly known: Reading;
}

/** Counts from the page sample and the index scan. */
export function sessionCounts(row: SessionRow, { cap, known }: Context): SessionCounts {
  const expired = expiredOf(row, cap, known);
  const total = totalOf(row, known);
  return {
    total,
    expired,
    active: activeOf(row, total, expired, known),
    oldestExpired: oldestOf(row, known),
    savedLastHour: savedOf(row, known),
  };
}

/** "from 3,791 rows in 128 of 33,334 pages" */
export function sampleNote(row: SessionRow): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  return `from ${n(add(row.rows))} rows in ${n(row.rows.length)} of ${n(row.pages)} pages`;
}

function fromPages(row: SessionRow, perPage: readonly number[], known: Reading, min = 0): Known<number> {
  if (isWhole(row)) return { how: 'exact', value: add(perPage), ...known };
  return estimated(estimateTotal(perPage, row.width), row, known, min);
}

function estimated({ value, plusMinus }: Estimate, row: SessionRow, known: Reading, min = 0): Known<number> {
  const note = sampleNote(row);
  return { how: 'estimated', value: Math.max(min, Math.round(value)), plusMinus: Math.ceil(plusMinus), note, ...known };
}

function totalOf(row: SessionRow, known: Reading): Measured {
  if (row.relkind !== 'p') return fromPages(row, row.rows, known);
  if (row.live === 0 && row.heap_bytes > 0)
    return unknown('The partitions have no statistics yet.', 'Run ANALYZE on the table.');
  const note = `from the statistics of ${row.leaves} partitions`;
  return { how: row.heap_bytes === 0 ? 'exact' : 'estimated', value: row.live, note, ...known };
}

function expiredOf(row: SessionRow, cap: number, known: Reading): Measured {
  if (isWhole(row)) return fromPages(row, row.expired, known);
  const counted = row.counted?.[0];
  if (counted !== undefined && counted < cap) return { how: 'exact', value: counted, ...known };
  if (row.relkind !== 'p') return fromPages(row, row.expired, known, counted ?? 0);
  if (counted !== undefined) return { how: 'atLeast', value: counted, note: `counting stopped at ${cap}`, ...known };
  return notCounted(row);
}

function oldestOf(row: SessionRow, known: Reading): Measured<Date | null> {
  if (row.counted !== null) return { how: 'exact', value: dateOf(row.counted[1]), ...known };
  if (!isWhole(row)) return notCounted(row);
  const expired = add(row.expired) > 0;
  return { how: 'exact', value: expired ? dateOf(row.oldest) : null, ...known };
}

function dateOf(ms: number | null): Date | null {
  // '-infinity' is older than any date that can be shown.
  return ms === null ? null : new Date(Math.max(ms, -8.64e15));
}

function notCounted(row: SessionRow): Unknown {
  return row.indexed
    ? unknown(
        'Many deleted rows stand before it in the index until the next vacuum.',
        'Wait for autovacuum, or run VACUUM on the table.',
      )
    : unknown(
        'No index leads with expire_date.',
        'Create the index that Django’s migration makes: CREATE INDEX … ON … (expire_date).',
      );
}

function activeOf(row: SessionRow, total: Measured, expired: Measured, known: Reading): Measured {
  if (row.relkind !== 'p' && expired.how !== 'exact') {
    const perPage = row.rows.map((rows, page) => rows - (row.expired[page] ?? 0));
    return fromPages(row, perPage, known);
  }
  if (total.how === 'unknown') return total;
  if (expired.how === 'unknown') return expired;
  if (expired.how === 'atLeast')
    return unknown('More rows have expired than were counted.', 'Count exactly on demand.');
  return { ...total, value: Math.max(0, total.value - expired.value) };
}

/**
 * From the time in the signature. Rows with more than 2 kB of stored data are left out, because reading them would
 * fetch them from TOAST; the others stand for them.
 */
function savedOf(row: SessionRow, known: Reading): Measured {
  if (row.relkind === 'p') return unknown('The pages of a partitioned table are not sampled.');
  const [fresh, stamped] = [add(row.fresh), add(row.stamped)];
  if (fresh > 0 && stamped === 0) {
    return unknown(
      'None of the sampled sessions tells when it was saved: they are too large, or not signed as Django 3.1 and later do.',
    );
  }
  if (fresh === stamped) return fromPages(row, row.saved, known);
  const { value, plusMinus } = isWhole(row)
    ? { value: add(row.saved), plusMinus: 0 }
    : estimateTotal(row.saved, row.width);
  const scale = fresh / stamped;
  const found = estimated({ value: value * scale, plusMinus: plusMinus * scale }, row, known);
  return { ...found, note: `${sampleNote(row)}, ${fresh - stamped} of which don’t tell when they were saved` };
}
