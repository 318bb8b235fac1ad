import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './cache.ts';
import type { CodeServer } from './codeServer.ts';
import { run } from './process.ts';

/**
 * The folder of extensions that VS Code's own installer makes of this VSIX, made once for all who start this version: it takes as long
 * as the start itself. It lies beside the VSIX, under the digest of its bytes.
 */
export async function installedOnce(server: CodeServer, vsix: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(vsix))
    .digest('hex')
    .slice(0, 16);
  const folder = `${vsix}.${server.version}.${digest}`;
  if (existsSync(folder)) return folder;
  return withLock(`installed-${digest}-${server.version}`, async () => {
    if (existsSync(folder)) return folder;
    const home = await mkdtemp(join(tmpdir(), 'dsm-install-'));
    try {
      const made = `${folder}.making`;
      await rm(made, { recursive: true, force: true });
      const flags = ['--user-data-dir', join(home, 'data'), '--extensions-dir', made];
      const config = join(home, 'config.yaml');
      await writeFile(config, 'auth: none\n');
      await run(server.node, [server.entry, '--config', config, ...flags, '--install-extension', vsix], {
        env: { ...process.env, HOME: home },
        timeoutMs: 120_000,
      });
      await rename(made, folder);
      return folder;
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  });
}

/** Copies it to where an editor may write; its list of extensions has the paths of where it was made. */
export async function copyInstalled(from: string, extensionsDir: string): Promise<void> {
  await cp(from, extensionsDir, { recursive: true });
  const index = join(extensionsDir, 'extensions.json');
  const text = await readFile(index, 'utf8');
  await writeFile(index, text.replaceAll(`${from}.making`, extensionsDir));
}
