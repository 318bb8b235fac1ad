import { connect, type NetConnectOpts } from 'node:net';
import type { Client } from 'pg';
import { Problem } from '../../common/problem.ts';
import type { SocketPlace } from './database.ts';

/** What the server (or the pooler) gave at the start of the connection, for requests to cancel its statements. */
export interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** `pg` keeps both and declares neither. */
export function backendKey(client: Client): BackendKey {
  const { processID, secretKey } = client as { processID?: unknown; secretKey?: unknown };
  return { pid: Number(processID ?? 0), secret: Number(secretKey ?? 0) };
}

/** CancelRequest: length, code 1234 · 2^16 + 5678, process id, secret key. */
const LENGTH = 16;
const CODE = 80_877_102;

/**
 * Asks the server to cancel what the connection of this key runs; never throws. As in libpq before 17, it is sent in the clear also
 * where the connection itself is encrypted: servers take it so, and the key is of no use after the connection.
 * Poolers pass it on to the server connection that the client has at that time.
 * @param hurry ends the waiting
 * @returns whether the request may still arrive: it was sent, and nobody said that it was taken
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS
 */
export function requestCancel(place: SocketPlace, { pid, secret }: BackendKey, hurry: AbortSignal): Promise<boolean> {
  if (hurry.aborted) return Promise.resolve(false);
  const request = Buffer.alloc(LENGTH);
  [LENGTH, CODE, pid, secret].forEach((value, i) => request.writeInt32BE(value | 0, 4 * i));
  return new Promise((resolve) => {
    const socket = connect(address(place));
    let underWay = false;
    const stop = (): void => void socket.destroy();
    hurry.addEventListener('abort', stop, { once: true });
    // Not ended by us: PgBouncer 1.18 crashes when the one who asks hangs up first.
    socket.once('connect', () => {
      underWay = true;
      socket.write(request);
    });
    socket.resume();
    // The server closes the connection when it has passed the request on; a firewall may swallow it.
    socket.once('end', () => (underWay = false));
    // What could not be cancelled ends by its own time limit.
    socket.on('error', () => {
      underWay = false;
      socket.destroy();
    });
    socket.once('close', () => {
      hurry.removeEventListener('abort', stop);
      resolve(underWay);
    });
  });
}

function address({ host, port }: SocketPlace): NetConnectOpts {
  if (host.startsWith('/')) return { path: `${host}/.s.PGSQL.${port}` };
  return { host, port };
}

/** SQLSTATE query_canceled: by a request, or by statement_timeout. */
export function isCancel(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '57014';
}

export function cancelled(what: string): Problem {
  return new Problem({
    code: 'cancelled',
    what,
    why: 'It was cancelled.',
    next: 'Nothing of this statement was kept.',
    transient: false,
  });
}

/** A cancel that the server has not confirmed in time; the connection was closed for it. */
export function unconfirmed(what: string, cause: unknown): Problem {
  return new Problem(
    {
      code: 'cancelled',
      what,
      why: 'It was cancelled, and the server did not confirm that in time.',
      next: 'The connection was closed; look whether this statement was kept once the server answers again.',
      transient: false,
    },
    { cause },
  );
}

/** Whether a Problem 'cancelled' leaves open what became of the statement: the server may have done it. The connection is lost then. */
export function isUnconfirmed(error: unknown): boolean {
  return error instanceof Problem && error.code === 'cancelled' && error.cause !== undefined;
}
