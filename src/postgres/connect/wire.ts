import type { Duplex } from 'node:stream';
import type { Client } from 'pg';

/** What `pg` has below its client and does not declare: the protocol's messages as events, and the stream they come from. */
export interface Wire {
  /** The socket, or what TLS has put over it. */
  readonly stream: Duplex;
  on(event: string, listener: (message: { readonly mechanisms?: readonly string[] }) => void): this;
  attachListeners(stream: Source): void;
}

/** What of a stream `pg` listens to: 'data', and 'end' without a chunk. */
interface Source {
  on(event: string, listener: (chunk: Buffer) => void): unknown;
}

export function wireOf(client: Client): Wire {
  return (client as unknown as { connection: Wire }).connection;
}

/** What one answer may have. The largest of our readings have some hundred rows and some hundred kilobytes. */
export const MOST_ROWS = 100_000;
export const MOST_MEGABYTES = 32;

/** The code of the error that ends a connection whose answer is larger; it stands in errors.ts. */
export const RESULT_TOO_LARGE = 'ANSWER_TOO_LARGE';

/**
 * Stands between the stream and `pg`: whatever is thrown as a message is read (by a listener to it, or by `pg` at what it can't read, where
 * nobody would catch it) ends the connection with that error, and nothing behind that message is read. It also ends an answer that goes on and
 * on while it arrives, before `pg` has collected it: a rule or view in the table's place, or a server that is none, would fill the memory of
 * the extension host. To be called before client.connect().
 */
export function guardWire(client: Client): void {
  const wire = wireOf(client);
  const attach = wire.attachListeners.bind(wire);
  let [bytes, rows] = [0, 0];
  const count = (moreBytes: number, moreRows: number): void => {
    bytes += moreBytes;
    rows += moreRows;
    if (rows <= MOST_ROWS && bytes <= MOST_MEGABYTES * 1_000_000) return;
    throw Object.assign(new Error(`The answer has more than ${MOST_ROWS} rows or ${MOST_MEGABYTES} MB`), {
      code: RESULT_TOO_LARGE,
    });
  };
  wire.on('readyForQuery', () => ([bytes, rows] = [0, 0]));
  wire.on('dataRow', () => count(0, 1));
  wire.attachListeners = (stream) =>
    attach({
      on: (event, listener) =>
        stream.on(event, (chunk) => {
          if (wire.stream.destroyed) return;
          try {
            if (event === 'data') count(chunk.length, 0);
            listener(chunk);
          } catch (error) {
            wire.stream.destroy(error instanceof Error ? error : new Error(String(error)));
          }
        }),
    });
}
