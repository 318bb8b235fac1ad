import { readdir, readFile, readlink } from 'node:fs/promises';

/** The process on this machine that has this local TCP port open as a client; undefined: none that may be seen. Linux only. */
export async function ownerOfPort(port: number): Promise<number | undefined> {
  const inode = await inodeOf(port);
  if (inode === undefined) return undefined;
  const wanted = `socket:[${inode}]`;
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    // A process that ends meanwhile has nothing open.
    const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const fd of open) {
      const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
      if (target === wanted) return Number(pid);
    }
  }
  return undefined;
}

/** @see https://docs.kernel.org/networking/proc_net_tcp.html */
async function inodeOf(port: number): Promise<string | undefined> {
  const hex = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
  const columns = lines.map((line) => line.trim().split(/\s+/));
  return columns.find(([, local]) => local?.endsWith(hex) === true)?.[9];
}
