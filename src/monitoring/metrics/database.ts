import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricRow } from './metric.ts';
import { databaseGauge, databaseRate, SECONDS_A_MINUTE } from './promql.ts';
import { exactly } from './read.ts';

function counter(snapshot: Snapshot, key: 'tempFiles' | 'tempBytes' | 'rollbacks'): ReturnType<typeof exactly<number>> {
  const { database, at } = snapshot.metrics;
  const since =
    database.resetAt === null
      ? 'the database was made'
      : database.resetAt.toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  return exactly(database[key], at, `Since ${since}`);
}

export const DATABASE_METRICS = [
  {
    id: 'database.transactions',
    group: 'database',
    label: 'Transactions',
    unit: 'perSecond',
    what: 'Transactions that were committed or rolled back a second in the whole database.',
    source: 'xact_commit + xact_rollback of pg_stat_database, two readings apart',
    advice: 'Compare it with the saves: it shows what part of the load the sessions are.',
    prometheus: databaseRate((counter) => `${counter('xact_commit')} + ${counter('xact_rollback')}`),
    read: (s) => s.rates.transactionsPerSecond,
  },
  {
    id: 'database.cacheHitShare',
    group: 'database',
    label: 'Cache hits',
    unit: 'share',
    what: 'Share of the pages that were found in shared buffers. What the operating system had in its cache counts as missed.',
    source: 'blks_hit ÷ (blks_hit + blks_read) of pg_stat_database, two readings apart',
    advice: 'Below 95% over a longer time: more shared_buffers, or smaller tables.',
    prometheus: databaseRate((counter) => {
      const hit = counter('blks_hit');
      return `${hit} / (${hit} + ${counter('blks_read')} > 0)`;
    }),
    read: (s) => s.rates.cacheHitShare,
  },
  {
    id: 'database.tempRate',
    group: 'database',
    label: 'Temporary files',
    unit: 'bytesPerMinute',
    what: 'What queries wrote to temporary files because work_mem was too small.',
    source: 'temp_bytes of pg_stat_database, two readings apart',
    advice: 'Session queries need none. Find the query with log_temp_files = 0.',
    prometheus: databaseRate((counter) => counter('temp_bytes'), SECONDS_A_MINUTE),
    read: (s) => s.rates.tempBytesPerMinute,
  },
  {
    id: 'database.tempFiles',
    group: 'database',
    label: 'Temporary files so far',
    unit: 'count',
    toldWith: 'database.tempRate',
    what: 'Number of temporary files since the statistics began.',
    source: 'temp_files of pg_stat_database',
    advice: 'Only its change tells something: see the rate.',
    prometheus: databaseGauge((value) => value('temp_files')),
    read: (s) => counter(s, 'tempFiles'),
  },
  {
    id: 'database.tempBytes',
    group: 'database',
    label: 'Temporary bytes so far',
    unit: 'bytes',
    toldWith: 'database.tempRate',
    what: 'Size of all temporary files since the statistics began.',
    source: 'temp_bytes of pg_stat_database',
    advice: 'Only its change tells something: see the rate.',
    prometheus: databaseGauge((value) => value('temp_bytes')),
    read: (s) => counter(s, 'tempBytes'),
  },
] as const satisfies readonly MetricRow[];
