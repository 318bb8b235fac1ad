import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { Problem } from '../common/problem.ts';
import { toProblem, type ErrorContext } from './errors.ts';
import { resolveTarget, type Target } from './target.ts';
import { encryption } from './tls.ts';
import { isPlanLost, wrapped, type QueryOptions } from './transaction.ts';

export { connectionTarget } from './target.ts';

export const APPLICATION_NAME = 'django-session-monitor';

export interface ConnectOptions {
  /** A URL or keyword/value pairs as libpq understands them, completed by service file, environment and passfile as by libpq. */
  readonly connectionString: string;
  /** Goes before every other source of a password. */
  readonly password?: string;
  /** Every statement then runs in a transaction of its own in which the server refuses to write. Default false. */
  readonly readOnly?: boolean;
  readonly applicationName?: string;
  /** Limits of each statement of a read-only connection, set for that statement alone. Defaults 5,000 and 1,000. */
  readonly statementTimeoutMs?: number;
  readonly lockTimeoutMs?: number;
  /** For name look-up, network, TLS and authentication together. Default: connect_timeout of the string, else 10,000. */
  readonly connectTimeoutMs?: number;
  /** Told once when an established connection breaks by itself; not when close() ends it. */
  readonly onLost?: (problem: Problem) => void;
}

/** What the server said of itself when the connection was made. */
export interface ServerIdentity {
  /** server_version_num: 150018 */
  readonly version: number;
  readonly database: string;
  readonly user: string;
  /** The server's clock − this machine's, in milliseconds, to a round trip. */
  readonly clockAheadMs: number;
}

/** A connection. All that it throws are Problems. Statements sent while another runs are done in turn. */
export interface Database {
  /** For people: "shop on db.example.org:5432". */
  readonly target: string;
  readonly server: ServerIdentity;
  readonly applicationName: string;
  /** Rows of one statement, values by node-postgres's default types. */
  query<R extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    options?: QueryOptions,
  ): Promise<R[]>;
  /** Ends the connection; never throws, never waits longer than a second. */
  close(): Promise<void>;
}

/** Connects and asks the server who it is, so that a pooler without a server behind it fails here. @throws Problem */
export async function connect(options: ConnectOptions): Promise<Database> {
  const target = resolveTarget(options.connectionString, options.password);
  const context = contextOf(target, `Cannot connect to ${target.description}`);
  const { attempts, negotiation } = encryption(target.parameters);
  let failure: Problem | undefined;
  for (const ssl of attempts) {
    const line = new Line(target, options);
    try {
      await line.open({ ssl, sslnegotiation: negotiation });
      return line;
    } catch (error) {
      await line.close();
      const problem = toProblem(error, context);
      // That one way of encryption is not to be had says less than why the other way failed.
      if (failure === undefined || !problem.code.startsWith('tls-')) failure = problem;
      if (!OTHER_ENCRYPTION_MAY_HELP.has(problem.code)) break;
    }
  }
  throw failure ?? toProblem(new Error('No way to connect was left.'), context);
}

/** As libpq, sslmode allow and prefer go on to the other kind; not after a wrong password, which would be sent in the clear then. */
const OTHER_ENCRYPTION_MAY_HELP = new Set(['access-refused', 'tls-unsupported', 'tls-failed', 'tls-certificate']);

function contextOf(target: Target, what: string): ErrorContext {
  const { user, database, host, port } = target;
  return { what, user, database, host, port };
}

/** How much longer than the server's own timeout an answer is waited for: then the server is taken for stalled. */
const STALL_MS = 1_000;

interface Introduction {
  readonly version: number;
  readonly database: string;
  readonly user: string;
  readonly now: number;
  readonly pid: number;
}

