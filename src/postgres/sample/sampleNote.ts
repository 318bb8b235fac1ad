import type { Known } from '../../common/measured.ts';
import { add, type Estimate } from './estimate.ts';
import type { PageSample } from './sessionRow.ts';

/** What all values of one reading share. */
export type ReadingTime = Pick<Known<unknown>, 'at' | 'tookMs'>;

/** "from 2,512 rows in 96 of 33,334 pages" */
export function sampleNote({ rows, read, pages }: PageSample): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  return `from ${n(add(rows))} rows in ${n(read)} of ${n(pages)} pages`;
}

/** @param min what is known to be there at least */
export function estimated({ value, plusMinus }: Estimate, note: string, known: ReadingTime, min = 0): Known<number> {
  return {
    how: 'estimated',
    value: Math.max(min, Math.round(value)),
    plusMinus: Math.ceil(plusMinus),
    note,
    ...known,
  };
}
