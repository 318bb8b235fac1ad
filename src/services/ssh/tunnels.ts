import type { Disposable } from '../../common/disposable.ts';
import { openTunnel, type Tunnel, type TunnelOptions } from './tunnel.ts';

/** The tunnels of a window: one for each far end, opened when it is first needed and anew when it has ended. */
export class Tunnels implements Disposable {
  readonly #tunnels = new Map<string, Promise<Tunnel>>();
  #disposed = false;

  /** @throws Problem */
  async to(options: TunnelOptions): Promise<{ readonly host: string; readonly port: number }> {
    const key = JSON.stringify([options.sshHost, options.host, options.port]);
    const { port } = await (this.#tunnels.get(key) ?? this.#open(key, options));
    return { host: '127.0.0.1', port };
  }

  #open(key: string, options: TunnelOptions): Promise<Tunnel> {
    const opening = openTunnel(options);
    this.#tunnels.set(key, opening);
    const forget = (): void => {
      if (this.#tunnels.get(key) === opening) this.#tunnels.delete(key);
    };
    opening.then((tunnel) => {
      void tunnel.closed.then(forget);
      if (this.#disposed) tunnel.dispose();
    }, forget);
    return opening;
  }

  dispose(): void {
    this.#disposed = true;
    for (const tunnel of this.#tunnels.values())
      void tunnel.then(
        (open) => open.dispose(),
        () => undefined,
      );
  }
}
