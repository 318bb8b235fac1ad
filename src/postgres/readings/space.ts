import { unknown, type Measured } from '../../common/measured.ts';
import type { Database } from '../connect/connection.ts';
import { placed } from '../connect/tablePlace.ts';
import type { SessionTable, SpaceHolder, SpacePart, SpaceUse } from '../table/readings.ts';
import { SERVER_MS, spend, type Spent } from '../table/spent.ts';
import { shown } from '../table/tableName.ts';

/**
 * What TOAST and the indexes hold: their sizes are PostgreSQL's, the rest is reckoned from counters and from how large sessions and
 * index entries are, because looking into those files takes a superuser (pgstattuple).
 */

/** Pages of the heap that are looked at for the sizes of sessions. */
const SAMPLE_PAGES = 128;

interface Catalog {
  readonly pages: number;
  readonly live: number;
  readonly dead: number;
  readonly standby: boolean;
  readonly block: number;
  readonly toastPages: number;
  /** Chunks, by the counters; 0: none, or not known. */
  readonly chunks: number;
  readonly toastIndexBytes: number;
  readonly indexes: readonly IndexShape[];
  readonly holders: readonly SpaceHolder[];
  readonly server_ms: number;
}

interface IndexShape {
  readonly name: string;
  readonly bytes: number;
  /** Bytes of its columns of fixed length, and how many are the session's key. */
  readonly fixed: number;
  readonly keys: number;
  /** It can be reckoned: a whole B-tree over columns of known length. */
  readonly plain: boolean;
}

/** A transaction of another database keeps no rows of this one. Only the xmin of a slot keeps rows of tables; catalog_xmin does not. */
const HOLDERS = `SELECT 'transaction' AS kind, who AS name, seconds FROM (
           SELECT concat('process ', pid, ' of ', coalesce(nullif(application_name, ''), usename::text, 'another user')) AS who,
                  extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds FROM pg_stat_activity
            WHERE backend_xmin IS NOT NULL AND xact_start IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
            ORDER BY xact_start LIMIT 1) AS oldest
         UNION ALL SELECT 'prepared transaction', gid, extract(epoch FROM clock_timestamp() - prepared)::float8
                     FROM pg_prepared_xacts WHERE database = current_database()
         UNION ALL SELECT 'replication slot', slot_name::text, NULL FROM pg_replication_slots WHERE xmin IS NOT NULL
         UNION ALL SELECT 'standby', coalesce(nullif(application_name, ''), client_addr::text, pid::text), NULL
                     FROM pg_stat_replication WHERE backend_xmin IS NOT NULL`;

const CATALOG = `SELECT /* django-session-monitor */ (pg_relation_size(c.oid) / block)::float8 AS pages, block,
       pg_stat_get_live_tuples(c.oid)::float8 AS live, pg_stat_get_dead_tuples(c.oid)::float8 AS dead, pg_is_in_recovery() AS standby,
       coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)) / block, 0)::float8 AS "toastPages",
       coalesce(pg_indexes_size(nullif(c.reltoastrelid, 0)), 0)::float8 AS "toastIndexBytes",
       coalesce(pg_stat_get_live_tuples(nullif(c.reltoastrelid, 0)), 0)::float8 AS chunks,
       coalesce((SELECT jsonb_agg(jsonb_build_object('name', x.relname, 'bytes', pg_relation_size(x.oid),
              'plain', x.relam = (SELECT oid FROM pg_am WHERE amname = 'btree') AND indpred IS NULL AND width.known, 'fixed', width.fixed, 'keys', width.keys))
          FROM pg_index JOIN pg_class AS x ON x.oid = indexrelid, LATERAL (
            SELECT coalesce(sum(attlen) FILTER (WHERE attlen > 0), 0) AS fixed, count(*) FILTER (WHERE attname = 'session_key') AS keys,
                   coalesce(bool_and(attlen > 0 OR attname = 'session_key'), false) AS known
              FROM unnest(indkey::int2[]) AS k(num) LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = num) AS width
         WHERE indrelid = c.oid), '[]') AS indexes,
       coalesce((SELECT jsonb_agg(holder) FROM (${HOLDERS}) AS holder), '[]') AS holders, ${SERVER_MS}
  FROM pg_class AS c, (SELECT current_setting('block_size')::int AS block) AS b WHERE c.oid = to_regclass($1::text) AND c.relkind = 'r'`;

