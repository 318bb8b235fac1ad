import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { glob, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { signSession } from '../kit/sessions.ts';
import { page } from '../vscode/dashboardPage.ts';
import { allNotifications, openLive, untilRow, untilStatus } from '../vscode/look.ts';
import { openScene, PASSWORD, writeEnv } from '../vscode/scene.ts';

/**
 * What nobody may ever see again: the passwords, right and wrong, Django's secret key, the key of a session and what is in it. All that
 * the extension does is done with them in its hands, at the end its window is killed while it writes, and then everything that is left is
 * looked through.
 */
const CANARIES: Readonly<Record<string, string>> = {
  password: PASSWORD,
  'wrong password': 'Canary-wrong-0815',
  'secret key': SAMPLE_SECRET_KEY,
  'key of a session': 'canary0key0that0nobody0may0ever0see',
  'what is in a session': 'canary-of-a-payload',
  'name of a statement’s value': 'canary-in-a-statement',
};
const KEY = CANARIES['key of a session'] ?? '';

const scene = await openScene({
  fill: { expiredShare: 0.3 },
  vscode: { settings: { 'djangoSessionMonitor.intervalSeconds': 1, 'djangoSessionMonitor.askDjango': 'never' } },
  workbench: { theme: 'dark', width: 1400 },
});
after(() => scene.stop());
const { workbench, vscode, sql } = scene;
const said: string[] = [];

/** Keeps what notifications and dialogs say, and takes them away. */
async function hear(): Promise<void> {
  said.push(...(await allNotifications(scene)).map(({ message }) => message));
  await workbench.clearNotifications();
}

async function save(ending: RegExp): Promise<void> {
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    `the question where to save ${String(ending)}`,
    (one) => ending.test(one?.value ?? ''),
  );
  await workbench.quickInput.accept();
  await workbench.waitFor(
    () => readdir(scene.folder),
    `a file ${String(ending)}`,
    (all) => all.some((name) => ending.test(name)),
  );
}

void test('connects, fails, clears up, looks at a session, diagnoses, exports and reports', async () => {
  const entries = { _auth_user_id: '7', note: CANARIES['what is in a session'] };
  const payload = signSession(entries, { secretKey: SAMPLE_SECRET_KEY, at: new Date() });
  await sql.query("INSERT INTO django_session VALUES ($1, $2, now() + interval '3 days')", [KEY, payload]);
  await sql.query(`CREATE TABLE canary (n text); GRANT ALL ON canary TO shop`);
  await sql.query(`SELECT n FROM canary WHERE n = '${CANARIES['name of a statement’s value'] ?? ''}'`);
  await openLive(scene);
  await writeEnv(scene, { DB_PASSWORD: CANARIES['wrong password'] ?? '' });
  await untilRow(scene, 'Show log');
  said.push(await workbench.viewMessage());
  await writeEnv(scene, {});
  await untilStatus(scene, 'pulse', /active/);
  await hear();

  await workbench.runCommand('Django Sessions: Clear Expired Sessions…');
  const modal = await workbench.waitFor(() => workbench.modal(), 'the preview');
  said.push(modal?.message ?? '', modal?.detail ?? '');
  await workbench.clickModalButton(modal?.buttons.find((button) => /^(Clear|Delete)/u.test(button)) ?? '');
  await workbench.waitFor(
    async () => (await sql.query('SELECT FROM django_session WHERE expire_date < now()')).rowCount,
    'no expired session',
    (count) => count === 0,
  );
  await hear();

  await workbench.runCommand('Django Sessions: Inspect Session…');
  await workbench.quickInput.waitOpen('How is it found?');
  await workbench.quickInput.accept();
  await workbench.quickInput.waitOpen('Session key');
  await workbench.quickInput.type(KEY);
  await workbench.quickInput.accept();
  await workbench.waitFor(
    () => workbench.quickInput.state(),
    'the session',
    (state) => state?.items.some(({ label }) => label.includes('note')) === true,
  );
  await workbench.quickInput.cancel();

  await workbench.runCommand('Django Sessions: Diagnose…');
  await workbench.quickInput.pick('Find out');
  await workbench.page.locator('.tab.active[data-resource-name^="Diagnosis "]').waitFor({ timeout: 90_000 });
  said.push(await workbench.page.locator('.editor-group-container.active .view-lines').innerText());
  await hear();

  await workbench.runCommand('Django Sessions: Export History…');
  await workbench.quickInput.pick('Everything');
  await workbench.quickInput.pick('Readings and annotations as JSON');
  await save(/sessions.*\.json$/u);
  await workbench.runCommand('Django Sessions: Open Dashboard');
  // It takes the focus when it is there, and a palette that is open would be closed by that.
  await page(workbench).locator('.card').first().waitFor({ timeout: 60_000 });
  await workbench.runCommand('Django Sessions: Save Report…');
  await save(/\.(?:md|html)$/u);
  await hear();
});

/** Of this test’s own editor: all programs that it has started, what they were told and what they were given. */
function processes(): { readonly name: string; readonly told: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((pid) => {
      try {
        const [told, given] = ['cmdline', 'environ'].map((part) => readFileSync(`/proc/${pid}/${part}`, 'utf8'));
        return given?.includes(vscode.userDataDir.replace(/\/data$/u, '')) === true
          ? [{ name: (told ?? '').slice(0, 60), told: `${told ?? ''}\0${given}` }]
          : [];
      } catch {
        return []; // it has ended, or is somebody else's
      }
    });
}

void test('after its window was killed as it wrote, none of it is anywhere', async () => {
  const running = processes();
  assert.notDeepEqual(running, []);
  const pid = await vscode.inExtensionHost(() => process.pid);
  process.kill(pid, 'SIGKILL');
  const found: string[] = [];
  const look = (where: string, text: string): void => {
    for (const [what, canary] of Object.entries(CANARIES)) if (text.includes(canary)) found.push(`${what}: ${where}`);
  };
  for (const { name, told } of running) look(`process ${name}`, told);
  for (const text of said) look(`what was said: ${text.slice(0, 80)}`, text);
  look('the logs', await vscode.logs());
  const home = join(vscode.userDataDir, '..');
  let files = 0;
  for (const pattern of [
    join(home, '**'),
    join(scene.folder, 'django-sessions*'),
    join(scene.folder, '*.{md,html,json,csv}'),
  ])
    for await (const file of glob(pattern)) {
      if (file.includes('/ext/') || !(await stat(file).catch(() => undefined))?.isFile()) continue;
      files++;
      look(file, await readFile(file, 'latin1'));
    }
  assert.ok(files > 20, `${String(files)} files were looked through`);
  const history = execFileSync('find', [home, '-name', '*.sqlite*'], { encoding: 'utf8' });
  assert.match(history, /history/u);
  assert.deepEqual(found, []);
});
