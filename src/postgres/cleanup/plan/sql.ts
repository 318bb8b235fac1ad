import type { Statement } from '../../connect/statement.ts';
import { quoted } from '../../table/tableName.ts';
import type { CleanupTarget, Heap, IncomingKey } from './target.ts';

/** What a batch is about. A row is deleted only if this holds at the moment of deletion. */
export type Which = { readonly expiredSeconds: number } | 'all';

/** The SQL condition. expire_date is a timestamptz and now() the server's: nobody's time zone matters. */
export function condition(which: Which): string {
  return which === 'all' ? 'true' : `expire_date OPERATOR(pg_catalog.<) ${limit(which.expiredSeconds)}`;
}

/** As a subselect it is evaluated once and not for each row. @param graceSeconds a number, checked */
export function limit(graceSeconds: number): string {
  return graceSeconds === 0
    ? '(SELECT pg_catalog.now())'
    : `(SELECT pg_catalog.now() OPERATOR(pg_catalog.-) interval '${graceSeconds} seconds')`;
}

/** The rows of some pages, or those that expire in some time. */
export type Range = PageRange | ExpiryRange;

export interface PageRange {
  readonly fromPage: number;
  /** Exclusive. */
  readonly toPage: number;
}

export interface ExpiryRange {
  /** As PostgreSQL writes it, microseconds included; exclusive; undefined: from the beginning. */
  readonly after: string | undefined;
  /** Inclusive. */
  readonly until: string;
  /** Rows of a batch; the range is cut there. */
  readonly rows: number;
}

/**
 * One statement per batch, in a transaction that LOCK begins. The condition stands in the DELETE itself: under READ COMMITTED a row
 * that was saved meanwhile is looked at again in its new version before it is deleted. It has the search_path of the role, because the
 * functions of triggers on the table may rely on that: what stands in a DELETE is named in full.
 * @see https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED
 */
export class BatchSql {
  readonly #heap: Heap;
  readonly #version: number;
  readonly #which: string;
  readonly #hasKeys: boolean;
  readonly #kept: string;

  constructor(heap: Heap, target: CleanupTarget, version: number, which: Which) {
    this.#heap = heap;
    this.#version = version;
    this.#which = condition(which);
    this.#hasKeys = target.keys.length > 0;
    this.#kept = references(target)
      .map((exists) => ` AND NOT ${exists}`)
      .join('');
  }

