import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What is used of a connection of autocannon (its lib/httpClient.js), the methods with an underscore included. */
export interface Client extends EventEmitter<{
  headers: [head: { readonly shouldKeepAlive: boolean; readonly headers: readonly string[] }];
}> {
  readonly conn: Socket;
  readonly destroyed: boolean;
  readonly reqsMade: number;
  readonly responseMax: number;
  readonly parser: { initialize(type: 'RESPONSE'): void; finish(): unknown };
  readonly pipelinedRequests: { clear(): void };
  setHeaders(headers: Readonly<Record<string, string>>): void;
  destroy(): void;
  _connect(): void;
  _doRequest(): void;
  _resetConnection(): void;
}

/**
 * Makes a connection of autocannon fit for servers as Django has them. By itself it sends the next request into a connection that
 * the server is about to close, and loses every second one (measured with "Connection: close", which gunicorn's sync workers and
 * runserver say: 1,000 sent, 500 answered, no error); an answer whose end is the end of the connection never ends; what was begun
 * on a lost connection is taken for the answer of the next; and no certificate is ever checked, though a cookie is sent.
 *
 * @param isStopping no further request is to be sent
 */
export function mendClient(client: Client, acceptAnyCertificate: boolean, isStopping: () => boolean): void {
  const connect = client._connect.bind(client);
  const request = client._doRequest.bind(client);
  let closes = false;
  let ready = false;
  client.on('headers', ({ shouldKeepAlive }) => {
    closes = !shouldKeepAlive;
  });
  client._doRequest = () => {
    if (isStopping()) client.destroy();
    if (!ready || client.destroyed) return;
    if (closes && client.reqsMade < client.responseMax) client._resetConnection();
    else request();
  };
  client._connect = () => {
    closes = false;
    ready = false;
    client.pipelinedRequests.clear();
    client.parser.initialize('RESPONSE');
    connect();
    const { conn } = client;
    const start = (): void => {
      ready = true;
      client._doRequest();
    };
    conn.removeAllListeners('end');
    conn.on('end', () => {
      client.parser.finish();
      // Its answer was complete: the next connection is made, or none is needed.
      if (client.conn !== conn || client.destroyed) return;
      conn.destroy(Object.assign(new Error('The server closed the connection.'), { code: 'ECONNRESET' }));
    });
    if (conn instanceof TLSSocket) {
      conn.once('secureConnect', () => {
        if (conn.authorized || acceptAnyCertificate) start();
        else conn.destroy(Object.assign(new Error('Its certificate is not trusted.'), { code: 'CERT_UNTRUSTED' }));
      });
    } else start();
  };
}
