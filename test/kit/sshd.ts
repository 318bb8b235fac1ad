import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool } from './apt.ts';
import { run, spawnGuarded, type GuardedProcess } from './process.ts';
import { freePort, signalAll, withChildren } from './serverProcess.ts';

/** A real sshd on loopback with keys of its own, and an `ssh` that knows it by a configuration of its own. */
export interface SshServer {
  /** OpenSSH's own client with the configuration below; to be run as `ssh` is. */
  readonly program: string;
  start(): Promise<void>;
  /** Ends the daemon and all its connections; it can be started again. */
  end(): Promise<void>;
  /** Removes all of it. */
  stop(): Promise<void>;
}

/**
 * Hosts that its configuration knows: `bastion` lets in by a key; `asks` has a key with a passphrase; `stranger` is a host whose key is
 * not known; `nobody` is a port on which nothing listens.
 */
export async function startSshServer(): Promise<SshServer> {
  const sshd = await ensureTool('sshd');
  const folder = await mkdtemp(join(tmpdir(), 'dsm-sshd-'));
  const [port, closed] = [await freePort(), await freePort()];
  const file = (name: string): string => join(folder, name);
  await makeKey(file('hostKey'));
  await makeKey(file('key'));
  await makeKey(file('locked'), 'a passphrase');
  const publicKeys = await Promise.all(['key.pub', 'locked.pub'].map((name) => readFile(file(name), 'utf8')));
  await writeFile(file('authorized'), publicKeys.join(''), { mode: 0o600 });
  const hostKey = (await readFile(file('hostKey.pub'), 'utf8')).split(' ').slice(0, 2).join(' ');
  await writeFile(file('known'), `[127.0.0.1]:${port} ${hostKey}\n`);
  await writeFile(
    file('sshd_config'),
    `ListenAddress 127.0.0.1
Port ${port}
HostKey ${file('hostKey')}
AuthorizedKeysFile ${file('authorized')}
PidFile ${file('pid')}
StrictModes no
PasswordAuthentication no
PermitRootLogin prohibit-password
`,
  );
  const to = (name: string, key: string, known: string, at = port): string => `Host ${name}
  HostName 127.0.0.1
  Port ${at}
  User ${userInfo().username}
  IdentityFile ${file(key)}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${file(known)}
  StrictHostKeyChecking yes
`;
  const hosts = [to('bastion', 'key', 'known'), to('asks', 'locked', 'known')];
  const others = [to('stranger', 'key', 'empty'), to('nobody', 'key', 'known', closed)];
  await writeFile(file('ssh_config'), [...hosts, ...others].join('\n'));
  // The real client looks for its configuration in the home folder that the system knows, whatever HOME says.
  const program = file('ssh');
  const client = (await run('sh', ['-c', 'command -v ssh'])).trim();
  await writeFile(program, `#!/bin/sh\nexec ${client} -F '${file('ssh_config')}' "$@"\n`);
  await chmod(program, 0o755);
  let daemon: GuardedProcess | undefined;
  const end = async (): Promise<void> => {
    // Each connection has processes of its own, in sessions of their own, which outlive the daemon.
    const pid = Number(await readFile(file('pid'), 'utf8').catch(() => '0'));
    if (pid > 0) signalAll(await family(pid), 'SIGKILL');
    await rm(file('pid'), { force: true });
    await daemon?.stop();
    daemon = undefined;
  };
  const start = async (): Promise<void> => {
    // Where the daemon gives up its rights; Debian makes it when the service starts.
    if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });
    daemon = spawnGuarded(sshd, ['-D', '-e', '-f', file('sshd_config')], { graceMs: 1000 });
    const deadline = Date.now() + 20_000;
    while (!(await listens(port))) {
      if (!daemon.isRunning() || Date.now() > deadline) throw new Error(`sshd did not start:\n${daemon.output()}`);
      await sleep(50);
    }
  };
  const stop = async (): Promise<void> => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { program, start, end, stop };
}

async function family(pid: number): Promise<number[]> {
  const children = (await withChildren(pid)).filter((child) => child !== pid);
  return [pid, ...(await Promise.all(children.map(family))).flat()];
}

async function makeKey(path: string, passphrase = ''): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'test', '-f', path]);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
