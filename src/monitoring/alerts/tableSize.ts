import { formatBytes, formatMeasured } from '../../common/format.ts';
import { isKnown, type Measured } from '../../common/measured.ts';
import { fromDetail } from '../metrics/read.ts';
import { holderTexts, indexPart, toastPart } from '../metrics/tables/space.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** A part of the table, what it is for people, and what gives its reusable space back at which lock. */
interface Part {
  readonly name: string;
  readonly bytes: Measured;
  readonly reusable: Measured;
  readonly remedy: string;
}

/** What each needs, by explicit-locking.html of PostgreSQL's documentation. */
const REPACK =
  'pg_repack gives it back (ACCESS EXCLUSIVE for a moment at its beginning and end); VACUUM FULL does too, and keeps everybody from the table while it runs (ACCESS EXCLUSIVE)';
const REINDEX = 'REINDEX INDEX CONCURRENTLY gives it back while reads and saves go on (SHARE UPDATE EXCLUSIVE)';

/**
 * Says which part it is, and which of two things: rows that are there, or space that a cleanup has left behind and that DELETE and
 * VACUUM do not give back. What has not been measured is not called in use.
 */
export function describeTableSize(snapshot: Snapshot, threshold: number): string {
  const { totalBytes, heapBytes, toastBytes, indexBytes, reusableBytes } = snapshot.metrics.table;
  const size = `The session table is ${formatMeasured(totalBytes, 'bytes')} (threshold ${formatBytes(threshold)})`;
  const growth = isKnown(snapshot.growthPerDay) ? `, ${formatMeasured(snapshot.growthPerDay, 'bytesPerDay')}` : '';
  const parts: readonly Part[] = [
    { name: 'heap', bytes: heapBytes, reusable: reusableBytes, remedy: REPACK },
    { name: 'TOAST', bytes: toastBytes, reusable: toastPart(snapshot, 'reusable'), remedy: REPACK },
    { name: 'indexes', bytes: indexBytes, reusable: indexPart(snapshot, 'reusable'), remedy: REINDEX },
  ].filter(({ bytes }) => bytes.value !== 0);
  const shown = parts.map(
    ({ name, bytes, reusable }) =>
      `${name} ${formatMeasured(bytes, 'bytes')} (${isKnown(reusable) ? `${formatMeasured(reusable, 'bytes')} reusable` : 'how much is reusable is unknown'})`,
  );
  return [`${size}${growth}: ${shown.join(', ')}.`, verdict(parts, totalBytes, threshold), heldBack(snapshot)]
    .filter((text) => text !== '')
    .join(' ');
}

function verdict(parts: readonly Part[], total: Measured, threshold: number): string {
  const known = parts.filter(({ reusable }) => isKnown(reusable));
  if (!isKnown(total) || known.length === 0) return '';
  const reusable = known.reduce((sum, part) => sum + (part.reusable.value ?? 0), 0);
  const rest = total.value - reusable;
  if (rest > threshold) {
    return known.length === parts.length
      ? 'The rest is rows and index entries, dead ones until a VACUUM included, and over the threshold by itself.'
      : 'What is not known to be reusable is over the threshold by itself.';
  }
  const [largest] = known.toSorted((a, b) => (b.reusable.value ?? 0) - (a.reusable.value ?? 0));
  if (largest === undefined) return '';
  return `It is over the threshold by space that new sessions will fill, most of it in the ${largest.name}: held, not growth. ${largest.remedy}.`;
}

function heldBack(snapshot: Snapshot): string {
  const space = fromDetail(snapshot, 'space');
  const texts = isKnown(space) ? holderTexts(space.value) : '';
  return texts === ''
    ? ''
    : `Dead rows can't be freed by VACUUM (SHARE UPDATE EXCLUSIVE: reads and saves go on) while there is: ${texts}.`;
}
