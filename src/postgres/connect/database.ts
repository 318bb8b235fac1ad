import type { Problem } from '../../common/problem.ts';
import type { Borrow } from '../target/borrowedPassword.ts';
import type { TargetKey } from '../target/targetKey.ts';
import type { Answer, QueryOptions, Statement } from './statement.ts';

/** Where a socket goes: a name, an address, or the folder of a Unix socket, and a port. */
export interface SocketPlace {
  readonly host: string;
  readonly port: number;
}

export interface ConnectOptions {
  /** A URL or keyword/value pairs as libpq understands them, completed by service file, environment and passfile as by libpq. */
  readonly connectionString: string;
  /** Goes before every other source of a password. */
  readonly password?: string;
  /** Where the socket goes in the place of the server's host: the near end of a tunnel. Certificates and passwords stay the server's. */
  readonly via?: SocketPlace;
  /** The server that the person meant when the password was entered or confirmed: nothing is said to another one. */
  readonly expected?: TargetKey;
  /** Which passwords of the person's files and environment may be used. Default 'any'. */
  readonly borrow?: Borrow;
  /** Every statement then runs in a transaction of its own in which the server refuses to write. Default false. */
  readonly readOnly?: boolean;
  readonly applicationName?: string;
  /** Limits of each statement, set for that statement alone. Defaults 5,000 and 1,000. */
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
  /** Process id of the backend that answered; through a pooler another may answer the next time. */
  readonly pid: number;
}

/**
 * A connection. All that it throws are Problems. Statements sent while another runs are done in turn. Every statement has a limit that the
 * server keeps, and one of this side for a server or network that stalls; it settles within two seconds after its signal's abort.
 */
export interface Database {
  /** For people: "shop on db.example.org:5432". */
  readonly target: string;
  readonly server: ServerIdentity;
  readonly applicationName: string;
  /** No pooler is between: what is set or locked in the session stays until it ends. */
  readonly direct: boolean;
  /** Rows of one statement, values by node-postgres's default types. */
  query<R extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
    options?: QueryOptions,
  ): Promise<R[]>;
  /** Statements in a transaction of their own, in one round trip. What a statement is given can't depend on what another gave. */
  transaction(statements: readonly Statement[], options?: QueryOptions): Promise<Answer[]>;
  /** Another connection by the same options, also when this one is lost or closed. @throws Problem, 'cancelled' by the signal */
  reopen(signal?: AbortSignal): Promise<Database>;
  /** Ends the connection; never throws, never waits longer than a second. */
  close(): Promise<void>;
}
