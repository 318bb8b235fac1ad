import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { append } from '../../src/history/append.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { fold } from '../../src/history/levels/fold.ts';
import { loadSqlite } from '../../src/history/sqlite/openSqlite.ts';
import { SqliteHistory } from '../../src/history/sqlite/sqliteHistory.ts';
import { startApplication } from '../demo/application.ts';
import { demoSettings } from '../demo/demoSettings.ts';
import { ensureTool } from '../kit/apt.ts';
import { ROOT } from '../kit/node24.ts';
import { run } from '../kit/process.ts';
import { seeded } from '../kit/random.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import type { Theme, VSCode } from '../kit/vscode.ts';
import { OPEN, page as dashboardPage, untilValue } from '../vscode/dashboardPage.ts';
import { historyFolder } from '../vscode/historyFile.ts';
import { openLive, setSideBarWidth, untilRow } from '../vscode/look.ts';
import { DATABASE, openScene, type Scene } from '../vscode/scene.ts';

/**
 * The README's pictures: of the real thing, in a real VS Code, on a project and a database of its own. They are made on demand, looked
 * at, and committed; each is a lossless WebP of few colours (a quarter less than a PNG of the same), since they are packed.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = 120_000;
const ROWS = 24_000;
const COLOURS = '12';
const SIZE = { width: 900, height: 540 };
const MEDIA = join(ROOT, 'media');

export async function takePictures(): Promise<void> {
  const pngquant = await ensureTool('pngquant', console.log);
  const cwebp = await ensureTool('cwebp', console.log);
  const raw = await mkdtemp(join(tmpdir(), 'dsm-pictures-'));
  const application = await startApplication();
  const scene = await openScene({
    folder: 'picks',
    fill: { rows: ROWS, expiredShare: 1 / 3, distinctPayloads: 2000 },
    workbench: { theme: 'dark', ...SIZE },
    vscode: { settings: { ...demoSettings(application.metricsUrl), 'editor.minimap.enabled': false } },
    beforeStart: makeHistory,
  });
  const traffic = new TrafficSimulator({
    connectionString: scene.postgres.connectionString(DATABASE),
    secretKey: SAMPLE_SECRET_KEY,
    savesPerMinute: 240,
  });
  const keep: Keep = async (name, of, crop) => {
    const box = await of.boundingBox();
    if (box === null) throw new Error(`Nothing to be seen of ${name}`);
    const { x, y } = box;
    const clip = { x, y, width: box.width, height: crop?.height ?? box.height };
    const path = join(raw, `${name}.png`);
    await of.page().screenshot({ path, clip });
    const to = join(MEDIA, `${name}.webp`);
    const few = join(raw, `${name}.few.png`);
    await run(pngquant, ['--force', '--strip', '--speed', '1', '--nofs', '--output', few, COLOURS, path]);
    await run(cwebp, ['-quiet', '-lossless', '-z', '9', few, '-o', to]);
    console.log(`${name}.webp: ${String((await readFile(to)).length)} bytes`);
  };
  try {
    await traffic.start();
    for (const take of [overview, cleanup, dashboard, diagnosis]) await take(scene, keep);
  } finally {
    await traffic.stop();
    await scene.stop();
    await application.stop();
    await rm(raw, { recursive: true, force: true });
  }
}

/** Keeps what of the page is to be seen there, or its upper part. */
type Keep = (name: string, of: Locator, crop?: { readonly height: number }) => Promise<void>;

/** The tree, and the lenses in settings.py. */
async function overview(scene: Scene, keep: Keep): Promise<void> {
  const { workbench, vscode } = scene;
  await openLive(scene);
  await setSideBarWidth(scene, 340);
  await untilRow(scene, 'Alerts', /1 critical, 1 warning/, 120_000);
  // What the saves change stands behind the closed group, as a newcomer sees it.
  await untilRow(scene, 'Writes', /^[1-9]\d* saves\/min, \d+% change/, 60_000);
  await vscode.inExtensionHost(async (api) => {
    const [file] = await api.workspace.findFiles('backend/picks/settings.py');
    if (file === undefined) throw new Error('no settings.py');
    await api.window.showTextDocument(file, { selection: new api.Range(54, 0, 54, 0) });
  });
  await workbench.waitFor(
    () => workbench.codeLenses(),
    'the lenses',
    (lenses) => lenses.some((lens) => lens.includes('Full rollback')),
  );
  await workbench.clearNotifications();
  await workbench.page.mouse.move(700, 300);
  await keep('overview', workbench.page.locator('.monaco-workbench'));
}

/** What a cleanup would do, before it does anything. */
async function cleanup({ workbench }: Scene, keep: Keep): Promise<void> {
  await workbench.runCommand('Django Sessions: Clear Expired Sessions…');
  await workbench.waitFor(() => workbench.modal(), 'the preview', Boolean, { timeoutMs: 60_000 });
  await keep('cleanup', workbench.page.locator('.monaco-dialog-box'));
  await workbench.clickModalButton('Cancel');
}

