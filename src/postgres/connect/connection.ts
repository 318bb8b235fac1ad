import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import type { Disposable } from '../../common/disposable.ts';
import { Problem } from '../../common/problem.ts';
import { later } from '../../common/timers.ts';
import { requireHonoured } from '../target/libpqParameters.ts';
import { oneOfHosts } from '../target/oneOfHosts.ts';
import type { Target } from '../target/target.ts';
import { authenticationRules, guardAuthentication, type AuthenticationRules } from './authentication.ts';
import { bounded } from './bounded.ts';
import { backendKey, cancelled, requestCancel } from './cancelRequest.ts';
import type { ConnectOptions, Database, SocketPlace, ServerIdentity } from './database.ts';
import { toProblem } from './errors.ts';
import { errorContext, meantTarget, passwordFor } from './meantTarget.ts';
import { keepalivesWhere } from './sessionGuard.ts';
import type { Answer, QueryOptions, Statement } from './statement.ts';
import { forgetPlaces } from './tablePlace.ts';
import { requireSession, type SessionState } from './targetSession.ts';
import { encryption } from './tls.ts';
import { inTransaction, isPlanLost, outsideTransaction, type TransactionLimits } from './transaction.ts';
import { guardWire } from './wire.ts';

export { connectionTarget } from '../target/target.ts';
export type { ConnectOptions, Database, ServerIdentity } from './database.ts';

export const APPLICATION_NAME = 'django-session-monitor';

/**
 * Connects and asks the server who it is, so that a pooler without a server behind it fails here.
 * @param signal its abort ends the attempt at once
 * @throws Problem, 'cancelled' by the signal; 'target-changed' before anything is sent, 'password-withheld' in place of the password
 */
export async function connect(options: ConnectOptions, signal?: AbortSignal): Promise<Database> {
  return await oneOfHosts(meantTarget(options), (target) => attempt(target, options, signal));
}