/** A row of more than 2,032 bytes has its session_data in TOAST, in chunks of 1,996 bytes: heaptoast.h. pg_column_size reads none of them. */
export const IN_TOAST = 1_950;
const CHUNK = 1_996;
/** Header, line pointer and the other columns of a chunk. */
const CHUNK_OVERHEAD = 24 + 4 + 8 + 4;

interface Sizes {
  readonly rows: number;
  readonly key: number | null;
  readonly chunks: number;
  readonly toasted: number;
  readonly server_ms: number;
}

const sizesSql = (
  table: string,
): string => `SELECT /* django-session-monitor */ count(*)::float8 AS rows, avg(key)::float8 AS key,
       coalesce(sum(ceil(size / ${CHUNK}.0)) FILTER (WHERE size > ${IN_TOAST}), 0)::float8 AS chunks,
       coalesce(sum(size) FILTER (WHERE size > ${IN_TOAST}), 0)::float8 AS toasted, ${SERVER_MS}
  FROM (SELECT pg_column_size(session_key) AS key, pg_column_size(session_data) AS size
          FROM ONLY ${table} TABLESAMPLE SYSTEM ($1::real) OFFSET 0) AS s`;

/** Of a page of an index: PageHeaderData and BTPageOpaqueData. */
const PAGE_OVERHEAD = 24 + 16;

export async function readSpace(db: Database, table: SessionTable, spent: Spent): Promise<Measured<SpaceUse>> {
  const context = { what: 'Cannot see what TOAST and indexes hold', table: shown(table) };
  const name = await placed(db, table, spent);
  const found = await db.query<Catalog>(CATALOG, [name], context);
  spend(spent, found);
  const [catalog] = found;
  if (catalog === undefined) return unknown('Of a partitioned table it is not reckoned.');
  if (catalog.standby) {
    return unknown('A standby has no counters of the rows that are dead.', 'Connect to the primary.');
  }
  const { pages, live, dead, holders } = catalog;
  const percent = Math.min(100, (100 * SAMPLE_PAGES) / Math.max(1, pages));
  const rows = await db.query<Sizes>(sizesSql(name), [percent], context);
  spend(spent, rows);
  const sizes = rows[0] ?? { rows: 0, key: null, chunks: 0, toasted: 0 };
  if (sizes.rows === 0 && live > 0)
    return unknown('No session was in the sample of pages.', 'It is read again by itself.');
  // Counters are gone after a crash, until an ANALYZE: then the sample stands for all.
  const scale = live > 0 ? live / Math.max(1, sizes.rows) : 100 / percent;
  const total = live > 0 ? live : sizes.rows * scale;
  // A few large sessions are in no sample, and in the counter of chunks.
  const chunks = catalog.chunks > 0 ? catalog.chunks : sizes.chunks * scale;
  const perChunk = CHUNK_OVERHEAD + (sizes.chunks === 0 ? CHUNK : sizes.toasted / sizes.chunks);
  const toast = chunks * perChunk;
  const toastBytes = catalog.toastPages * catalog.block;
  const value = {
    toast: part(toastBytes + catalog.toastIndexBytes, toast, toastBytes),
    indexes: catalog.indexes.map((index) => ({
      name: index.name,
      ...indexPart(index, catalog, sizes.key ?? 0, total + dead),
    })),
    holders,
  };
  const note = `reckoned from ${sizes.rows.toLocaleString('en-US')} sessions of a sample, their number and the sizes of entries`;
  return { how: 'estimated', value, at: new Date(), note };
}

/** @param room bytes that can hold rows */
function part(bytes: number, live: number, room: number): SpacePart {
  const held = Math.min(live, room);
  return { bytes, live: Math.round(held), reusable: Math.round(room - held) };
}

/** An entry: IndexTupleData, the columns on a boundary of 8 bytes, a line pointer. Entries of dead rows are there until a vacuum. */
function indexPart(
  index: IndexShape,
  { block }: Catalog,
  key: number,
  entries: number,
): Partial<SpacePart> & { bytes: number } {
  if (!index.plain) return { bytes: index.bytes };
  const entry = 8 * Math.ceil((8 + index.fixed + index.keys * key) / 8) + 4;
  return part(index.bytes, entries * entry, index.bytes * (1 - PAGE_OVERHEAD / block));
}
