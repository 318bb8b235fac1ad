import type { Disposable } from '../../common/disposable.ts';
import { filled } from '../../common/filled.ts';
import type { ConnectionSetting } from '../../contributions.ts';
import { resolveTarget } from '../../postgres/target/target.ts';
import type { Tunnels } from '../../services/ssh/tunnels.ts';
import { settingParts, type Access, type ConnectionSource } from './connection.ts';

/** The tunnels of saved connections with an `sshHost`, which end with the window. */
export class SshTunnels implements Disposable {
  #tunnels: Tunnels | undefined;

  /** Opens the tunnel where the connection has one. @throws Problem */
  async wayTo(setting: ConnectionSetting, source: ConnectionSource): Promise<Pick<Access, 'via'>> {
    const sshHost = filled(setting.sshHost);
    if (sshHost === undefined) return {};
    const [{ Tunnels }, { notInWorkspace }] = await Promise.all([
      import('../../services/ssh/tunnels.ts'),
      import('../../services/ssh/sshProblems.ts'),
    ]);
    if (source !== 'settings') throw notInWorkspace();
    this.#tunnels ??= new Tunnels();
    const { port } = resolveTarget(settingParts(setting).connectionString);
    return { via: await this.#tunnels.to({ sshHost, host: filled(setting.host) ?? 'localhost', port }) };
  }

  dispose(): void {
    this.#tunnels?.dispose();
  }
}
