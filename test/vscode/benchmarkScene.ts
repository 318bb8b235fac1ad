import assert from 'node:assert/strict';
import { addToCart } from '../kit/djangoServer.ts';
import { allNotifications, ourLog, untilRow, untilTab } from './look.ts';
import { countSessions, VIEW, type Scene } from './scene.ts';

/** A benchmark as a person runs it: from the palette, by keyboard. */

const RUN = 'Django Sessions: Run Benchmark…';

/** Three rounds of a page with and without a session, kept as baseline; then one that is cancelled, an import of ab, and the comparison. */
export async function benchmarkScene(scene: Scene, url: string): Promise<void> {
  const { workbench, sql } = scene;
  const cookies = await addToCart(url);
  const key = /sessionid=(\w+)/.exec(cookies)?.[1] ?? assert.fail('no session');
  const before = await countSessions(sql);

  await start(scene, { url, cookies, size: '3, 10, 2', kind: 'Baseline' });
  await until(scene, /^Kept as baseline: [\d.,]+ requests\/s, p95 [\d.,]+ m?s, \d[\d.]* session writes a request\.$/);
  // Who had no cookie got no session from this page, and that of the cookie is not the run's to delete.
  assert.equal((await countSessions(sql)).total, before.total);
  await untilRow(scene, 'Benchmarks', /^last .* ago$/);
  await untilTab(scene, /Benchmark baseline/);
  await workbench.screenshot('benchmark-report-dark');
  await workbench.setTheme('light');
  await workbench.screenshot('benchmark-report-light');
  await workbench.setTheme('dark');

  await start(scene, { url, cookies, size: '30, 1000, 2', kind: 'After' });
  await until(scene, /Round 1 of 30|Warming up/);
  await workbench.clickNotificationButton('Cancel', 'Benchmark');
  await until(scene, /^The benchmark was cancelled, and nothing is kept of it\./);

  await scene.vscode.inExtensionHost((api, text) => api.env.clipboard.writeText(text), abOutput(new URL(url)));
  await workbench.runCommand('Django Sessions: Import Benchmark Result…');
  for (const label of ['In the clipboard', 'Yes', 'After']) await workbench.quickInput.pick(label);
  await until(scene, /^Imported one result of ab: 285 requests\/s, p95 45 ms\.$/);

  await closeEditors(scene);
  await workbench.runCommand('Django Sessions: Compare Benchmarks…');
  await workbench.quickInput.waitOpen(/which is before/);
  await workbench.quickInput.press('Enter');
  await workbench.quickInput.waitOpen(/which is after/);
  await workbench.quickInput.press('Enter');
  await until(scene, /Session writes are much fewer: can’t be told\./);
  await untilTab(scene, /Benchmarks compared/);
  await workbench.screenshot('benchmark-compared-dark');
  assert.ok(!(await ourLog(scene)).includes(key), 'the session’s key is in the log');
}

interface Wanted {
  readonly url: string;
  readonly cookies: string;
  /** Rounds, requests a round, connections. */
  readonly size: string;
  readonly kind: 'Baseline' | 'After';
}

/** A page that is being shown takes the keyboard for itself. */
async function closeEditors({ vscode, workbench }: Scene): Promise<void> {
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.closeAllEditors'));
  await workbench.openView(VIEW);
}

async function start(scene: Scene, { url, cookies, size, kind }: Wanted): Promise<void> {
  const { workbench } = scene;
  const { quickInput } = workbench;
  await workbench.clearNotifications();
  await closeEditors(scene);
  await workbench.runCommand(RUN);
  const answer = async (question: RegExp, text: string): Promise<void> => {
    await quickInput.waitOpen(question);
    await quickInput.type(text);
    await quickInput.press('Enter');
  };
  await answer(/Address of a page/, url);
  await quickInput.waitOpen(/come by a session/);
  await quickInput.pick('Use a cookie');
  await answer(/Value of the session/, cookies);
  await quickInput.waitOpen(/How much/);
  await quickInput.pick('Other…');
  await answer(/Rounds, requests a round/, size);
  await quickInput.waitOpen(/kept as/);
  await quickInput.pick(kind);
  const modal = await workbench.waitFor(
    () => workbench.modal(),
    'the question of the benchmark',
    (one) => one !== undefined,
  );
  assert.match(modal?.detail ?? '', /GET requests, 2 at a time[^]*The session of the cookie stays as it is/);
  await workbench.clickModalButton('Run Benchmark');
}

async function until(scene: Scene, text: RegExp): Promise<void> {
  await scene.workbench.waitFor(
    () => allNotifications(scene),
    `the notification ${String(text)}`,
    (all) => all.some(({ message }) => text.test(message)),
    { timeoutMs: 120_000 },
  );
}

/** As ab prints it, in short. */
function abOutput({ hostname, port, pathname }: URL): string {
  return `This is ApacheBench, Version 2.3
Server Hostname:        ${hostname}
Server Port:            ${port}
Document Path:          ${pathname}
Concurrency Level:      2
Time taken for tests:   3.512 seconds
Complete requests:      1000
Failed requests:        0
  50%     34
  95%     45
  99%     50
`;
}
