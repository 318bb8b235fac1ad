import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { metricsFile } from '../kit/metricsProject.ts';
import type { CleanupServiceScene } from './cleanupServiceScene.ts';
import { CONTAINER } from './cleanupServiceScene.ts';
import { allowWishes, findRow, untilHover, untilRow, untilStatus } from './look.ts';
import { addExpired, countSessions } from './scene.ts';

/** A connection whose figures `manage.py session_metrics` prints in a real container, as a person makes, sees and uses it. */

const words = ['podman', 'exec', CONTAINER, 'python', 'manage.py', 'session_metrics', '--format', 'json'];
export const COMMAND_LINE = words.join(' ');
const EXPIRED = 12;
const WATCHED = 'Watched database';

/** Deploys the file into the sample project. */
export async function deploy({ scene }: CleanupServiceScene): Promise<void> {
  const commands = join(scene.folder, 'shop', 'management', 'commands');
  await mkdir(commands, { recursive: true });
  await writeFile(join(commands, 'session_metrics.py'), metricsFile());
}

export async function connectByCommand({ scene }: CleanupServiceScene, line: string, name: string): Promise<void> {
  const { workbench } = scene;
  const { quickInput, page } = workbench;
  const answer = async (question: string | RegExp, text: string): Promise<void> => {
    await quickInput.waitOpen(question);
    await quickInput.press('ControlOrMeta+A');
    await page.keyboard.type(text);
    await quickInput.accept();
  };
  await workbench.runCommand('Django Sessions: Connect to Database…');
  await quickInput.waitOpen('Connect to a database');
  await workbench.screenshot('command-way-dark');
  await quickInput.pick('From a command…');
  await answer(/^A program and its arguments/, 'podman exec web python manage.py session_metrics | tail -1');
  await quickInput.waitOpen(/No shell runs it/);
  await answer(/No shell runs it/, line);
  await answer('A name for this connection', name);
  await quickInput.waitOpen('What is in it?');
  await quickInput.pick('Development or test');
}

async function untilMessage({ scene: { workbench } }: CleanupServiceScene, text: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.viewMessage(),
    `the message ${String(text)}`,
    (now) => text.test(now),
  );
}

/** It is live with the figures of the database, and the row says where they come from. */
export async function seesFigures({ scene }: CleanupServiceScene, line = COMMAND_LINE): Promise<void> {
  const row = await untilRow(scene, WATCHED, new RegExp(`^${line.replaceAll('.', String.raw`\.`)}$`));
  assert.equal(row.icon, 'terminal');
  const { active, expired } = await countSessions(scene.sql);
  await untilRow(scene, 'Total', new RegExp(`^${(active + expired).toLocaleString('en')}$`));
  await untilStatus(scene, 'pulse', /active/);
  await untilHover(scene, WATCHED, /what this command prints/, /not reached from here/);
}

/** What needs the database says so; expired sessions are cleared by the same way, after a question with the whole line. */
export async function actsByCommand(bench: CleanupServiceScene): Promise<void> {
  const { scene } = bench;
  const { workbench } = scene;
  await addExpired(scene.sql, EXPIRED);
  await workbench.runCommand('Django Sessions: Count Sessions Exactly');
  await bench.untilNotification(/^This needs the database itself: .*Choose or make a connection to the database/);
  await workbench.clearNotifications();
  await workbench.runCommand('Django Sessions: Refresh Now');
  await untilRow(scene, 'Expired', new RegExp(`^${EXPIRED}$`));
  await workbench.runCommand('Django Sessions: Clear Expired Sessions…');
  const detail = await bench.untilModal(/^Run clearsessions for /);
  assert.ok(detail.startsWith(`podman exec ${CONTAINER} python manage.py clearsessions`), detail);
  assert.match(detail, new RegExp(`By the last reading ${EXPIRED} sessions have expired`));
  await workbench.screenshot('command-clear-dark');
  await workbench.clickModalButton('Run');
  // Three processes, one after the other: each wait is for one step of them.
  await workbench.waitFor(
    () => countSessions(scene.sql),
    'the expired sessions to go',
    (now) => now.expired === 0,
  );
  await untilRow(scene, 'Expired', /^0$/);
  await bench.untilNotification(
    new RegExp(
      `^clearsessions ended with exit code 0 after .* ${EXPIRED} expired sessions are gone: ${EXPIRED} before, 0 now\\.$`,
    ),
  );
  await workbench.clearNotifications();
}

/** What it looks like live, while the command fails, and when it prints something else. */
export async function failsPlainly(bench: CleanupServiceScene, stop: () => Promise<unknown>): Promise<void> {
  const { scene } = bench;
  const { workbench, vscode } = scene;
  await workbench.screenshot('command-live-dark');
  await stop();
  await workbench.runCommand('Django Sessions: Refresh Now');
  await untilMessage(
    bench,
    /^Stale: .*could not be read by the command: podman exec .* on running containers.*Start what it runs in/,
  );
  await workbench.screenshot('command-failing-dark');
  await vscode.updateSettings({
    'djangoSessionMonitor.connections': [{ name: 'By podman', command: ['echo', 'public.django_session in shop'] }],
  });
  await untilMessage(
    bench,
    /What the command printed can’t be used: It is not the JSON of session_metrics\. See that the command ends in/,
  );
  await workbench.screenshot('command-broken-dark');
}

/** One that the workspace's settings name is not run before it is allowed. */
export async function waitsToBeAllowed(bench: CleanupServiceScene): Promise<void> {
  const { scene } = bench;
  const { workbench, folder } = scene;
  await mkdir(join(folder, '.vscode'), { recursive: true });
  await writeFile(
    join(folder, '.vscode', 'settings.json'),
    JSON.stringify({ 'djangoSessionMonitor.connections': [{ name: 'Of the repository', command: words }] }),
  );
  await workbench.waitFor(
    async () => {
      await workbench.runCommand('Django Sessions: Choose Connection…');
      const { items } = await workbench.quickInput.waitOpen('Choose the connection to show');
      const found = items.some(({ label }) => label.includes('Of the repository'));
      if (!found) await workbench.quickInput.cancel();
      return found;
    },
    'the connection of the workspace',
    (found) => found,
  );
  await workbench.quickInput.pick('Of the repository');
  await untilRow(scene, 'Waits for you', /wants one thing/);
  await untilMessage(bench, /The command of Of the repository was not run: .*nobody has allowed it yet/);
  await untilRow(scene, 'Review what the workspace wants…');
  assert.equal(await findRow(scene, 'Open DATABASES in settings'), undefined);
  await workbench.screenshot('command-waits-dark');
  const shown = await allowWishes(scene);
  assert.ok(shown.includes(`The command of the connection Of the repository: ${COMMAND_LINE}`), shown);
  await seesFigures(bench);
}
