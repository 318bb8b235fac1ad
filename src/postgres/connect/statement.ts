export interface QueryOptions {
  /** Server-side limit of each statement; the client gives up a second later. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** Further settings for this statement alone: { jit: 'off' }. Names and values are constants of the program. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Keep the statement's plan from one call to the next. Without effect through a pooler, which may change the server connection. */
  readonly keepPlan?: boolean;
  /** For error messages: what fails if this fails, and the table that it is about. */
  readonly what?: string;
  readonly table?: string;
  /** Undo what the statements did: for trying what something costs. Sequences and statistics keep it. */
  readonly rollback?: boolean;
  /**
   * Its abort cancels the statement on the server; what was thrown is then a Problem 'cancelled', unless it was done already. Where the
   * server does not confirm that in time, the connection is given up: see isUnconfirmed.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * For what PostgreSQL refuses in a transaction (VACUUM), without values. Its limits are set for the session and put back behind it;
   * through a pooler, where a session's settings would stay with others, it is cancelled from this side when the time is up.
   */
  readonly outsideTransaction?: boolean;
}

/** One of several statements of a transaction. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /**
   * Which search_path it runs with. 'role': that of the role, for what finds tables by it or has triggers run, whose functions may
   * rely on it; its text then names every function, operator and type of ours with pg_catalog. Default: nothing but pg_catalog.
   */
  readonly path?: 'role';
}

/** What one statement gave. */
export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that an INSERT, UPDATE or DELETE changed, or a SELECT returned. */
  readonly affected: number;
}