const INTRODUCTION = `SELECT /* django-session-monitor */ current_setting('server_version_num')::int AS version,
  current_database()::text AS database, current_user::text AS user, pg_backend_pid() AS pid,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

class Line implements Database {
  readonly target: string;
  readonly applicationName: string;
  server: ServerIdentity = { version: 0, database: '', user: '', clockAheadMs: 0 };
  readonly #to: Target;
  readonly #options: ConnectOptions;
  readonly #socket = new Socket();
  #client: Client | undefined;
  #lost: Problem | undefined;
  #closing = false;
  #opened = false;
  /** No pooler is between: statements can be prepared. */
  #direct = false;

  constructor(to: Target, options: ConnectOptions) {
    this.#to = to;
    this.#options = options;
    this.target = to.description;
    this.applicationName = options.applicationName ?? APPLICATION_NAME;
  }

  async open(encryptedBy: Pick<ClientConfig, 'ssl' | 'sslnegotiation'>): Promise<void> {
    const { parameters } = this.#to;
    const seconds = Number(parameters['connect_timeout'] ?? 0);
    const timeoutMs = this.#options.connectTimeoutMs ?? (seconds > 0 ? seconds * 1000 : 10_000);
    const client = new Client({
      ...encryptedBy,
      host: parameters['hostaddr'] ?? this.#to.host,
      port: this.#to.port,
      database: this.#to.database,
      user: this.#to.user,
      // A function, so that `pg` itself looks into no passfile: that is done already.
      password: () => parameters['password'] ?? '',
      application_name: this.applicationName,
      ...(parameters['options'] === undefined ? {} : { options: parameters['options'] }),
      ...(parameters['channel_binding'] === 'require' ? { enableChannelBinding: true } : {}),
      stream: () => this.#socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      pipeline: true,
    });
    this.#client = client;
    client.on('error', (error) => this.#onLost(error));
    client.on('end', () => this.#onLost(new Error('Connection terminated unexpectedly')));
    await this.#within(timeoutMs, client.connect(), 'ETIMEDOUT');
    const [found] = await this.query<Introduction>(INTRODUCTION, [], { statementTimeoutMs: timeoutMs });
    if (found !== undefined) {
      const { version, database, user, now, pid } = found;
      this.server = { version, database, user, clockAheadMs: now - Date.now() };
      // A pooler gives its clients process ids of its own making.
      this.#direct = (client as { processID?: unknown }).processID === pid;
    }
    this.#opened = true;
  }

  async query<R extends object>(
    text: string,
    values: readonly unknown[] = [],
    options: QueryOptions = {},
  ): Promise<R[]> {
    const what = options.what ?? 'Cannot read from the database';
    if (this.#lost !== undefined) throw this.#lost;
    const client = this.#client;
    if (client === undefined || this.#closing) throw this.#problem(new Error('Connection ended'), what, options);
    const { readOnly = false, statementTimeoutMs = 5_000, lockTimeoutMs = 1_000 } = this.#options;
    try {
      if (!readOnly && Object.keys(options).every((key) => key === 'what' || key === 'table'))
        return rowsOf<R>(await client.query(text, [...values]));
      const name = options.keepPlan === true && this.#direct ? nameOf(text) : undefined;
      const limits = { statementTimeoutMs, lockTimeoutMs, ...options, name };
      const send = (): Promise<R[]> => wrapped<R>(client, text, values, readOnly, limits);
      const answer = send().catch((error: unknown) => {
        if (name === undefined || !isPlanLost(error)) throw error;
        this.#direct = false;
        limits.name = undefined;
        return send();
      });
      return await this.#within(limits.statementTimeoutMs + STALL_MS, answer, '57014');
    } catch (error) {
      throw this.#problem(error, what, options);
    }
  }

  /** A server that stalls answers nothing and closes nothing: the socket is destroyed then, and with it all that waits. */
  async #within<T>(ms: number, work: Promise<T>, code: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const stalled = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const error = Object.assign(new Error(`no answer within ${ms} ms`), {
          code: code === '57014' ? 'STALLED' : code,
        });
        this.#onLost(error);
        this.#socket.destroy();
        reject(error);
      }, ms);
    });
    try {
      return await Promise.race([work, stalled]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined); // its rejection, after the timeout, says nothing new
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined || this.#socket.destroyed) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, 1_000);
    });
    await Promise.race([client.end().catch(() => undefined), patience]);
    clearTimeout(timer);
    this.#socket.destroy();
  }

  #onLost(error: Error): void {
    if (this.#lost !== undefined || this.#closing || !this.#opened) return;
    this.#lost = this.#problem(error, `The connection to ${this.target} was lost`, {});
    this.#socket.destroy();
    this.#options.onLost?.(this.#lost);
  }

  #problem(error: unknown, what: string, { table }: QueryOptions): Problem {
    return toProblem(error, { ...contextOf(this.#to, what), ...(table === undefined ? {} : { table }) });
  }
}

function rowsOf<R>(result: { rows: unknown[] } | { rows: unknown[] }[]): R[] {
  // Several statements in one text without values give several results: the last one counts.
  const last = Array.isArray(result) ? result.at(-1) : result;
  return (last?.rows ?? []) as R[];
}

function nameOf(text: string): string {
  return `django_session_monitor_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
