import type { Measured } from '../../common/measured.ts';
import type { SaveEvidence } from './saveEvidence.ts';

/**
 * What is read from PostgreSQL, in three readings of different cost:
 *
 * - `SessionMetrics`, the light one, every few seconds: one round trip, cost independent of the size of the table;
 * - `DetailMetrics`, every minute: statements, indexes, a sample of session data; bounded;
 * - `ExactCounts`, at long intervals or on demand: COUNT(*), whose cost does grow with the table.
 *
 * Cumulative counters are kept as such; the monitoring turns two of them into a rate.
 */

/** The table that is watched. `schema` undefined: as search_path finds it. */
export interface SessionTable {
  readonly schema?: string;
  /** 'django_session' unless the project's session model says otherwise. */
  readonly name: string;
}

export interface SessionMetrics {
  /** When the answer came, by this machine's clock. */
  readonly at: Date;
  /** The server's clock at the same moment; `at` − `serverTime` is clock skew plus latency. */
  readonly serverTime: Date;
  readonly server: ServerFacts;
  readonly sessions: SessionCounts;
  readonly table: TableMetrics;
  readonly counters: TableCounters;
  readonly connections: ConnectionMetrics;
  readonly database: DatabaseCounters;
  readonly cost: ReadingCost;
}

export interface ServerFacts {
  /** server_version_num: 150018 */
  readonly version: number;
  readonly database: string;
  readonly user: string;
  /** pg_postmaster_start_time() */
  readonly startedAt: Date;
  /** A hot standby: readings work, cleaning up does not. */
  readonly inRecovery: boolean;
}

export interface SessionCounts {
  readonly total: Measured;
  readonly active: Measured;
  /** Exact up to the cap (option `expiredCap`), then estimated from the page sample. */
  readonly expired: Measured;
  /** expire_date of the row that expired first; known with value undefined-as-null when nothing is expired. */
  readonly oldestExpired: Measured<Date | null>;
  /** Sessions whose last save (time in the signature, Django ≥ 3.1) is less than an hour ago; from the page sample, and a count by the index where that agrees with it. */
  readonly savedLastHour: Measured;
}

export interface TableMetrics {
  /** Schema-qualified and quoted name as PostgreSQL resolved it. */
  readonly qualifiedName: string;
  readonly heapBytes: Measured;
  readonly indexBytes: Measured;
  readonly toastBytes: Measured;
  /** pg_total_relation_size: heap + indexes + TOAST + maps. */
  readonly totalBytes: Measured;
  /** Bytes in the heap that hold neither a live row nor overhead: what new rows can reuse (estimated from the page sample). */
  readonly reusableBytes: Measured;
  readonly deadTuples: Measured;
  /** Latest of vacuum and autovacuum; null: never since the statistics began. */
  readonly lastVacuum: Measured<Date | null>;
  readonly lastAutovacuum: Measured<Date | null>;
  readonly lastAnalyze: Measured<Date | null>;
  /** Whether a valid index leads with expire_date: without it expired rows can't be counted cheaply, nor cleared. */
  readonly expireIndex: boolean;
}

/**
 * Cumulative since `resetAt`, from pg_stat_all_tables; NaN: not visible. On a standby what is inserted, updated and deleted says nothing: it
 * is counted on the primary.
 */
export interface TableCounters {
  readonly inserted: number;
  readonly updated: number;
  readonly hotUpdated: number;
  readonly deleted: number;
  readonly sequentialScans: number;
  readonly indexScans: number;
}

export interface ConnectionMetrics {
  /** Client backends of the watched database by `state` of pg_stat_activity; masked rows count as 'unknown'. This monitor's own are left out. */
  readonly byState: Readonly<Record<string, number>>;
  /** Client backends of this database in total, masked ones included, own left out. */
  readonly total: Measured;
  /** Waiting for a lock (wait_event_type = 'Lock'). Unknown while some rows are masked. */
  readonly waiting: Measured;
  /** Age of the oldest open transaction of another backend of this database, seconds; 0 when none is open. */
  readonly longestTransactionSeconds: Measured;
  /** Client backends on the whole server, for comparison with `max`. */
  readonly used: Measured;
  /** max_connections − superuser_reserved_connections (and reserved_connections, PG ≥ 16): what ordinary roles can use. */
  readonly max: Measured;
}

