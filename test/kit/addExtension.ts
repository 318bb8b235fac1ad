import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes room for an extension and registers it as VS Code's own installer would; returns the folder that it is to be put into. */
export async function addExtension(extensionsDir: string, id: string, version: string): Promise<string> {
  const name = `${id}-${version}`;
  const folder = join(extensionsDir, name);
  await mkdir(folder, { recursive: true });
  const index = join(extensionsDir, 'extensions.json');
  const installed = await readFile(index, 'utf8').then(
    (text) => JSON.parse(text) as unknown[],
    () => [],
  );
  const entry = {
    identifier: { id },
    version,
    location: { $mid: 1, path: folder, scheme: 'file' },
    relativeLocation: name,
    metadata: { installedTimestamp: Date.now(), source: 'vsix' },
  };
  await writeFile(index, JSON.stringify([...installed, entry]));
  return folder;
}
