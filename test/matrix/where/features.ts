import assert from 'node:assert/strict';
import { isKnown, unknown } from '../../../src/common/measured.ts';
import { DatabaseSources } from '../../../src/diagnosis/evidence/databaseSources.ts';
import { gather, type EvidenceSources } from '../../../src/diagnosis/evidence/gather.ts';
import { decodeSession } from '../../../src/django/sessionData.ts';
import { sessionKeys } from '../../../src/django/sessionKeys.ts';
import type { BackendEnding, BackendFacts } from '../../../src/postgres/backends/backendFacts.ts';
import { endBackend } from '../../../src/postgres/backends/endBackend.ts';
import { readBackends } from '../../../src/postgres/backends/readBackends.ts';
import {
  clearExpiredSessions,
  deleteAllSessions,
  previewCleanup,
  vacuumSessions,
  type Pace,
} from '../../../src/postgres/cleanup/cleanup.ts';
import type { Database } from '../../../src/postgres/connect/connection.ts';
import { explainStatement } from '../../../src/postgres/explain/explain.ts';
import { deleteByKeys } from '../../../src/postgres/inspect/deleteByKeys.ts';
import { findUserSessions } from '../../../src/postgres/inspect/findUserSessions.ts';
import { readSession } from '../../../src/postgres/inspect/readSession.ts';
import { EXPORT_QUERIES } from '../../../src/postgres/export/exportQueries.ts';
import { runQuery } from '../../../src/postgres/query/runQuery.ts';
import { readDetailMetrics } from '../../../src/postgres/readings/detailMetrics.ts';
import { readExactCounts } from '../../../src/postgres/readings/exactCounts.ts';
import { readSessionMetrics } from '../../../src/postgres/readings/sessionMetrics.ts';
import { SaveMemory } from '../../../src/postgres/saves/saveMemory.ts';
import { eventually, SECRET_KEY } from '../../postgres/support.ts';
import { ACTIVE, EXPIRED, KNOWN_KEY, KNOWN_USER, refill, type Place } from './place.ts';

/**
 * What the extension does with a database, each a column of the table. A function says '' where all of it works, else what is left out; where
 * nothing of it works it throws the Problem that a person is told.
 */
export interface Feature {
  /** Head of its column: short. */
  readonly name: string;
  readonly what: string;
  readonly attempt: (place: Place) => Promise<string>;
}

const TABLE = { name: 'django_session' };