/** Cumulative since `resetAt`, from pg_stat_database. */
export interface DatabaseCounters {
  readonly commits: number;
  readonly rollbacks: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  readonly tempFiles: number;
  readonly tempBytes: number;
  /** pg_stat_database.stats_reset, null: never. */
  readonly resetAt: Date | null;
}

export interface ReadingCost {
  /** Statements sent. */
  readonly statements: number;
  /** Milliseconds on the server, from start of the statement to its last row, by the server's clock. */
  readonly serverMs: number;
  /** Milliseconds from sending to the answer, by this machine's clock. */
  readonly roundTripMs: number;
}

export interface DetailMetrics {
  readonly at: Date;
  readonly statements: Measured<readonly StatementMetrics[]>;
  readonly indexes: Measured<readonly IndexMetrics[]>;
  readonly sample: Measured<SessionSample>;
  /** What the saves changed that were made since the readings before. */
  readonly saves: Measured<SaveEvidence>;
  /** The session tables of the database, the watched one first. */
  readonly tables: Measured<readonly SessionTableFacts[]>;
  /** What TOAST and the indexes hold. */
  readonly space: Measured<SpaceUse>;
  readonly cost: ReadingCost;
}

/** One entry of pg_stat_statements that touches the session table; this monitor's own statements are left out. */
export interface StatementMetrics {
  readonly queryId: string;
  readonly query: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
}

/** Bytes of a part of the table on disk: all, what live rows take of it, and what new ones can take. */
export interface SpacePart {
  readonly bytes: number;
  readonly live: number;
  readonly reusable: number;
}

export interface SpaceUse {
  readonly toast: SpacePart;
  /** `live` and `reusable` only of those whose entries are of known length. */
  readonly indexes: readonly (Partial<SpacePart> & { readonly name: string; readonly bytes: number })[];
  readonly holders: readonly SpaceHolder[];
}

/** Something that keeps VACUUM from freeing dead rows. */
export interface SpaceHolder {
  readonly kind: 'transaction' | 'prepared transaction' | 'replication slot' | 'standby';
  readonly name: string;
  /** How long it has been there; null: not known. */
  readonly seconds: number | null;
}

/** A table with the columns of a session table: another schema's, another engine's, or one that is left behind. */
export interface SessionTableFacts {
  readonly schema: string;
  readonly name: string;
  /** As ANALYZE or VACUUM last saw them; null: neither has been there. */
  readonly rows: number | null;
  /** With indexes and TOAST. */
  readonly bytes: number;
  /** Rows inserted or updated since the statistics began. */
  readonly writes: number;
  readonly watched: boolean;
}

export interface IndexMetrics {
  readonly name: string;
  readonly definition: string;
  readonly bytes: number;
  readonly scans: number;
  readonly valid: boolean;
  readonly unique: boolean;
}

/** What a sample of at most 100 readable, unexpired sessions says. Keys are counted, values never leave the reader. */
export interface SessionSample {
  readonly rows: number;
  /** Rows with a `last_activity` key. */
  readonly withLastActivity: number;
  /** Rows without `_auth_user_id`. */
  readonly anonymous: number;
  /** Rows that could not be decoded (pickle, another signer, encrypted), by reason. */
  readonly unreadable: Readonly<Record<string, number>>;
  /** Most frequent expire_date − saved time in the sample in seconds: SESSION_COOKIE_AGE as it is in effect. */
  readonly cookieAgeSeconds?: number;
  /** By which keys of the settings the sessions are signed; undefined: why that is not known is in `whyUnverified`. */
  readonly signatures?: readonly SignatureCount[];
  /** Half a sentence. */
  readonly whyUnverified?: string;
}

export interface SignatureCount {
  /** 'SECRET_KEY', 'SECRET_KEY_FALLBACKS[0]', 'none of them'. */
  readonly key: string;
  readonly sessions: number;
  /** Newest and oldest save among them. */
  readonly newest?: Date;
  readonly oldest?: Date;
}

export interface ExactCounts {
  readonly at: Date;
  readonly total: number;
  readonly active: number;
  readonly expired: number;
  readonly cost: ReadingCost;
}
