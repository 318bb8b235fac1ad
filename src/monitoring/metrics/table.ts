import { formatBytes } from '../../common/format.ts';
import { isKnown, mapMeasured } from '../../common/measured.ts';
import type { Measured } from '../../common/measured.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricRow } from './metric.ts';
import { tableGauge } from './promql.ts';
import { exactly, fromDetail, preferExact } from './read.ts';

/**
 * The heap that is not reusable, split in proportion to live and dead tuples, as if both were of one size: they are, where rows
 * are updated, and what else is in a page (headers, pointers) is shared out with them.
 */
function heapShare(snapshot: Snapshot, part: 'live' | 'dead'): Measured {
  const { heapBytes, reusableBytes, deadTuples } = snapshot.metrics.table;
  const live = preferExact(snapshot, snapshot.metrics.sessions.total, 'total');
  if (!isKnown(heapBytes)) return heapBytes;
  if (!isKnown(reusableBytes)) return reusableBytes;
  if (!isKnown(deadTuples)) return deadTuples;
  if (!isKnown(live)) return live;
  const tuples = live.value + deadTuples.value;
  const used = Math.max(0, heapBytes.value - reusableBytes.value);
  const share = tuples === 0 ? 0 : (part === 'live' ? live.value : deadTuples.value) / tuples;
  return { how: 'estimated', value: used * share, at: heapBytes.at, note: 'In proportion to live and dead tuples' };
}

