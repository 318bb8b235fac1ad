import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Log } from '../../../src/common/log.ts';
import { HistoryStore } from '../../../src/history/historyStore.ts';
import { storeIdentity, type StoreIdentity } from '../../../src/history/identity.ts';
import { loadSqlite, type Sqlite } from '../../../src/history/sqlite/openSqlite.ts';
import { systemClock } from '../../../src/monitoring/poll/clock.ts';
import type { Clock } from '../../../src/monitoring/poll/monitorTypes.ts';

export const IDENTITY: StoreIdentity = storeIdentity('postgresql://app@db.example.org/shop', {
  name: 'django_session',
});
export const EVERY_MS = 10_000;

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'dsm-history-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return { lines, trace: write('trace'), info: write('info'), warn: write('warn'), error: write('error') };
}

export async function sqlite(): Promise<Sqlite> {
  const loaded = await loadSqlite();
  if (loaded === undefined) throw new Error('The Node of the tests has node:sqlite.');
  return loaded;
}

/** A store in the folder, alone and polling; closed after the test. `without`: as on a Node that has no SQLite. */
export async function openStore(
  t: TestContext,
  folder: string,
  { without = false, clock = systemClock }: { without?: boolean; clock?: Clock } = {},
): Promise<HistoryStore> {
  const parts = { folder, identity: IDENTITY, log: memoryLog(), everyMs: EVERY_MS, clock };
  const store = new HistoryStore(parts, without ? undefined : await sqlite());
  t.after(() => {
    store.dispose();
  });
  store.election.start();
  return store;
}
