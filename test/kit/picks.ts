import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './node24.ts';
import { SAMPLE_SECRET_KEY } from './sample.ts';

const PICKS = join(ROOT, 'test', 'projects', 'picks');

/**
 * Copies the project of the guide's shape to a new temporary folder, whose name is `picks`. Its `backend/.env` says `db`, as it does
 * where Django runs in a container; docker-compose.dev.yml publishes that service on the port of the database of this URL, with its
 * name, user and password. Returns the folder.
 */
export async function copyPicks(connectionString: string): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'dsm-picks-')), 'picks');
  await cp(PICKS, folder, {
    recursive: true,
    filter: (path) => !path.endsWith('__pycache__') && !path.endsWith('.env'),
  });
  const url = new URL(connectionString);
  const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  const name = decodeURIComponent(url.pathname.slice(1));
  const environment = {
    DJANGO_DEVELOPMENT: 'True',
    SECRET_KEY: SAMPLE_SECRET_KEY,
    DATABASE_HOST: 'db',
    DATABASE_PORT: '5432',
    DATABASE_NAME: name,
    DATABASE_USER: user,
    DATABASE_PASSWORD: password,
  };
  const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}\n`);
  await writeFile(join(folder, 'backend', '.env'), lines.join(''), { mode: 0o600 });
  const compose = join(folder, 'docker-compose.dev.yml');
  const text = (await readFile(compose, 'utf8'))
    .replace("'5433:5432'", `'${url.port}:5432'`)
    .replaceAll('picks_dev', name)
    .replaceAll('devuser', user)
    .replaceAll('devpassword', password);
  await writeFile(compose, text);
  return folder;
}
