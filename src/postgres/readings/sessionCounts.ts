import { unknown, type Known, type Measured, type Unknown } from '../../common/measured.ts';
import { add, estimateTotal, type Estimate } from '../sample/estimate.ts';
import { canCountExpired, type PageSample, type SessionRow } from '../sample/sessionRow.ts';
import type { SessionCounts } from '../table/readings.ts';

/** What all values of one reading share. */
export type ReadingTime = Pick<Known<unknown>, 'at' | 'tookMs'>;

interface Context {
  readonly cap: number;
  readonly known: ReadingTime;
}

/** Counts from the page sample and the index scan. */
export function sessionCounts(row: SessionRow, sample: PageSample, { cap, known }: Context): SessionCounts {
  const expired = expiredOf(row, sample, cap, known);
  const total = totalOf(row, sample, known);
  return {
    total,
    expired,
    active: activeOf(row, sample, total, expired, known),
    oldestExpired: oldestOf(row, sample, known),
    savedLastHour: savedOf(row, sample, known),
  };
}

/** "from 2,512 rows in 96 of 33,334 pages" */
export function sampleNote({ rows, read, pages }: PageSample): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  return `from ${n(add(rows))} rows in ${n(read)} of ${n(pages)} pages`;
}

function fromPages(sample: PageSample, perPage: readonly number[], known: ReadingTime, min = 0): Known<number> {
  if (sample.whole) return { how: 'exact', value: add(perPage), ...known };
  return estimated(estimateTotal(perPage, sample.width, sample.pages), sample, known, min);
}

function estimated({ value, plusMinus }: Estimate, sample: PageSample, known: ReadingTime, min = 0): Known<number> {
  const note = sampleNote(sample);
  return { how: 'estimated', value: Math.max(min, Math.round(value)), plusMinus: Math.ceil(plusMinus), note, ...known };
}

function totalOf(row: SessionRow, sample: PageSample, known: ReadingTime): Measured {
  if (row.relkind !== 'p') return fromPages(sample, sample.rows, known);
  if (row.live === 0 && row.heap_bytes > 0) {
    if (row.in_recovery) return unknown('A standby has no statistics of the partitions.', 'Connect to the primary.');
    return unknown('The partitions have no statistics yet.', 'Run ANALYZE on the table.');
  }
  const note = `from the statistics of ${row.leaves} partitions`;
  return { how: row.heap_bytes === 0 ? 'exact' : 'estimated', value: row.live, note, ...known };
}

function expiredOf(row: SessionRow, sample: PageSample, cap: number, known: ReadingTime): Measured {
  if (sample.whole) return fromPages(sample, sample.expired, known);
  const counted = row.counted?.[0];
  if (counted !== undefined && counted < cap) return { how: 'exact', value: counted, ...known };
  if (row.relkind !== 'p') return fromPages(sample, sample.expired, known, counted ?? 0);
  if (counted === undefined) return notCounted(row);
  return { how: 'atLeast', value: counted, note: `counting stopped at ${cap}`, ...known };
}

function oldestOf(row: SessionRow, sample: PageSample, known: ReadingTime): Measured<Date | null> {
  if (row.counted !== null) return { how: 'exact', value: dateOf(row.counted[1]), ...known };
  const isFound = add(sample.expired) > 0;
  if (sample.whole) return { how: 'exact', value: isFound ? dateOf(sample.oldest) : null, ...known };
  // As after a cleanup, until the next vacuum: what the sample says of their number it says of the oldest as well.
  if (!isFound && sample.read > 0)
    return { how: 'estimated', value: null, note: `none ${sampleNote(sample)}`, ...known };
  return notCounted(row);
}

function dateOf(ms: number | null): Date | null {
  // '-infinity' is older than any date that can be shown.
  return ms === null ? null : new Date(Math.max(ms, -8.64e15));
}

function notCounted(row: SessionRow): Unknown {
  return canCountExpired(row)
    ? unknown(
        'Looking it up in the index takes too long at present: deleted rows stay there until the next vacuum.',
        'Wait for autovacuum, or run VACUUM on the table; it is tried again by itself.',
      )
    : unknown(
        'No index leads with expire_date.',
        'Create the index that Django’s migration makes: CREATE INDEX … ON … (expire_date).',
      );
}

function activeOf(
  row: SessionRow,
  sample: PageSample,
  total: Measured,
  expired: Measured,
  known: ReadingTime,
): Measured {
  if (row.relkind !== 'p' && expired.how !== 'exact') {
    const perPage = sample.rows.map((rows, page) => rows - (sample.expired[page] ?? 0));
    return fromPages(sample, perPage, known);
  }
  if (total.how === 'unknown') return total;
  if (expired.how === 'unknown') return expired;
  if (expired.how === 'atLeast') {
    return unknown('More rows have expired than were counted.', 'Count exactly on demand.');
  }
  return { ...total, value: Math.max(0, total.value - expired.value) };
}

/**
 * From the time in the signature. Rows with more than 2 kB of stored data are left out, because reading them would
 * fetch them from TOAST; the others stand for them.
 */
function savedOf(row: SessionRow, sample: PageSample, known: ReadingTime): Measured {
  if (row.relkind === 'p') return unknown('The pages of a partitioned table are not sampled.');
  const [fresh, stamped] = [add(sample.fresh), add(sample.stamped)];
  if (fresh > 0 && stamped === 0) {
    return unknown(
      'None of the sampled sessions tells when it was saved: they are too large, or not signed as Django 3.1 and later do.',
    );
  }
  if (fresh === stamped) return fromPages(sample, sample.saved, known);
  const found = sample.whole
    ? { value: add(sample.saved), plusMinus: 0 }
    : estimateTotal(sample.saved, sample.width, sample.pages);
  const scale = fresh / stamped;
  const scaled = estimated({ value: found.value * scale, plusMinus: found.plusMinus * scale }, sample, known);
  return { ...scaled, note: `${sampleNote(sample)}, ${fresh - stamped} of which don’t tell when they were saved` };
}
