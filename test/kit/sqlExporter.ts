import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool } from './apt.ts';
import type { TestExporter } from './postgresExporter.ts';
import { spawnGuarded } from './process.ts';
import { freePort } from './serverProcess.ts';

/** Debian's real prometheus-sql-exporter. @param config the text of its file @param password for PostgreSQL, in its environment */
export async function startSqlExporter(config: string, password: string): Promise<TestExporter> {
  const program = await ensureTool('sqlExporter');
  const folder = await mkdtemp(join(tmpdir(), 'dsm-sql-exporter-'));
  const file = join(folder, 'config.yml');
  await writeFile(file, config);
  const port = await freePort();
  const args = [`-web.listen-address=127.0.0.1:${port}`, `-config.file=${file}`];
  const env = { ...process.env, PGPASSWORD: password };
  const server = spawnGuarded(program, args, { env, remove: [folder] });
  const url = new URL(`http://127.0.0.1:${port}/metrics`);
  const end = Date.now() + 20_000;
  const answers = (): Promise<boolean> =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (!server.isRunning() || Date.now() > end) {
      await server.stop();
      throw new Error(`The exporter did not start:\n${server.output().slice(-3_000)}`);
    }
    await sleep(50);
  }
  return { url, output: () => server.output(), stop: () => server.stop() };
}
