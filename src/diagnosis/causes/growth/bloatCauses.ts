import { COMMANDS } from '../../../contributions.ts';
import { formatBytes, formatPercent } from '../../../common/format.ts';
import { isKnown, type Measured } from '../../../common/measured.ts';
import { indexPart, holderTexts, toastPart } from '../../../monitoring/metrics/tables/space.ts';
import type { Snapshot } from '../../../monitoring/snapshot/snapshot.ts';
import { cause, type Cause } from '../../cause.ts';
import { allKnown, figure, isJudgement, ruledOut, fraction } from '../judgements.ts';

/**
 * Space that holds no live row: the table is large and its rows are not the reason. The share of each part is what new rows can reuse of
 * it, of all bytes of the table with its indexes and TOAST: of the heap by the page sample, of TOAST and the indexes as
 * readings/space.ts reckons them.
 */

interface Part {
  readonly id: string;
  readonly title: string;
  readonly name: string;
  readonly bytes: (snapshot: Snapshot) => Measured;
  readonly reusable: (snapshot: Snapshot) => Measured;
}

const PARTS: readonly Part[] = [
  {
    id: 'heap-bloat',
    title: 'The table holds space that its rows don’t use',
    name: 'the table’s own pages',
    bytes: ({ metrics }) => metrics.table.heapBytes,
    // What dead rows hold is free only after a vacuum, and is no more live for that.
    reusable: ({ metrics }) => metrics.table.reusableBytes,
  },
  {
    id: 'toast-bloat',
    title: 'TOAST holds space that large sessions don’t use any more',
    name: 'TOAST',
    bytes: ({ metrics }) => metrics.table.toastBytes,
    reusable: (snapshot) => toastPart(snapshot, 'reusable'),
  },
  {
    id: 'index-bloat',
    title: 'The indexes hold space that their entries don’t use',
    name: 'the indexes',
    bytes: ({ metrics }) => metrics.table.indexBytes,
    reusable: (snapshot) => indexPart(snapshot, 'reusable'),
  },
];

/** Less than this part of all bytes is how a table is that is written to: fillfactor, pages that are half full, room for the next updates. */
const USUAL = 0.3;
/** Of a small table the pages that every index and heap begins with are most. */
const SMALL = 4 * 1024 * 1024;

function ofPart({ id, title, name, bytes, reusable }: Part): Cause {
  return cause({
    id,
    title,
    symptoms: ['growth'],
    needs: ['snapshot'],
    judge: ({ snapshot: { value: snapshot } }) => {
      const { table } = snapshot.metrics;
      const known = allKnown({ total: table.totalBytes, bytes: bytes(snapshot), free: reusable(snapshot) });
      if (isJudgement(known)) return known;
      const { total, free } = known;
      const held = `${formatBytes(free)} of ${formatBytes(known.bytes)} of ${name} hold no live row`;
      const share = fraction(free, total);
      if (share < USUAL || free < SMALL) return ruledOut(`${capital(held)}: that is usual.`);
      const space = snapshot.detail?.space;
      const holders = space !== undefined && isKnown(space) ? holderTexts(space.value) : '';
      const dead = table.deadTuples;
      return {
        verdict: 'found',
        share,
        confidence: 'likely',
        sentence: `${capital(held)}: ${formatPercent(share)} of all ${formatBytes(total)}. It is reused by new rows, and given back by VACUUM FULL or REINDEX only.`,
        exhibits: [
          figure(`${formatBytes(free)} reusable in ${name}, of ${formatBytes(known.bytes)}.`),
          ...(isKnown(dead) ? [figure(`${dead.value} dead rows wait for a vacuum.`)] : []),
          ...(holders === '' ? [] : [figure(`Dead rows are kept by: ${holders}.`)]),
        ],
        remedies: [
          { title: 'Vacuum the session table', command: COMMANDS.vacuumSessions },
          {
            title: 'Clear expired sessions more often',
            text: 'What is cleared once a week needs room for a week of rows. A daily cleanup, and autovacuum after each, keep it small.',
          },
        ],
      };
    },
  });
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export const BLOAT_CAUSES: readonly Cause[] = PARTS.map(ofPart);
