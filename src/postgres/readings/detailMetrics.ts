import { isKnown, unknown, type Measured, type Unknown } from '../../common/measured.ts';
import { Problem } from '../../common/problem.ts';
import type { Database } from '../connect/connection.ts';
import { readSample, type SessionDecoder, type SessionVerifier } from '../sample/sessionSample.ts';
import { canFindSaves, readSavedSessions } from '../saves/savedSessions.ts';
import type { SaveEvidence } from '../table/saveEvidence.ts';
import type { SaveMemory } from '../saves/saveMemory.ts';
import type { DetailMetrics, SessionTable } from '../table/readings.ts';
import { DJANGO_SESSION } from '../table/tableName.ts';
import type { Spent } from '../table/spent.ts';
import { readIndexes } from './indexes.ts';
import { readSessionTables } from './sessionTables.ts';
import { readSpace } from './space.ts';
import { readStatements, StatementMemory } from './statements.ts';

export { StatementMemory } from './statements.ts';
export type { DecodedPayload as DecodedSession, SessionDecoder } from '../sample/sessionSample.ts';

export interface DetailMetricsOptions {
  readonly table?: SessionTable;
  /** Decodes session_data; what it returns is counted and forgotten. Without it the sample is unknown. */
  readonly decode?: SessionDecoder;
  /** Which key a session is signed with. Without it that is unknown. */
  readonly verifier?: SessionVerifier;
  /** Sessions in the sample, 100 by default. */
  readonly sampleRows?: number;
  /** What is to be remembered from one reading to the next, so that the texts of statements are read seldom. */
  readonly memory?: StatementMemory;
  /** The sessions that the readings before have seen. Without it, what saves change is unknown. */
  readonly saves?: SaveMemory;
}

/**
 * The reading of every minute: statements, indexes, a sample of sessions, what saves changed; each bounded, each by itself unknown when it cannot be had.
 * @throws Problem when the connection or the table fails
 */
export async function readDetailMetrics(db: Database, options: DetailMetricsOptions = {}): Promise<DetailMetrics> {
  const table = options.table ?? DJANGO_SESSION;
  const began = performance.now();
  const spent = { statements: 0, serverMs: 0 };
  const indexes = await readIndexes(db, table, spent);
  const statements = await readStatements(db, table, options.memory ?? new StatementMemory(), spent);
  const tables = await readSessionTables(db, table, spent);
  const space = await readSpace(db, table, spent).catch(deniedIsUnknown);
  const sample =
    options.decode === undefined
      ? unknown('No decoder was given.')
      : await readSample(db, table, options.decode, options.sampleRows ?? 100, spent, options.verifier);
  const saves = await readSaves(db, table, indexes, options, spent);
  const cost = { ...spent, roundTripMs: performance.now() - began };
  return { at: new Date(), statements, indexes, sample, saves, tables, space, cost };
}

/** A server whose statistics are kept from everybody denies what needs them, and the rest is read all the same. */
function deniedIsUnknown(error: unknown): Unknown {
  if (error instanceof Problem && error.code === 'built-in-denied') return unknown(error.why, error.next);
  throw error;
}

async function readSaves(
  db: Database,
  table: SessionTable,
  indexes: DetailMetrics['indexes'],
  { saves, decode }: DetailMetricsOptions,
  spent: Spent,
): Promise<Measured<SaveEvidence>> {
  if (saves === undefined || decode === undefined) return unknown('No decoder was given.');
  if (!isKnown(indexes) || !canFindSaves(indexes.value)) {
    return unknown(
      'Sessions that were saved lately are found by the index on expire_date, which is missing.',
      'Run "python manage.py migrate": Django makes it.',
    );
  }
  const query = saves.query(Date.now() + db.server.clockAheadMs);
  return saves.look(await readSavedSessions(db, table, query, spent), decode);
}