  /**
   * Settings for the batch alone. Without `prefetch` pages are read when they are needed: see Prefetch. Losing the last transactions in a crash of the server only brings expired rows back. */
  settings(range: Range, prefetch = true): Readonly<Record<string, string>> {
    // Statistics that are old must not make the planner read the table from its beginning for each batch.
    const plan = isPages(range)
      ? { enable_bitmapscan: 'off', ...(this.#hasKeys ? {} : { enable_indexscan: 'off' }) }
      : { enable_tidscan: 'off' };
    return {
      synchronous_commit: 'off',
      transaction_isolation: 'read committed',
      datestyle: 'ISO',
      enable_seqscan: 'off',
      ...(prefetch ? {} : { effective_io_concurrency: '0' }),
      ...(this.#version >= 110_000 ? { jit: 'off' } : {}),
      ...plan,
    };
  }

  /** The statements of a batch; the DELETE is at `deleting`. */
  batch(range: Range): { readonly statements: readonly Statement[]; readonly deleting: number } {
    const { where, values, mark } = this.#range(range);
    const text = `DELETE /* django-session-monitor */ FROM ONLY ${quoted(this.#heap)} AS s WHERE ${where}${this.#kept}`;
    const immediate = this.#hasKeys ? [{ text: 'SET CONSTRAINTS ALL IMMEDIATE', path: 'role' as const }] : [];
    const first = [LOCK, ...mark];
    return { statements: [...first, { text, values, path: 'role' }, ...immediate], deleting: first.length };
  }

  /** Reads what a batch of this range would delete, changes nothing, and says how many `rows` those are. */
  reading(range: Range): Statement {
    const heap = quoted(this.#heap);
    if (isPages(range)) {
      const { where, values } = this.#range(range);
      const text = `SELECT /* django-session-monitor */ count(*)::int AS rows FROM ONLY ${heap} AS s WHERE ${where}${this.#kept}`;
      return { text, values };
    }
    const text = `SELECT /* django-session-monitor */ count(session_key)::int AS rows
  FROM (SELECT session_key FROM ONLY ${heap} AS s WHERE ${this.#which}${this.#kept} ORDER BY expire_date LIMIT $1::int) AS first`;
    return { text, values: [range.rows] };
  }

  /** The same for those rows that nobody holds locked, and how many are left of the range. */
  withoutLocked(range: Range): { readonly statements: readonly Statement[]; readonly deleting: number } {
    const { where, values, mark } = this.#range(range);
    const heap = quoted(this.#heap);
    const free = `SELECT s.ctid FROM ONLY ${heap} AS s WHERE ${where} FOR UPDATE SKIP LOCKED`;
    const text = `DELETE /* django-session-monitor */ FROM ONLY ${heap} AS s WHERE ctid OPERATOR(pg_catalog.=) ANY (ARRAY(${free})) AND ${this.#which}${this.#kept}`;
    const left = `SELECT /* django-session-monitor */ count(*)::int AS remaining FROM ONLY ${heap} AS s WHERE ${where}${this.#kept}`;
    const first = [LOCK, ...mark];
    return { statements: [...first, { text, values, path: 'role' }, { text: left, values }], deleting: first.length };
  }

  #range(range: Range): { where: string; values: unknown[]; mark: Statement[] } {
    if (isPages(range)) {
      const where = this.#version >= 140_000 ? BY_RANGE : BY_TIDS;
      // With foreign keys indexes are allowed, and must not be used for expire_date.
      const which = this.#hasKeys
        ? this.#which.replace('expire_date', `(expire_date OPERATOR(pg_catalog.+) interval '0')`)
        : this.#which;
      return { where: `${where} AND ${which}`, values: [range.fromPage, range.toPage], mark: [] };
    }
    const after =
      range.after === undefined ? '' : 'expire_date OPERATOR(pg_catalog.>) $2::timestamp with time zone AND ';
    const values = range.after === undefined ? [] : [range.after];
    const own = after.replace('$2', '$1');
    return {
      where: `${own}expire_date OPERATOR(pg_catalog.<=) pg_catalog.current_setting('${UNTIL}')::timestamp with time zone AND ${this.#which}`,
      values,
      // The end is looked up in the order of the index; the rows are better read in the order of their pages.
      mark: [
        { text: this.#mark(after, values.length + 2), values: [range.until, ...values, range.rows] },
        { text: 'SET LOCAL enable_indexscan = off' },
      ],
    };
  }

  /**
   * Finds where the batch ends, in the index alone, and keeps it for the DELETE behind it in the same transaction. Many rows
   * may share one expire_date: `crowd` says that they are too many for a batch, and nothing is deleted then.
   */
  #mark(after: string, n: number): string {
    const heap = quoted(this.#heap);
    const crowd = `greatest(2 * $${n}::int, ${CROWD})`;
    return `SELECT /* django-session-monitor */ until::text AS until, crowd, set_config('${UNTIL}', (CASE WHEN crowd THEN '-infinity' ELSE coalesce(until, $1::timestamptz) END)::text, true)
  FROM (SELECT until, (SELECT count(*) FROM (SELECT FROM ONLY ${heap} WHERE expire_date = until LIMIT ${crowd} + 1) AS same) > ${crowd} AS crowd
          FROM (SELECT (SELECT expire_date FROM ONLY ${heap} WHERE ${after}expire_date <= $1::timestamptz AND ${this.#which}
                         ORDER BY expire_date OFFSET $${n}::int - 1 LIMIT 1) AS until) AS found) AS cut`;
  }
}

/** Whether it keeps the rows that it refers to: NO ACTION, as Django makes all of them, or RESTRICT. */
export const keepsRows = ({ action }: IncomingKey): boolean => action === 'a' || action === 'r';

/** For each such key that the role may look at, as SQL, whether a row refers to the session `s`. */
export function references({ keys }: CleanupTarget): string[] {
  return keys
    .filter((key) => key.maySelect && keepsRows(key))
    .map(({ table, columns }) => {
      const on = columns.map(([own, their, equals]) => `s.${their} ${equals} r.${own}`).join(' AND ');
      return `EXISTS (SELECT FROM ${table} AS r WHERE ${on})`;
    });
}

/** So many rows of one expire_date are a batch, also where batches are smaller: going over all pages for them takes longer. */
const CROWD = 1_000;
/** A setting of our own, which ends with the transaction. */
const UNTIL = 'django_session_monitor.until';

function isPages(range: Range): range is PageRange {
  return 'fromPage' in range;
}

/** TID range scan: PostgreSQL 14 and later. */
const BY_RANGE = `ctid OPERATOR(pg_catalog.>=) pg_catalog.format('(%s,0)', $1::bigint)::pg_catalog.tid
   AND ctid OPERATOR(pg_catalog.<) pg_catalog.format('(%s,0)', $2::bigint)::pg_catalog.tid`;
/** Before, every line pointer that a page can have (a tuple takes 28 bytes at least) is asked for. */
const BY_TIDS = `ctid OPERATOR(pg_catalog.=) ANY (ARRAY(SELECT pg_catalog.format('(%s,%s)', page, line)::pg_catalog.tid
  FROM pg_catalog.generate_series($1::bigint, $2::bigint OPERATOR(pg_catalog.-) 1) AS page,
       pg_catalog.generate_series(1, pg_catalog.current_setting('block_size')::int OPERATOR(pg_catalog./) 28) AS line))`;

/** The key of the advisory lock: "djse" in ASCII, and 1. Advisory locks belong to a database. */
export const LOCK_KEY = [0x646a7365, 1] as const;

/** In the message of LOCK's error, whatever language the server speaks: no trigger of anybody's says this. */
export const TAKEN = 'django-session-monitor: another cleanup runs';

/**
 * First in each transaction of a cleanup: fails where another cleanup holds the lock, and all behind it fails with it. The text that
 * is no number makes it fail; it can't be evaluated beforehand, because the lock is volatile.
 */
export const LOCK: Statement = {
  text: `SELECT /* django-session-monitor */ CASE WHEN pg_try_advisory_xact_lock(${LOCK_KEY.join(', ')}) THEN '1' ELSE '${TAKEN}' END::int AS ours`,
};