async function attempt(target: Target, options: ConnectOptions, signal: AbortSignal | undefined): Promise<Database> {
  const context = errorContext(target, `Cannot connect to ${target.description}`);
  requireHonoured(target.parameters, context.what);
  const rules = authenticationRules(target.parameters, context.what);
  const { attempts, negotiation } = encryption(
    options.via === undefined ? target.parameters : { ...target.parameters, hostaddr: options.via.host },
  );
  const isStopped = (): boolean => signal?.aborted === true;
  let failure: Problem | undefined;
  for (const ssl of attempts) {
    if (isStopped()) throw cancelled(context.what);
    const line = new Line(target, options);
    const stop = (): void => line.stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await line.open({ ssl, sslnegotiation: negotiation }, rules);
      return line;
    } catch (error) {
      await line.close();
      if (isStopped()) throw cancelled(context.what);
      const problem = toProblem(error, context);
      // That one way of encryption is not to be had says less than why the other way failed.
      if (failure === undefined || !problem.code.startsWith('tls-')) failure = problem;
      if (!OTHER_ENCRYPTION_MAY_HELP.has(problem.code)) break;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
  throw failure ?? toProblem(new Error('No way to connect was left.'), context);
}

/** As libpq, sslmode allow and prefer go on to the other kind; not after a wrong password, which would be sent in the clear then. */
const OTHER_ENCRYPTION_MAY_HELP = new Set(['access-refused', 'tls-unsupported', 'tls-failed', 'tls-certificate']);

interface Introduction extends SessionState {
  readonly version: number;
  readonly database: string;
  readonly user: string;
  readonly now: number;
  readonly pid: number;
}

const INTRODUCTION = `SELECT /* django-session-monitor */ current_setting('server_version_num')::int AS version,
  current_database()::text AS database, current_user::text AS user, pg_backend_pid() AS pid,
  ${keepalivesWhere('pg_backend_pid() = $1::int')} AS keepalives,
  pg_is_in_recovery() AS standby,
  pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool AS "refusesWrites",
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS now`;

class Line implements Database {
  readonly target: string;
  readonly applicationName: string;
  server: ServerIdentity = { version: 0, database: '', user: '', clockAheadMs: 0, pid: 0 };
  readonly #to: Target;
  readonly #options: ConnectOptions;
  readonly #place: SocketPlace;
  readonly #socket = new Socket();
  #client: Client | undefined;
  #lost: Problem | undefined;
  /** Settles when what was sent last has ended. */
  #previous: Promise<void> = Promise.resolve();
  #closing = false;
  #opened = false;
  #direct = false;
  /** Transactions may write: not before it is known whether the server is a standby, which refuses to begin such a one. */
  #writes = false;
  /** Statements can be prepared. */
  #preparable = false;

  constructor(to: Target, options: ConnectOptions) {
    this.#to = to;
    this.#options = options;
    this.#place = options.via ?? { host: to.parameters['hostaddr'] ?? to.host, port: to.port };
    this.target = to.description;
    this.applicationName = options.applicationName ?? APPLICATION_NAME;
  }

  async open(encryptedBy: Pick<ClientConfig, 'ssl' | 'sslnegotiation'>, rules: AuthenticationRules): Promise<void> {
    const { parameters } = this.#to;
    const seconds = Number(parameters['connect_timeout'] ?? 0);
    const timeoutMs = this.#options.connectTimeoutMs ?? (seconds > 0 ? seconds * 1000 : 10_000);
    const client = new Client({
      ...encryptedBy,
      ...this.#place,
      database: this.#to.database,
      user: this.#to.user,
      // A function, so that `pg` itself looks into no passfile: that is done already.
      password: () => passwordFor(this.#to),
      application_name: this.applicationName,
      ...(parameters['options'] === undefined ? {} : { options: parameters['options'] }),
      enableChannelBinding: rules.bindChannel,
      stream: () => this.#socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
      pipeline: true,
    });
    this.#client = client;
    guardWire(client);
    guardAuthentication(client, rules);
    client.on('error', (error) => this.#onLost(error));
    client.on('end', () => this.#onLost(new Error('Connection terminated unexpectedly')));
    await this.#within(timeoutMs, client.connect());
    const [found] = await this.query<Introduction>(INTRODUCTION, [backendKey(client).pid], {
      statementTimeoutMs: timeoutMs,
    });
    if (found !== undefined) {
      requireSession(parameters['target_session_attrs'], found, rules.what);
      this.#writes = this.#options.readOnly !== true && !found.standby;
      const { version, database, user, now, pid } = found;
      this.server = { version, database, user, clockAheadMs: now - Date.now(), pid };
      // A pooler gives its clients process ids of its own making.
      this.#direct = backendKey(client).pid === pid;
      this.#preparable = this.#direct;
    }
    this.#opened = true;
  }

  /** Ends the attempt to open it, which then rejects. */
  stop(): void {
    this.#socket.destroy();
  }

  async query<R extends object>(
    text: string,
    values: readonly unknown[] = [],
    options: QueryOptions = {},
  ): Promise<R[]> {
    if (options.outsideTransaction === true) {
      await this.#outsideTransaction(text, options);
      return [];
    }
    return this.#send(options, 1, async (client, limits) => {
      const name = options.keepPlan === true && this.#preparable ? nameOf(text) : undefined;
      const send = async (name?: string): Promise<R[]> =>
        (await this.#inTransaction(client, [{ text, values }], { ...options, ...limits, name }))[0]?.rows as R[];
      return send(name).catch((error: unknown) => {
        if (name === undefined || !isPlanLost(error)) throw error;
        this.#preparable = false;
        return send();
      });
    });
  }

  transaction(statements: readonly Statement[], options: QueryOptions = {}): Promise<Answer[]> {
    return this.#send(options, statements.length, (client, limits) =>
      this.#inTransaction(client, statements, { ...options, ...limits }),
    );
  }

  reopen(signal?: AbortSignal): Promise<Database> {
    return connect(this.#options, signal);
  }

  get direct(): boolean {
    return this.#direct;
  }

  #inTransaction(
    client: Client,
    statements: readonly Statement[],
    options: QueryOptions & TransactionLimits & { name?: string | undefined },
  ): Promise<Answer[]> {
    return inTransaction(client, statements, !this.#writes, options);
  }

  #outsideTransaction(text: string, options: QueryOptions): Promise<void> {
    return this.#send(options, this.#direct ? 1 : 'unlimited', (client, limits) => {
      if (this.#options.readOnly === true)
        throw Object.assign(new Error('The connection is read only'), { code: '25006' });
      return outsideTransaction(client, text, this.#direct ? limits : undefined);
    });
  }

  /** Has `work` send so many statements, and keeps them within their limits; the server knows none where they are 'unlimited'. */
  async #send<T>(
    options: QueryOptions,
    statements: number | 'unlimited',
    work: (client: Client, limits: TransactionLimits) => Promise<T>,
  ): Promise<T> {
    const { what = 'Cannot read from the database', signal } = options;
    if (this.#lost !== undefined) throw this.#lost;
    const client = this.#client;
    if (client === undefined || this.#closing) throw this.#problem(new Error('Connection ended'), what, options);
    if (signal?.aborted === true) throw cancelled(what);
    const { statementTimeoutMs = 5_000, lockTimeoutMs = 1_000 } = { ...this.#options, ...options };
    const before = this.#previous;
    const ended = Promise.withResolvers<undefined>();
    this.#previous = ended.promise;
    const unlimited = statements === 'unlimited';
    try {
      return await bounded(work(client, { statementTimeoutMs, lockTimeoutMs }), {
        what,
        before,
        limitMs: statementTimeoutMs * (unlimited ? 1 : statements),
        unlimited,
        signal,
        requestCancel: (hurry) => requestCancel(this.#place, backendKey(client), hurry),
        giveUp: (why) => this.#giveUp(why),
      });
    } catch (error) {
      const problem = this.#problem(error, what, options);
      if (problem.code === 'table-missing') forgetPlaces(this);
      throw problem;
    } finally {
      // What failed before it was sent has not waited for its turn.
      void before.then(() => ended.resolve(undefined));
    }
  }

  /** Waits for the connection to be made. A network that swallows all answers nothing and closes nothing. */
  async #within<T>(ms: number, work: Promise<T>): Promise<T> {
    let timer: Disposable | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = later(() => reject(this.#giveUp(`no answer within ${ms} ms`, 'ETIMEDOUT')), ms);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      timer?.dispose();
      work.catch(() => undefined); // its rejection, after the timeout, says nothing new
    }
  }

  /** The socket is destroyed, and with it all that waits. */
  #giveUp(why: string, code = 'STALLED'): Error {
    const error = Object.assign(new Error(why), { code });
    this.#onLost(error);
    this.#socket.destroy();
    return error;
  }

  async close(): Promise<void> {
    this.#closing = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined || this.#socket.destroyed) return;
    let timer: Disposable | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = later(resolve, 1_000);
    });
    await Promise.race([client.end().catch(() => undefined), patience]);
    timer?.dispose();
    this.#socket.destroy();
  }

  #onLost(error: Error): void {
    if (this.#lost !== undefined || this.#closing || !this.#opened) return;
    this.#lost = this.#problem(error, `The connection to ${this.target} was lost`, {});
    this.#socket.destroy();
    this.#options.onLost?.(this.#lost);
  }

  #problem(error: unknown, what: string, { table }: QueryOptions): Problem {
    return toProblem(error, { ...errorContext(this.#to, what), ...(table === undefined ? {} : { table }) });
  }
}

function nameOf(text: string): string {
  return `django_session_monitor_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