export const FEATURES = [
  {
    name: 'light',
    what: 'the reading of every few seconds',
    attempt: reading(async (db) => {
      const { sessions, table, connections } = await readSessionMetrics(db);
      assert.equal(sessions.total.value, ACTIVE + EXPIRED);
      assert.equal(sessions.expired.value, EXPIRED);
      return unknownOf({ ...sessions, ...table, ...connections });
    }),
  },
  {
    name: 'detail',
    what: 'the reading of every minute: statements, indexes, sample, saves, tables, space',
    attempt: reading(async (db) => {
      const saves = new SaveMemory();
      const options = { decode: decodeSession, verifier: sessionKeys([['SECRET_KEY', SECRET_KEY]]), saves };
      await readDetailMetrics(db, options);
      const { statements, indexes, sample, tables, space, ...more } = await readDetailMetrics(db, options);
      assert.equal(indexes.value?.length, 3);
      assert.ok((sample.value?.rows ?? 0) > 0);
      return unknownOf({ statements, indexes, sample, saves: more.saves, tables, space });
    }),
  },
  {
    name: 'exact',
    what: 'counting every row',
    attempt: reading(async (db) => {
      assert.equal((await readExactCounts(db)).expired, EXPIRED);
      return '';
    }),
  },
  {
    name: 'explain',
    what: 'the plan of a statement of Django’s',
    attempt: reading(async (db) => {
      const { text } = await explainStatement(db, 'SELECT * FROM django_session WHERE session_key = $1');
      assert.match(text, /Index Scan using django_session/u);
      return '';
    }),
  },
  {
    name: 'document',
    what: 'a statement that stands in a team’s guide',
    attempt: reading(async (db) => {
      const { rows } = await runQuery(db, 'SELECT count(*) FROM django_session', TABLE);
      assert.deepEqual(rows, [[String(ACTIVE + EXPIRED)]]);
      return '';
    }),
  },
  {
    name: 'inspect',
    what: 'one session by its key',
    attempt: reading(async (db) => {
      assert.equal((await readSession(db, KNOWN_KEY, TABLE))?.isExpired, false);
      return '';
    }),
  },
  {
    name: 'user',
    what: 'the sessions of a user',
    attempt: reading(async (db) => {
      const { sessions, isComplete } = await findUserSessions(db, KNOWN_USER, { table: TABLE, decode: decodeSession });
      assert.deepEqual([sessions.map(({ key }) => key), isComplete], [[KNOWN_KEY], true]);
      return '';
    }),
  },
  {
    name: 'diagnosis',
    what: 'the evidence that a diagnosis takes from the database',
    attempt: (place) => diagnosis(place),
  },
  {
    name: 'export',
    what: 'the queries that other monitoring systems are given, as they ask them: plainly',
    attempt: (place) => exported(place),
  },
  {
    name: 'backends',
    what: 'who is connected',
    attempt: reading(async (db, place) => {
      await place.victim.start();
      return (await victimOf(db, place)).masked ? 'masked' : '';
    }),
  },
  { name: 'cancel', what: 'cancelling a statement of the site’s', attempt: (place) => end(place, 'cancel') },
  { name: 'terminate', what: 'ending a connection of the site’s', attempt: (place) => end(place, 'terminate') },
  {
    name: 'preview',
    what: 'what a cleanup would do',
    attempt: writing(async (db) => {
      const { expired, obstacles } = await previewCleanup(db);
      assert.deepEqual([expired.how, expired.value], ['exact', EXPIRED]);
      const blocking = obstacles.find(({ severity }) => severity === 'blocks');
      return blocking === undefined ? '' : `blocked: ${blocking.code}`;
    }),
  },
  { name: 'gentle', what: 'a cleanup at the gentle pace', attempt: writing((db, place) => clear(db, place, 'gentle')) },
  { name: 'fast', what: 'a cleanup at the fast pace', attempt: writing((db, place) => clear(db, place, 'fast')) },
  {
    name: 'vacuum',
    what: 'VACUUM after it',
    attempt: writing(async (db) => {
      assert.equal((await vacuumSessions(db)).cancelled, false);
      return '';
    }),
  },
  {
    name: 'delete',
    what: 'deleting one session by its key',
    attempt: writing(async (db, place) => {
      const { deleted, problem } = await deleteByKeys(db, [KNOWN_KEY], { table: TABLE });
      if (problem !== undefined) throw problem;
      assert.equal(deleted, 1);
      assert.equal(await rows(place), ACTIVE + EXPIRED - 1);
      return '';
    }),
  },
  {
    name: 'truncate',
    what: 'deleting all sessions by TRUNCATE',
    attempt: writing(async (db, place) => {
      const { problem } = await deleteAllSessions(db, { how: 'truncate' });
      if (problem !== undefined) throw problem;
      assert.equal(await rows(place), 0);
      return '';
    }),
  },
] as const satisfies readonly Feature[];

export type FeatureName = (typeof FEATURES)[number]['name'];

type Work = (db: Database, place: Place) => Promise<string>;

function reading(work: Work): Feature['attempt'] {
  return (place) => withConnection(place, true, work);
}

/** What it is refused leaves all rows where they were. */
function writing(work: Work): Feature['attempt'] {
  return async (place) => {
    await refill(place);
    try {
      return await withConnection(place, false, work);
    } catch (error) {
      assert.equal(await rows(place), ACTIVE + EXPIRED, 'it was refused, and has deleted something');
      throw error;
    }
  };
}