export const TABLE_METRICS = [
  {
    id: 'table.total',
    group: 'table',
    label: 'Total size',
    unit: 'bytes',
    what: 'What the session table takes on disk: heap, indexes, TOAST and maps.',
    source: 'pg_total_relation_size()',
    advice:
      'Deleting rows does not shrink it, neither does VACUUM: see how much is reusable. VACUUM FULL or pg_repack gives space back.',
    charts: [{ id: 'sizes' }],
    // Until 0.16 in one, then heap, TOAST and maps apart from the indexes.
    prometheus: tableGauge(
      (value) => `${value('size_bytes')} or ${value('table_size_bytes')} + ${value('index_size_bytes')}`,
    ),
    read: (s) => s.metrics.table.totalBytes,
  },
  {
    id: 'table.growth',
    group: 'table',
    label: 'Growth',
    unit: 'bytesPerDay',
    what: 'Change of the total size, as a robust slope over the last day of its history.',
    source: 'pg_total_relation_size() over time, kept by this monitor',
    advice:
      'A table that keeps growing holds more and more sessions: clear expired ones, or shorten SESSION_COOKIE_AGE.',
    read: (s) => s.growthPerDay,
  },
  {
    id: 'table.heap',
    group: 'table',
    label: 'Heap',
    unit: 'bytes',
    what: 'The rows themselves.',
    source: "pg_relation_size(…, 'main')",
    advice: 'Large for its number of rows: sessions hold much data, or space waits to be reused.',
    charts: [{ id: 'sizes' }],
    read: (s) => s.metrics.table.heapBytes,
  },
  {
    id: 'table.index',
    group: 'table',
    label: 'Indexes',
    unit: 'bytes',
    what: 'All indexes of the table. Each save writes to every one of them.',
    source: 'pg_indexes_size()',
    advice: 'Larger than the heap: REINDEX CONCURRENTLY makes bloated indexes small again.',
    charts: [{ id: 'sizes' }],
    prometheus: tableGauge((value) => value('index_size_bytes')),
    read: (s) => s.metrics.table.indexBytes,
  },
  {
    id: 'table.toast',
    group: 'table',
    label: 'TOAST',
    unit: 'bytes',
    what: 'Session data too long for a page, about 2 kB and more, stored apart.',
    source: 'pg_relation_size() of the TOAST table and its index',
    advice: 'If it is large, look for code that keeps big objects in request.session.',
    charts: [{ id: 'sizes' }],
    read: (s) => s.metrics.table.toastBytes,
  },
  {
    id: 'table.live',
    group: 'table',
    label: 'Live rows',
    unit: 'bytes',
    toldWith: 'table.heap',
    what: 'The part of the heap that the sessions themselves take.',
    source: '(Heap − reusable) × rows ÷ (rows + dead tuples)',
    advice: 'It follows the number of sessions, and how much is kept in each.',
    charts: [{ id: 'space' }],
    read: (s) => heapShare(s, 'live'),
  },
  {
    id: 'table.dead',
    group: 'table',
    label: 'Dead rows',
    unit: 'bytes',
    toldWith: 'table.deadTuples',
    what: 'The part of the heap that old versions of rows take until VACUUM makes it reusable.',
    source: '(Heap − reusable) × dead tuples ÷ (rows + dead tuples)',
    advice: 'If it stays large, autovacuum is late or a long transaction holds it back: see the longest transaction.',
    charts: [{ id: 'space' }],
    read: (s) => heapShare(s, 'dead'),
  },
  {
    id: 'table.reusable',
    group: 'table',
    label: 'Reusable',
    unit: 'bytes',
    what: 'Room in the heap that new rows can take before the table has to grow.',
    source: 'Estimated from a sample of pages',
    advice:
      'Much of it after a cleanup is normal and does no harm. Only VACUUM FULL or pg_repack gives it back to the disk.',
    charts: [{ id: 'space', label: 'Free (reusable)' }],
    read: (s) => s.metrics.table.reusableBytes,
  },
  {
    id: 'table.deadTuples',
    group: 'table',
    label: 'Dead tuples',
    unit: 'count',
    what: 'Old versions of rows that VACUUM has not removed yet.',
    source: 'n_dead_tup of pg_stat_all_tables',
    advice: 'If they pile up, autovacuum is late or a long transaction holds it back: see the longest transaction.',
    prometheus: tableGauge((value) => value('n_dead_tup')),
    read: (s) => s.metrics.table.deadTuples,
  },
  {
    id: 'table.lastAutovacuum',
    group: 'table',
    label: 'Last autovacuum',
    unit: 'date',
    toldWith: 'table.lastVacuum',
    what: 'When autovacuum last cleaned this table.',
    source: 'last_autovacuum of pg_stat_all_tables',
    advice:
      'On a busy table it should be hours ago at most; lower autovacuum_vacuum_scale_factor for this table if it is not.',
    whenNull: 'never',
    read: (s) => s.metrics.table.lastAutovacuum,
  },
  {
    id: 'table.lastVacuum',
    group: 'table',
    label: 'Last vacuum',
    unit: 'date',
    what: 'When the table was last vacuumed, by hand or by autovacuum.',
    source: 'The later of last_vacuum and last_autovacuum of pg_stat_all_tables',
    advice: 'Run VACUUM ANALYZE once after a big cleanup.',
    whenNull: 'never',
    read: (s) => s.metrics.table.lastVacuum,
  },
  {
    id: 'table.lastAnalyze',
    group: 'table',
    label: 'Last analyze',
    unit: 'date',
    what: 'When the statistics for the planner were last gathered; estimates rest on them too.',
    source: 'The later of last_analyze and last_autoanalyze of pg_stat_all_tables',
    advice: 'Run ANALYZE on the table if the estimates are far off.',
    whenNull: 'never',
    read: (s) => s.metrics.table.lastAnalyze,
  },
  {
    id: 'table.expireIndex',
    group: 'table',
    label: 'Index on expire_date',
    inTree: 'Expiry index',
    unit: 'text',
    what: 'Whether a valid index leads with expire_date. Django makes one; without it expired sessions can be neither counted nor cleared cheaply.',
    source: 'pg_index',
    advice: 'If it is missing: CREATE INDEX CONCURRENTLY ON the table (expire_date).',
    read: (s) => exactly(s.metrics.table.expireIndex ? 'present' : 'missing', s.metrics.at),
  },
  {
    id: 'table.indexes',
    group: 'table',
    label: 'Indexes present',
    unit: 'count',
    what: 'Indexes of the table, each with how often it was scanned. Django makes three: the key, its LIKE companion and expire_date.',
    source: 'pg_index with pg_stat_all_indexes',
    advice: 'Drop indexes of your own that are never used: each one makes every save dearer.',
    read: (s) => mapMeasured(fromDetail(s, 'indexes'), (indexes) => indexes.length),
    children: (s) => {
      const indexes = fromDetail(s, 'indexes');
      if (!isKnown(indexes)) return [];
      return indexes.value.map((index) => ({
        key: index.name,
        label: `${index.name}${index.valid ? '' : ' (invalid)'}, scans`,
        unit: 'count' as const,
        value: exactly(index.scans, indexes.at),
        detail: `${index.definition}; ${formatBytes(index.bytes)}`,
      }));
    },
  },
  {
    id: 'table.indexesUsed',
    group: 'table',
    label: 'Indexes used',
    unit: 'count',
    toldWith: 'table.indexes',
    what: 'Valid indexes that were scanned at least once since the statistics began.',
    source: 'idx_scan of pg_stat_all_indexes',
    advice: 'The LIKE companion of the key is hardly ever used; it comes with Django’s CharField and may stay.',
    read: (s) =>
      mapMeasured(
        fromDetail(s, 'indexes'),
        (indexes) => indexes.filter((index) => index.valid && index.scans > 0).length,
      ),
  },
] as const satisfies readonly MetricRow[];
