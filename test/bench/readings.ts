import { connect } from '../../src/postgres/connect/connection.ts';
import type { TestPostgres } from '../kit/postgres.ts';
import type { Bench } from './bench.ts';
import { againstGuide, betweenVacuums, firstReadings, growth, underWrites, type Subject } from './comparisons.ts';
import type { PartResult } from './figures.ts';
import { fill, makeDatabase, settle, startServer, withClient, withoutIndexes } from './tables.ts';

const MILLION = 1_000_000;
const SIZES: readonly number[] = [10_000, MILLION, 5_000_000];
const QUICK_SIZES: readonly number[] = [10_000, 100_000];
/** Sessions beyond this number repeat the payloads of the first. */
const SIGNED_ROWS = 20_000;

/**
 * The light reading against the guide's own queries, in one run on one server. The tables are vacuumed and analyzed, which is
 * the best case of the guide's queries too: they may count by an index alone.
 */
export async function measureReadings(bench: Bench): Promise<PartResult> {
  const server = await startServer(bench, { 'pg_stat_statements.track_planning': 'on' });
  try {
    const subjects: Subject[] = [];
    for (const rows of bench.quick ? QUICK_SIZES : SIZES) subjects.push(await prepare(bench, server, rows));
    const busy = subjects.filter(({ rows }) => rows <= MILLION).at(-1);
    const results = [await growth(bench, subjects), await firstReadings(bench, subjects)];
    for (const subject of subjects) results.push(await againstGuide(bench, subject));
    if (busy !== undefined) results.push(await betweenVacuums(bench, busy), await underWrites(bench, busy));
    for (const { monitor, guide, serial } of subjects) {
      await Promise.all([monitor.close(), guide.close(), serial.close()]);
    }
    return {
      figures: results.flatMap(({ figures }) => figures),
      details: { rows: subjects.map(({ rows }) => rows), comparisons: results.map(({ details }) => details) },
    };
  } finally {
    await server.stop();
  }
}

async function prepare({ say }: Bench, server: TestPostgres, rows: number): Promise<Subject> {
  const label = `${rows.toLocaleString('en-US')} rows`;
  say(`Filling ${label}`);
  const connectionString = await makeDatabase(server, `rows_${rows}`);
  await withClient(connectionString, async (db) => {
    const repeated = rows > SIGNED_ROWS ? { distinctPayloads: SIGNED_ROWS } : {};
    await withoutIndexes(db, () => fill(db, { rows, ...repeated }));
    await settle(db);
    await db.query('CHECKPOINT');
  });
  const monitor = await connect({ connectionString, readOnly: true });
  const guide = await connect({ connectionString, applicationName: 'psql' });
  const oneProcess = `${connectionString}?options=${encodeURIComponent('-c max_parallel_workers_per_gather=0')}`;
  const serial = await connect({ connectionString: oneProcess, applicationName: 'psql' });
  return { rows, label, connectionString, monitor, guide, serial };
}
