import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './node24.ts';

export const SAMPLE = join(ROOT, 'test', 'sample');

/** SECRET_KEY that signs the sessions of demo and tests, so that a real Django with the copy can read them. */
export const SAMPLE_SECRET_KEY = 'demo-secret-key-of-the-sample-project';

/** Copies the sample project to a new temporary folder, with a `.env` that names the database of this URL. Returns the folder. */
export async function copySample(
  connectionString?: string,
  extraEnv: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'dsm-sample-')), 'shop');
  await cp(SAMPLE, folder, {
    recursive: true,
    filter: (path) => !path.endsWith('__pycache__') && !path.endsWith('.env'),
  });
  const database = connectionString === undefined ? {} : databaseEnv(new URL(connectionString));
  const lines = Object.entries({ SECRET_KEY: SAMPLE_SECRET_KEY, ...database, ...extraEnv });
  await writeFile(join(folder, '.env'), lines.map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
  return folder;
}

function databaseEnv(url: URL): Record<string, string> {
  return {
    DB_NAME: decodeURIComponent(url.pathname.slice(1)),
    DB_USER: decodeURIComponent(url.username),
    DB_PASSWORD: decodeURIComponent(url.password),
    DB_HOST: url.hostname,
    DB_PORT: url.port,
  };
}
