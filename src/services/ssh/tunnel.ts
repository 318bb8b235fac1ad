import { createServer, type AddressInfo } from 'node:net';
import type { Disposable } from '../../common/disposable.ts';
import { startProcess, type StartedProcess } from '../../common/runProcess.ts';
import { later } from '../../common/timers.ts';
import { notAnSshHost, sshMissing, sshProblem, sshTookTooLong } from './sshProblems.ts';

/** A port of this machine that leads to a port which only an SSH host reaches: the system's `ssh -N -L`. */
export interface Tunnel extends Disposable {
  /** Of 127.0.0.1. */
  readonly port: number;
  /** Resolves when ssh has ended, by itself or because the tunnel was disposed. */
  readonly closed: Promise<void>;
}

export interface TunnelOptions {
  /** A host of the person's SSH configuration, or user@host. */
  readonly sshHost: string;
  /** As the SSH host knows the database: a name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** Default: `ssh` of the PATH. */
  readonly program?: string;
}

/** With OpenSSH's own limit for one connection attempt (10 s) and a host between. */
const OPEN_MS = 25_000;
const KEPT_WORDS = 8_000;
/**
 * OpenSSH says it with `-v` when the port is there ("listening on", before that, is said when it is about to be); its messages are not
 * translated.
 * @see channel_new in https://github.com/openssh/openssh-portable/blob/master/channels.c
 */
const LISTENS = /^debug1: channel \d+: new (?:port-listener )?\[port listener\]/mu;
const DEBUG = /^(?:debug\d:|OpenSSH_|Authenticated to |Transferred: |Bytes per second).*$/gmu;

/** A host name, with a user before it or not: nothing that ssh would take for an option, or a shell for anything. */
const SSH_HOST = /^(?:[\w.+-]+@)?[\w.:[\]%-]+$/u;

export const OPTIONS = [
  '-v',
  '-N',
  // What would be asked can't be answered here: it fails instead.
  ['-o', 'BatchMode=yes'],
  ['-o', 'ExitOnForwardFailure=yes'],
  ['-o', 'ConnectTimeout=10'],
  // A network that is gone ends it within a minute.
  ['-o', 'ServerAliveInterval=15'],
  ['-o', 'ServerAliveCountMax=3'],
  // A connection that is shared with others would outlive this one, or lack its forwarding.
  ['-o', 'ControlMaster=no'],
  ['-o', 'ControlPath=none'],
].flat();

/** Resolves when the port leads there. @throws Problem */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const { sshHost, host, program = 'ssh' } = options;
  if (sshHost.startsWith('-') || !SSH_HOST.test(sshHost)) throw notAnSshHost(sshHost);
  const port = await freePort();
  const far = host.startsWith('/')
    ? `${host}/.s.PGSQL.${String(options.port)}`
    : `${bracketed(host)}:${String(options.port)}`;
  const ssh = startProcess(program, [...OPTIONS, '-L', `127.0.0.1:${String(port)}:${far}`, '--', sshHost]);
  try {
    await untilListening(ssh, sshHost, program);
  } catch (error) {
    ssh.end();
    throw error;
  }
  const closed = ssh.closed.then(
    () => undefined,
    () => undefined,
  );
  return { port, closed, dispose: () => ssh.end() };
}

async function untilListening(ssh: StartedProcess, sshHost: string, program: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let words = '';
  ssh.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    words = (words + chunk).slice(-KEPT_WORDS);
    if (LISTENS.test(words)) resolve(undefined);
  });
  ssh.stdout.resume();
  const timer = later(() => reject(sshTookTooLong(sshHost, OPEN_MS / 1000)), OPEN_MS);
  ssh.closed.then(
    () => reject(sshProblem(sshHost, words.replace(DEBUG, ''))),
    () => reject(sshMissing(program)),
  );
  try {
    await promise;
  } finally {
    timer.dispose();
  }
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Free a moment ago: ssh has no way to take any. Where another program takes it first, ssh says so and ends. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
