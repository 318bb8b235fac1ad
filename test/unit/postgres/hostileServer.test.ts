import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { Problem } from '../../../src/common/problem.ts';
import { connect } from '../../../src/postgres/connect/connection.ts';

/** What whoever has taken a server over, or stands between, could send. @see https://www.postgresql.org/docs/current/protocol-message-formats.html */

function message(type: string, body: Buffer, length = body.length + 4): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

const text = (words: string): Buffer => Buffer.from(`${words}\0`);
const LET_IN = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]);
const NOTICES = Buffer.concat(
  Array.from({ length: 100 }, () =>
    message('N', Buffer.concat([text('SNOTICE'), text(`M${'x'.repeat(1000)}`), Buffer.alloc(1)])),
  ),
);
const row = message('D', Buffer.concat([Buffer.from([0, 1, 0, 0, 0x27, 0x10]), Buffer.alloc(10_000, 'x')]));
const ROWS = Buffer.concat(Array.from({ length: 50 }, () => row));
const sasl = (kind: number, words: Buffer): Buffer =>
  message('R', Buffer.concat([Buffer.from([0, 0, 0, kind]), words]));

/** What it says to whoever comes: `once` at first, then the answer to each message, and `endless` without end. */
interface Script {
  readonly once: Buffer;
  readonly answer?: (said: Buffer) => Buffer;
  readonly endless?: Buffer;
}

async function hostile(t: TestContext, { once, answer, endless }: Script): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let greeted = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (said) => {
      if (greeted) {
        if (answer !== undefined) socket.write(answer(said));
        return;
      }
      greeted = true;
      socket.write(once);
      const flood = (): void => {
        while (!socket.destroyed && endless !== undefined && socket.write(endless));
        socket.once('drain', flood);
      };
      flood();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The nonce that was sent, with more behind it, as the server does; and a count of rounds that would take hours. */
const manyRounds = (said: Buffer): Buffer => {
  const nonce = /r=([^,\0]+)/u.exec(said.toString('latin1'))?.[1] ?? '';
  return sasl(11, Buffer.from(`r=${nonce}more,s=c2FsdA==,i=2147483647`));
};

/** With the code of the Problem that it is let go with. */
const SERVERS: readonly (readonly [what: string, code: string, Script])[] = [
  ['notices without end before it lets anyone in', 'answer-too-large', { once: Buffer.alloc(0), endless: NOTICES }],
  ['notices without end after it', 'answer-too-large', { once: LET_IN, endless: NOTICES }],
  ['rows without end', 'connection-lost', { once: LET_IN, endless: ROWS }],
  [
    'a message of 2 GB',
    'answer-too-large',
    { once: message('N', Buffer.alloc(0), 2 ** 31 - 1), endless: Buffer.alloc(65_536, 'x') },
  ],
  ['what is no message at all', 'connect-timeout', { once: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') }],
  [
    'hours of work for a password',
    'database-error',
    { once: sasl(10, Buffer.concat([text('SCRAM-SHA-256'), Buffer.alloc(1)])), answer: manyRounds },
  ],
  ['nothing', 'connect-timeout', { once: Buffer.alloc(0) }],
];

for (const [what, code, script] of SERVERS)
  test(`a server that sends ${what} is let go in time and in bounds, with a reason`, async (t) => {
    const port = await hostile(t, script);
    const before = process.memoryUsage.rss();
    const began = performance.now();
    await assert.rejects(
      connect({
        connectionString: `postgresql://shop@127.0.0.1:${String(port)}/shop?sslmode=disable`,
        password: 'canary-4711',
        connectTimeoutMs: 1_500,
      }),
      (error: unknown) =>
        error instanceof Problem &&
        error.code === code &&
        !JSON.stringify([error.message, error.stack]).includes('canary'),
    );
    assert.ok(performance.now() - began < 10_000, `${String(performance.now() - began)} ms`);
    assert.ok(process.memoryUsage.rss() - before < 300_000_000, `${String(process.memoryUsage.rss() - before)} bytes`);
  });
