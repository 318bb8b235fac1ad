import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * both: nothing goes either way. answers: what the client sends arrives, and nothing comes back. new: nothing goes either way on
 * connections that are made from now on.
 */
export type Held = 'both' | 'answers' | 'new';

/**
 * A TCP proxy before a server of 127.0.0.1, as a network that stalls: connections stay open, new ones are taken, and what is sent is kept
 * back until `release`. Texts are found only where nothing is encrypted.
 */
export class StallingProxy {
  /** All that clients have sent so far, by connection in the order of their opening. */
  readonly sent: Buffer[] = [];
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #awaited = new Set<Awaited>();
  #held: Held | undefined;
  /** Links that a hold of new ones leaves alone. */
  #before: ReadonlySet<Link> = new Set();

  private constructor(to: number) {
    this.#server = createServer((client) => this.#link(client, connect(to, '127.0.0.1')));
  }

  /** @param to the server's port */
  static async start(to: number): Promise<StallingProxy> {
    const proxy = new StallingProxy(to);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A connection string of the server, through this proxy. */
  through(connectionString: string): string {
    const url = new URL(connectionString);
    url.port = String(this.port);
    return url.href;
  }

  /** How many connections are open by which a client has sent this text. */
  waiting(text: string): number {
    return [...this.#links].filter(({ index }) => this.sent[index]?.includes(text) === true).length;
  }

  /** From now on nothing is passed on; without more on connections that are there and on new ones, both ways. */
  hold(held: Held = 'both'): void {
    this.#held = held;
    this.#before = held === 'new' ? new Set(this.#links) : new Set();
  }

  /** Passes on what was kept back, and all that comes. */
  release(): void {
    this.#held = undefined;
    for (const link of this.#links) link.flush();
  }

  /** Resolves when a client has sent this text from now on; what `then` does is done before the text is passed on. */
  seen(text: string, then?: () => void): Promise<void> {
    return new Promise((resolve) => {
      const bytes = Buffer.from(text);
      const found = (): void => {
        then?.();
        resolve();
      };
      this.#awaited.add({ bytes, found, from: new Map([...this.#links].map((link) => [link, link.length])) });
    });
  }

  /** Stalls at the moment a client sends this text: `both`, and it does not arrive; `answers`, and it does but no answer comes. */
  holdAt(text: string, held: Held = 'both'): Promise<void> {
    return this.seen(text, () => this.hold(held));
  }

  /** Ends all connections, as a network that is switched off does not: both ends are told. */
  cut(): void {
    for (const link of this.#links) link.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #link(client: Socket, server: Socket): void {
    const index = this.sent.push(Buffer.alloc(0)) - 1;
    const link: Link = {
      index,
      length: 0,
      kept: { client: [], server: [] },
      flush: () => {
        for (const chunk of link.kept.client.splice(0)) server.write(chunk);
        for (const chunk of link.kept.server.splice(0)) client.write(chunk);
      },
      destroy: () => void (client.destroy(), server.destroy()),
    };
    this.#links.add(link);
    client.on('data', (chunk) => {
      this.sent[index] = Buffer.concat([this.sent[index] ?? chunk.subarray(0, 0), chunk]);
      const before = link.length;
      link.length += chunk.length;
      const at = this.#look(link, this.sent[index]) - before;
      if (this.#holds(link) && this.#held !== 'answers') {
        // What was sent before the text that is waited for arrives.
        if (at > 0) server.write(chunk.subarray(0, at));
        link.kept.client.push(chunk.subarray(Math.max(0, at)));
      } else server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (this.#holds(link)) link.kept.server.push(chunk);
      else client.write(chunk);
    });
    for (const socket of [client, server]) {
      socket.on('error', () => socket.destroy()); // told by 'close', which follows
      socket.on('close', () => {
        this.#links.delete(link);
        link.destroy();
      });
    }
  }

  #holds(link: Link): boolean {
    return this.#held !== undefined && !this.#before.has(link);
  }

  /** @returns where the first awaited text begins; 0: none was found */
  #look(link: Link, sent: Buffer): number {
    let first = 0;
    for (const awaited of this.#awaited) {
      const at = sent.indexOf(awaited.bytes, awaited.from.get(link) ?? 0);
      if (at < 0) continue;
      this.#awaited.delete(awaited);
      first = first === 0 ? at : Math.min(first, at);
      awaited.found();
    }
    return first;
  }
}

interface Link {
  /** Its place in `sent`. */
  readonly index: number;
  /** Bytes that the client has sent. */
  length: number;
  readonly kept: { readonly client: Buffer[]; readonly server: Buffer[] };
  readonly flush: () => void;
  readonly destroy: () => void;
}

interface Awaited {
  readonly bytes: Buffer;
  readonly found: () => void;
  readonly from: ReadonlyMap<Link, number>;
}
