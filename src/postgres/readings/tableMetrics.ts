import { isKnown, unknown, type Measured } from '../../common/measured.ts';
import { add, estimateTotal, reusablePerPage } from '../sample/estimate.ts';
import { sampleNote, type ReadingTime } from '../sample/sampleNote.ts';
import { canCountExpired, type PageSample, type SessionRow } from '../sample/sessionRow.ts';
import type { ConnectionMetrics, DatabaseCounters, TableCounters, TableMetrics } from '../table/readings.ts';

export function tableMetrics(row: SessionRow, sample: PageSample, total: Measured, known: ReadingTime): TableMetrics {
  const exact = (value: number): Measured => ({ how: 'exact', value, ...known });
  const time = (...times: (number | null)[]): Measured<Date | null> => {
    if (row.in_recovery) return NO_COUNTERS;
    const latest = Math.max(...times.map((ms) => ms ?? -Infinity));
    return { how: 'exact', value: latest === -Infinity ? null : new Date(latest), ...known };
  };
  return {
    qualifiedName: row.name,
    heapBytes: exact(row.heap_bytes),
    indexBytes: exact(row.index_bytes),
    toastBytes: exact(row.toast_bytes),
    totalBytes: exact(row.total_bytes),
    reusableBytes: reusable(row, sample, known),
    deadTuples: deadTuples(row, total, known),
    lastVacuum: time(row.last_manual_vacuum, row.last_autovacuum),
    lastAutovacuum: time(row.last_autovacuum),
    lastAnalyze: time(row.last_manual_analyze, row.last_autoanalyze),
    expireIndex: canCountExpired(row),
  };
}

/** Changes, dead tuples and vacuums are counted where they are made: a standby has 0 of all, or what it was copied with. */
export const NO_COUNTERS = unknown(
  'A standby keeps no counters of its own for what is changed and vacuumed on the primary.',
  'Connect to the primary.',
);

/** Bytes of a page's header: PageHeaderData in src/include/storage/bufpage.h. */
export const PAGE_HEADER = 24;

function reusable(row: SessionRow, sample: PageSample, known: ReadingTime): Measured {
  if (row.relkind === 'p') return unknown('The pages of a partitioned table are not sampled.');
  const perPage = reusablePerPage(sample.rows, sample.bytes, row.block - PAGE_HEADER);
  const { value, plusMinus } = estimateTotal(perPage, sample.width, sample.pages);
  const note = `${sampleNote(sample)}; of the heap alone, and what dead rows hold is free after a vacuum only`;
  const most = Math.min(value, row.heap_bytes);
  return { how: 'estimated', value: Math.round(most), plusMinus: Math.ceil(plusMinus), note, ...known };
}

/**
 * The statistics collector's counter. A crash or pg_stat_reset() sets it to 0, together with the number of live rows;
 * live rows that the page sample sees and the statistics don't give that away.
 */
function deadTuples(row: SessionRow, total: Measured, known: ReadingTime): Measured {
  if (row.in_recovery) return NO_COUNTERS;
  const least = isKnown(total) ? total.value - (total.plusMinus ?? 0) : 0;
  if (row.live < least / 2) {
    return unknown(
      'The server’s statistics of this table were reset and don’t know its rows yet.',
      'Run ANALYZE on the table, or wait for autovacuum.',
    );
  }
  return { how: 'estimated', value: row.dead, note: 'counted by the statistics since the last vacuum', ...known };
}

export function tableCounters(row: SessionRow): TableCounters {
  return {
    inserted: row.inserted,
    updated: row.updated,
    hotUpdated: row.hot_updated,
    deleted: row.deleted,
    sequentialScans: row.sequential_scans,
    indexScans: row.indexes?.[0] ?? 0,
  };
}

export function connectionMetrics(row: SessionRow, known: ReadingTime): ConnectionMetrics {
  const exact = (value: number): Measured => ({ how: 'exact', value, ...known });
  const masked = row.by_state['unknown'] ?? 0;
  const total = add(Object.values(row.by_state));
  const visible = (value: number): Measured =>
    masked === 0
      ? exact(value)
      : unknown(
          `${row.user} may not see the state of ${masked} of ${total} connections.`,
          `Let a superuser run: GRANT pg_read_all_stats TO ${row.user}; (or pg_monitor).`,
        );
  return {
    byState: row.by_state,
    total: exact(total),
    waiting: visible(row.waiting ?? 0),
    longestTransactionSeconds: visible(row.longest ?? 0),
    used: exact(row.used ?? 0),
    max: exact(row.max_connections),
  };
}

export function databaseCounters(row: SessionRow): DatabaseCounters {
  return {
    commits: row.commits,
    rollbacks: row.rollbacks,
    blocksHit: row.blocks_hit,
    blocksRead: row.blocks_read,
    tempFiles: row.temp_files,
    tempBytes: row.temp_bytes,
    resetAt: row.reset_at === null ? null : new Date(row.reset_at),
  };
}
