import { unknown, type Known, type Measured, type Unknown } from '../../common/measured.ts';
import { add, estimateTotal } from '../sample/estimate.ts';
import { estimated, sampleNote, type ReadingTime } from '../sample/sampleNote.ts';
import { canCountExpired, type PageSample, type SessionRow } from '../sample/sessionRow.ts';
import type { SessionCounts } from '../table/readings.ts';
import { savedLately, type CountedSaves } from './savedLately.ts';

interface Context {
  readonly saves: CountedSaves | undefined;
  readonly known: ReadingTime;
}

/** Counts from the page sample and the index scan. */
export function sessionCounts(row: SessionRow, sample: PageSample, { saves, known }: Context): SessionCounts {
  const expired = expiredOf(row, sample, known);
  const total = totalOf(row, sample, known);
  return {
    total,
    expired,
    active: activeOf(row, sample, total, expired, known),
    oldestExpired: oldestOf(row, sample, known),
    savedLastHour: savedLately(row, sample, saves, known),
  };
}

function fromPages(sample: PageSample, perPage: readonly number[], known: ReadingTime, min = 0): Known<number> {
  if (sample.whole) return { how: 'exact', value: add(perPage), ...known };
  return estimated(estimateTotal(perPage, sample.width, sample.pages), sampleNote(sample), known, min);
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

function expiredOf(row: SessionRow, sample: PageSample, known: ReadingTime): Measured {
  const { cap } = row;
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
