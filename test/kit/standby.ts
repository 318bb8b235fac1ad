import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type TestPostgres } from './postgres.ts';
import { run } from './process.ts';

/**
 * A streaming standby of this server, which is shut down for the time that its data are copied. To be stopped by whoever asked for it.
 * Of some settings it must have at least what the primary has.
 */
export async function startStandby(
  primary: TestPostgres,
  more: Readonly<Record<string, string>> = {},
): Promise<TestPostgres> {
  await primary.shutdown();
  const dataDir = await mkdtemp(join(tmpdir(), 'dsm-standby-'));
  await rm(dataDir, { recursive: true });
  // The copy belongs to the user who runs the servers, too.
  await run('cp', ['-a', primary.dataDir, dataDir]);
  await primary.start();
  const settings = { ...more, primary_conninfo: primary.connectionString() };
  return startPostgres({ major: primary.major, dataDir, settings, files: { 'standby.signal': '' } });
}
