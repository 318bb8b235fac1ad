import { execFileSync, spawn } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverUser } from './binaries.ts';
import { freePort } from './serverProcess.ts';

/** Path of PgBouncer, which Debian puts where only root's PATH leads. */
export function pgbouncerPath(): string | undefined {
  for (const path of ['pgbouncer', '/usr/sbin/pgbouncer']) {
    try {
      execFileSync(path, ['--version'], { stdio: 'pipe' });
      return path;
    } catch {
      continue; // the next place
    }
  }
  return undefined;
}

export interface Bouncer {
  readonly port: number;
  stop(): Promise<void>;
}

export type PoolMode = 'session' | 'transaction' | 'statement';

/** PgBouncer, in transaction mode unless said otherwise. @param databases lines of its section [databases] */
export async function startPgbouncer(
  binary: string,
  databases: readonly string[],
  poolSize = 1,
  mode: PoolMode = 'transaction',
): Promise<Bouncer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'dsm-pgbouncer-'));
  const ini = `[databases]
${databases.join('\n')}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${poolSize}
`;
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, ini);
  const user = await serverUser();
  if (user !== undefined) for (const path of [folder, file]) await chown(path, user.uid, user.gid);
  const child = spawn(binary, [file], { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise<void>((resolve, reject) => {
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString('utf8');
      if (log.includes('process up')) resolve();
    });
    child.once('exit', () => reject(new Error(log)));
  });
  return {
    port,
    stop: async () => {
      if (child.exitCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGKILL');
        await gone;
      }
      await rm(folder, { recursive: true });
    },
  };
}
