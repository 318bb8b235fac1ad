import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A foreign server: asks whoever comes for the password in the clear, and keeps what it is given. */
export interface PasswordServer {
  readonly port: number;
  /** Who asked to be let in so far: "shop@shop". */
  readonly visitors: readonly string[];
  readonly passwords: readonly string[];
  stop(): Promise<void>;
}

/** Requests for encryption, which it refuses with one letter. @see https://www.postgresql.org/docs/current/protocol-message-formats.html */
const ENCRYPTION_REQUESTS = new Set([80_877_103, 80_877_104]);
const ASK_CLEARTEXT = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const REFUSAL = 'SFATAL\0C28P01\0Mpassword authentication failed\0\0';

export async function startPasswordServer(): Promise<PasswordServer> {
  const visitors: string[] = [];
  const passwords: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let rest = Buffer.alloc(0);
    let known = false;
    socket.on('data', (part) => {
      rest = Buffer.concat([rest, part]);
      for (;;) {
        const head = known ? 1 : 0;
        const length = rest.length < head + 4 ? Infinity : head + rest.readInt32BE(head);
        if (rest.length < length) return;
        const message = rest.subarray(0, length);
        rest = rest.subarray(length);
        if (known) {
          if (message[0] !== 0x70) return void socket.end();
          passwords.push(message.toString('utf8', 5, length - 1));
          socket.end(refusal());
        } else if (ENCRYPTION_REQUESTS.has(message.readInt32BE(4))) socket.write('N');
        else {
          known = true;
          const words = message.toString('utf8', 8).split('\0');
          visitors.push(['user', 'database'].map((key) => words[words.indexOf(key) + 1]).join('@'));
          socket.write(ASK_CLEARTEXT);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    visitors,
    passwords,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusal(): Buffer {
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + Buffer.byteLength(REFUSAL), 1);
  return Buffer.concat([head, Buffer.from(REFUSAL)]);
}