/** Two weeks, with the day on which the throttle came. */
async function dashboard({ workbench, vscode }: Scene, keep: Keep): Promise<void> {
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.closeAllEditors'));
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.closeSidebar'));
  await workbench.runCommand(OPEN);
  await untilValue(workbench, 'saves', 'writes.saves', /\d/);
  await workbench.clearNotifications();
  const range = dashboardPage(workbench).locator('vscode-dropdown[aria-label="Range of time"]');
  await range.click();
  await range.locator('vscode-option').filter({ hasText: '7 days' }).first().click();
  // One picture of both: the left half dark, the right half light.
  const halves: string[] = [];
  for (const theme of ['dark', 'light'] as const satisfies readonly Theme[]) {
    await workbench.setTheme(theme);
    await untilValue(workbench, 'saves', 'writes.saves', /\d/);
    await workbench.page.mouse.move(5, 400);
    halves.push((await workbench.page.locator('.part.editor').screenshot()).toString('base64'));
  }
  const page = await workbench.page.context().newPage();
  await page.setViewportSize(SIZE);
  const image = (half = '', side: string): string =>
    `<img src="data:image/png;base64,${half}" style="position: absolute; top: 0; left: 0; clip-path: inset(${side})">`;
  await page.setContent(image(halves[0], '0 50% 0 0') + image(halves[1], '0 0 0 50%'));
  await keep('dashboard', page.locator('img').first(), { height: 470 });
  await page.close();
  await workbench.setTheme('dark');
  await vscode.inExtensionHost((api) => api.commands.executeCommand('workbench.action.closeAllEditors'));
}

/** What a diagnosis finds of a project whose sessions are not cleared. */
async function diagnosis({ workbench }: Scene, keep: Keep): Promise<void> {
  await workbench.runCommand('Django Sessions: Diagnose…');
  await workbench.quickInput.waitOpen('What is wrong?');
  await workbench.quickInput.type('growing');
  await workbench.quickInput.press('Enter');
  await workbench.page.locator('.tab.active[data-resource-name^="Diagnosis "]').waitFor({ timeout: 60_000 });
  await workbench.waitFor(
    () => workbench.codeLenses(),
    'its lenses',
    (all) => all.length > 0,
  );
  await workbench.waitFor(
    () => workbench.notifications(),
    'its notification',
    (all) => all.length > 0,
  );
  await workbench.clearNotifications();
  await keep('diagnosis', workbench.page.locator('.part.editor'), { height: 320 });
}

/** Readings of a fortnight: days with nights; since the throttle came five days ago saves are a seventh, and the table grows less. */
async function makeHistory(vscode: VSCode, connectionString: string): Promise<void> {
  const sqlite = await loadSqlite();
  if (sqlite === undefined) throw new Error('This Node has no node:sqlite.');
  const folder = historyFolder({ vscode });
  await mkdir(folder, { recursive: true });
  const file = new SqliteHistory(
    sqlite,
    join(folder, storeIdentity(connectionString, { name: 'django_session' }).fileName),
  );
  const random = seeded(11);
  const [end, start, changed] = [-EVERY_MS, -14 * DAY_MS, -5 * DAY_MS].map((at) => Date.now() + at) as [
    number,
    number,
    number,
  ];
  file.transaction(() => {
    for (let at = start; at < end; at += EVERY_MS) {
      const rhythm = 1 + 0.8 * Math.sin((2 * Math.PI * (at % DAY_MS)) / DAY_MS);
      const rate = 900 * rhythm * (0.9 + 0.2 * random()) * (at < changed ? 1 : 1 / 4);
      const share = (at - start) / (end - start);
      const expired = (ROWS / 3) * share * (0.98 + 0.04 * random());
      const active = (ROWS * 2) / 3 + 1500 * Math.sin((2 * Math.PI * at) / DAY_MS);
      const values = [
        ['writes.saves', rate],
        ['writes.updates', rate * 0.95],
        ['writes.inserts', rate * 0.05],
        ['sessions.active', Math.round(active)],
        ['sessions.expired', Math.round(expired)],
        ['sessions.total', Math.round(active + expired)],
        ['table.total', 9e6 + 6e6 * share],
        ['application.p50', 0.03 + 0.01 * rhythm * random()],
        ['application.p95', 0.09 + 0.05 * rhythm * random() * (at < changed ? 1.6 : 1)],
        ['application.p99', 0.16 + 0.1 * rhythm * random() * (at < changed ? 1.8 : 1)],
        ['application.requests', 14 * rhythm],
      ] as const;
      append(file, at, EVERY_MS, new Map(values));
    }
  });
  for (let at = start; at < end; at += 6 * HOUR_MS) fold(file, at);
  file.close();
}
