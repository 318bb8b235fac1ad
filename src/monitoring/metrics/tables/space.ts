import { formatDuration } from '../../../common/format.ts';
import { isKnown, mapMeasured, unknown, type Measured } from '../../../common/measured.ts';
import type { SpaceHolder, SpaceUse } from '../../../postgres/table/readings.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { MetricRow } from '../metric.ts';
import { fromDetail } from '../read.ts';

/** What TOAST and the indexes hold, reckoned in the detail reading; and what keeps VACUUM from freeing dead rows. */

type Held = 'live' | 'reusable';

export function toastPart(snapshot: Snapshot, held: Held): Measured {
  return mapMeasured(fromDetail(snapshot, 'space'), ({ toast }) => toast[held]);
}

/** Of all indexes, or unknown where what one of them holds is. */
export function indexPart(snapshot: Snapshot, held: Held): Measured {
  const space = fromDetail(snapshot, 'space');
  if (!isKnown(space)) return space;
  const odd = space.value.indexes.find((index) => index.live === undefined);
  if (odd !== undefined)
    return unknown(`How long the entries of ${odd.name} are is not known.`, 'See the indexes one by one below it.');
  return mapMeasured(space, ({ indexes }) => indexes.reduce((sum, index) => sum + (index[held] ?? 0), 0));
}

const indexChildren = (snapshot: Snapshot, held: Held): ReturnType<NonNullable<MetricRow['children']>> => {
  const space = fromDetail(snapshot, 'space');
  if (!isKnown(space)) return [];
  return space.value.indexes.flatMap((index) => {
    const value = index[held];
    return value === undefined
      ? []
      : [{ key: index.name, label: index.name, unit: 'bytes' as const, value: { ...space, value } }];
  });
};

/** A transaction younger than this keeps nothing that matters. */
const LONG_SECONDS = 300;

export function holdersOf({ holders }: Pick<SpaceUse, 'holders'>): readonly SpaceHolder[] {
  return holders.filter(({ kind, seconds }) => kind !== 'transaction' || (seconds ?? 0) >= LONG_SECONDS);
}

/** "transaction of process 4711 of nightly report, 2 h; replication slot old_replica" */
export function holderTexts(space: Pick<SpaceUse, 'holders'>): string {
  return holdersOf(space)
    .map(({ kind, name, seconds }) => {
      const age = seconds === null ? '' : `, ${formatDuration(seconds)}`;
      return `${kind} ${kind === 'transaction' ? `of ${name}` : name}${age}`;
    })
    .join('; ');
}

export const SPACE_METRICS = [
  {
    id: 'table.toastLive',
    group: 'table',
    label: 'TOAST live',
    unit: 'bytes',
    toldWith: 'table.toast',
    what: 'The part of TOAST that session data too long for a page take.',
    source: 'Chunks by the statistics × their mean size in a sample of sessions',
    advice:
      'It follows how much is kept in the large sessions: look for code that keeps big objects in request.session.',
    read: (s) => toastPart(s, 'live'),
  },
  {
    id: 'table.toastReusable',
    group: 'table',
    label: 'TOAST reusable',
    unit: 'bytes',
    toldWith: 'table.toast',
    what: 'Room in TOAST that new large sessions can take, that of dead ones before a VACUUM included.',
    source: 'Size of TOAST − TOAST live',
    advice: 'Much of it after a cleanup does no harm. VACUUM FULL or pg_repack gives it back to the disk.',
    read: (s) => toastPart(s, 'reusable'),
  },
  {
    id: 'table.indexLive',
    group: 'table',
    label: 'Index entries',
    unit: 'bytes',
    what: 'What the entries of all indexes take, those of dead rows included until a VACUUM.',
    source: '(Rows + dead tuples) × length of an entry',
    advice: 'It follows the number of sessions and of saves between two vacuums.',
    read: (s) => indexPart(s, 'live'),
    children: (s) => indexChildren(s, 'live'),
  },
  {
    id: 'table.indexReusable',
    group: 'table',
    label: 'Index reusable',
    unit: 'bytes',
    what: 'Room in the pages of the indexes. A B-tree that keys are put into at random is about a third empty.',
    source: 'Size of the indexes − entries',
    advice: 'Far more than a third: REINDEX INDEX CONCURRENTLY makes them small again while reads and writes go on.',
    read: (s) => indexPart(s, 'reusable'),
    children: (s) => indexChildren(s, 'reusable'),
  },
  {
    id: 'table.heldBack',
    group: 'table',
    label: 'VACUUM held back by',
    inTree: 'VACUUM held by',
    unit: 'text',
    what: 'What keeps VACUUM from freeing dead rows: a transaction of five minutes and more, a prepared transaction, a replication slot, a standby.',
    source: 'pg_stat_activity, pg_prepared_xacts, pg_replication_slots, pg_stat_replication',
    advice:
      'End the transaction, COMMIT or ROLLBACK PREPARED, drop a slot that nobody uses: then VACUUM frees the rows.',
    whenNull: 'nothing',
    read: (s) => mapMeasured(fromDetail(s, 'space'), (space) => holderTexts(space) || null),
  },
] as const satisfies readonly MetricRow[];
