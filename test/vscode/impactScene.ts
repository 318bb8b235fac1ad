import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { append } from '../../src/history/append.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { fold } from '../../src/history/levels/fold.ts';
import { loadSqlite } from '../../src/history/sqlite/openSqlite.ts';
import { SqliteHistory } from '../../src/history/sqlite/sqliteHistory.ts';
import { seeded } from '../kit/random.ts';
import type { VSCode } from '../kit/vscode.ts';
import { historyFolder } from './historyFile.ts';

/** A repository with commits, and a history in which the saves fell one minute after one of them. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = 120_000;

/** What a message can try: a command behind a link, HTML, an icon, and what turns the text around. */
const HOSTILE = 'Throttle [now](command:workbench.action.closeWindow) <img src=x onerror=alert(1)> $(flame) \u202Eback';

const run = promisify(execFile);

async function git(folder: string, at: Date, ...args: readonly string[]): Promise<string> {
  const date = at.toISOString();
  const who = ['-c', 'user.name=Kim Doe', '-c', 'user.email=kim@example.org', '-c', 'commit.gpgsign=false'];
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_CONFIG_GLOBAL: '/dev/null' };
  const { stdout } = await run('git', ['-C', folder, ...who, ...args], { env });
  return stdout.trim();
}

async function commit(folder: string, at: Date, message: string): Promise<string> {
  await git(folder, at, 'add', '-A');
  await git(folder, at, 'commit', '-q', '-m', message);
  return git(folder, at, 'rev-parse', 'HEAD');
}

/** The throttle comes with the second commit. */
export async function makeRepository(folder: string, throttledAt: Date): Promise<string> {
  const settings = join(folder, 'config', 'settings', 'base.py');
  const text = await readFile(settings, 'utf8');
  const entry = '    "config.middleware.ThrottledSessionMiddleware",\n';
  await git(folder, throttledAt, 'init', '-q');
  await writeFile(join(folder, '.gitignore'), '.env\n');
  await writeFile(settings, text.replace(entry, ''));
  await commit(folder, new Date(throttledAt.getTime() - 10 * DAY_MS), 'Begin');
  await writeFile(settings, text);
  return commit(folder, throttledAt, `${HOSTILE}\n\nMore of it`);
}

/** Readings of nine days before a change and of the time since it: a day with a night, and saves ÷ 7 from the change on. */
export async function makeHistory(vscode: VSCode, connectionString: string, changedAt: Date): Promise<void> {
  const sqlite = await loadSqlite();
  if (sqlite === undefined) throw new Error('This Node has no node:sqlite.');
  const folder = historyFolder({ vscode });
  await mkdir(folder, { recursive: true });
  const { fileName } = storeIdentity(connectionString, { name: 'django_session' });
  const file = new SqliteHistory(sqlite, join(folder, fileName));
  const random = seeded(11);
  const end = Date.now() - EVERY_MS;
  file.transaction(() => {
    for (let at = changedAt.getTime() - 9 * DAY_MS; at < end; at += EVERY_MS) {
      const rhythm = 1 + 0.8 * Math.sin((2 * Math.PI * (at % DAY_MS)) / DAY_MS);
      const rate = 200 * rhythm * (0.9 + 0.2 * random()) * (at < changedAt.getTime() ? 1 : 1 / 7);
      const updates = Math.max(0, rate - 6);
      const values = [
        ['writes.saves', rate],
        ['writes.updates', updates],
        ['writes.inserts', rate - updates],
        ['sessions.active', 1500],
        ['application.requests', (220 * rhythm) / 60],
      ] as const;
      append(file, at, EVERY_MS, new Map(values));
    }
  });
  for (let at = changedAt.getTime() - 9 * DAY_MS; at < end; at += 6 * HOUR_MS) fold(file, at);
  file.close();
}