async function withConnection(place: Place, readOnly: boolean, work: Work): Promise<string> {
  const db = await place.open(readOnly);
  try {
    return await work(db, place);
  } finally {
    await db.close();
  }
}

function unknownOf(values: Readonly<Record<string, unknown>>): string {
  const isUnknown = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && 'how' in value && value.how === 'unknown';
  const names = Object.keys(values).filter((name) => isUnknown(values[name]));
  return names.length === 0 ? '' : `without ${names.join(', ')}`;
}

async function rows({ admin }: Place): Promise<number> {
  const { rows: counted } = await admin.query<{ n: number }>('SELECT count(*)::int AS n FROM django_session');
  return counted[0]?.n ?? -1;
}

async function clear(db: Database, place: Place, pace: Pace): Promise<string> {
  const { deleted, remainingExpired, outcome, problem } = await clearExpiredSessions(db, { pace });
  if (problem !== undefined) throw problem;
  assert.deepEqual([outcome, deleted, remainingExpired], ['done', EXPIRED, 0]);
  assert.equal(await rows(place), ACTIVE);
  return '';
}

async function diagnosis(place: Place): Promise<string> {
  const sources = new DatabaseSources({
    open: () => place.open(true),
    table: TABLE,
    snapshot: () => Promise.resolve(unknown('No monitor watches.')),
    watchSeconds: 0.3,
  });
  const { snapshot: _none, ...pieces } = sources.sources;
  const { signal } = new AbortController();
  try {
    const names = Object.keys(pieces) as (keyof typeof pieces)[];
    const found = await gather(sources.sources as EvidenceSources, names, signal, () => undefined);
    const { load } = found;
    if (load === undefined || !isKnown(load)) return unknownOf(found);
    return unknownOf({ ...found, 'times of statements': load.value.statements, 'what saves change': load.value.saves });
  } finally {
    await sources.close();
  }
}

/** Those that only some servers can answer, and what nothing has happened for yet, may be left out. */
const MAY_BE_NULL = new Set(['last_autovacuum_timestamp_seconds', 'stats_reset_timestamp_seconds']);

/** What they can't be told, by query or column. */
async function exported(place: Place): Promise<string> {
  const client = await place.openPlainly();
  const missing: string[] = [];
  try {
    for (const { id, sql, columns } of EXPORT_QUERIES) {
      const answer = await client.query<Record<string, unknown>>(sql(TABLE)).catch((error: unknown) => {
        assert.equal((error as { code?: unknown }).code, '42501', `${id}: ${String(error)}`);
      });
      const empty = columns.filter(
        ({ name }) => !MAY_BE_NULL.has(name) && answer?.rows.some((row) => row[name] === null),
      );
      if (answer === undefined || answer.rows.length === 0) missing.push(id);
      else missing.push(...empty.map(({ name }) => name));
    }
  } finally {
    await client.end();
  }
  return missing.length === 0 ? '' : `without ${missing.join(', ')}`;
}

async function victimOf(db: Database, place: Place): Promise<BackendFacts> {
  let found: BackendFacts | undefined;
  await eventually(async () => {
    const { backends } = await readBackends(db);
    found = backends.find(({ pid }) => pid === place.victim.pid);
    return found !== undefined && (found.masked || found.state === 'active');
  }, 'the site’s statement');
  return found ?? assert.fail('no victim');
}

async function end(place: Place, ending: BackendEnding): Promise<string> {
  await place.victim.start();
  const db = await place.open(true);
  try {
    const { outcome } = await endBackend(db, await victimOf(db, place), ending);
    assert.equal(outcome, 'ended');
    assert.match(await place.victim.said(), ending === 'cancel' ? /canceling statement/u : /terminat/u);
    return '';
  } catch (error) {
    assert.equal(await place.victim.isRunning(), true, 'it was refused, and has ended something');
    throw error;
  } finally {
    await db.close();
  }
}
