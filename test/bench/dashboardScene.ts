import type { Frame } from 'playwright-core';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { COMMANDS } from '../../src/contributions.ts';
import { storeIdentity } from '../../src/history/identity.ts';
import { toRow, type Annotation } from '../../src/history/ranges/annotations.ts';
import { copySample } from '../kit/sample.ts';
import { openWorkbench, startVSCode, type VSCode, type Workbench } from '../kit/vscode.ts';
import { ensureVsix } from '../kit/vsix.ts';
import { page } from '../vscode/dashboardPage.ts';
import { historyFolder } from '../vscode/historyFile.ts';
import type { Bench } from './bench.ts';
import { installProbe, type Heard } from './dashboardProbe.ts';
import { DAY_MS, EVERY_MS, makeYear } from './historyYear.ts';
import { fill, makeDatabase, startServer, withClient } from './tables.ts';

const TABLE = { name: 'django_session' };
/** Seconds between readings in the window: many updates in a short time. */
const EVERY_SECONDS = 1;
/** A window as people have it: what is out of sight is not drawn. */
const WIDE = { width: 1500, height: 950 };

/** A real VS Code on a real database whose history reaches back so many days. */
export interface DashboardScene {
  readonly vscode: VSCode;
  readonly workbench: Workbench;
  /** Milliseconds since the epoch at which the command was about to run. */
  openDashboard(): Promise<number>;
  closeDashboard(): Promise<void>;
  /** The page that shows now: a new one each time that it is shown. */
  frame(): Promise<Frame>;
  heard(): Promise<readonly Heard[]>;
  stop(): Promise<void>;
}

export async function openDashboardScene(bench: Bench, days: number): Promise<DashboardScene> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const vsix = await ensureVsix(bench.say);
    const server = await startServer(bench);
    stops.push(() => server.stop());
    const connectionString = await makeDatabase(server, 'shop');
    await withClient(connectionString, (db) => fill(db, { rows: 20_000 }));
    const folder = await copySample(connectionString);
    stops.push(() => rm(dirname(folder), { recursive: true, force: true }));
    await rm(join(folder, 'docker-compose.yml'), { force: true });
    const settings = {
      'djangoSessionMonitor.intervalSeconds': EVERY_SECONDS,
      'djangoSessionMonitor.detailIntervalSeconds': 10,
    };
    const vscode = await startVSCode({ folder, vsix, settings, remove: [dirname(folder)] });
    stops.push(() => vscode.stop());
    await writeHistory(bench, vscode, connectionString, days);
    const workbench = await openWorkbench(vscode, { theme: 'dark', ...WIDE });
    stops.push(() => workbench.close());
    await workbench.page.addInitScript(installProbe);
    const frame = (): Promise<Frame> => frameOf(workbench);
    return {
      vscode,
      workbench,
      openDashboard: () =>
        vscode.inExtensionHost((api, command) => {
          const at = Date.now();
          void api.commands.executeCommand(command);
          return at;
        }, COMMANDS.openDashboard),
      closeDashboard: () => vscode.inExtensionHost(closeWebviews),
      frame,
      heard: async () => (await frame()).evaluate(() => [...(window.dashboardProbe?.heard ?? [])]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the extension will look for it, before a window is open. */
async function writeHistory({ say }: Bench, vscode: VSCode, connectionString: string, days: number): Promise<void> {
  say(`Making ${days} days of history`);
  const end = Math.floor(Date.now() / EVERY_MS) * EVERY_MS;
  const year = await makeYear(days, say, end);
  try {
    for (const annotation of happenings(end, days)) year.file.putAnnotation(toRow(annotation));
    year.file.close();
    const folder = historyFolder({ vscode });
    await mkdir(folder, { recursive: true });
    const { fileName } = storeIdentity(connectionString, TABLE);
    await copyFile(join(year.folder, 'year.sqlite'), join(folder, fileName));
  } finally {
    year.remove();
  }
}

/** A cleanup each day, and an alert each week. */
function happenings(end: number, days: number): Annotation[] {
  return Array.from({ length: days }, (_, day): Annotation[] => {
    const at = new Date(end - day * DAY_MS - DAY_MS / 2);
    const cleanup: Annotation = { kind: 'cleanup', at, text: `Cleanup: ${1000 + day} sessions deleted in 2.1 s` };
    const title = 'Expired sessions pile up';
    const fires: Annotation = { kind: 'alertFiring', at, text: `${title}: 1,234 are over 1,000` };
    const later = new Date(at.getTime() + DAY_MS / 24);
    const cleared: Annotation = { kind: 'alertCleared', at: later, text: `${title}: cleared` };
    return day % 7 === 0 ? [cleanup, fires, cleared] : [cleanup];
  }).flat();
}

/** Runs in the extension host. */
async function closeWebviews(api: typeof import('vscode')): Promise<void> {
  const tabs = api.window.tabGroups.all.flatMap((group) => group.tabs);
  await api.window.tabGroups.close(tabs.filter(({ input }) => input instanceof api.TabInputWebview));
}

async function frameOf(workbench: Workbench): Promise<Frame> {
  const body = await page(workbench).locator('body').elementHandle();
  const frame = await body.ownerFrame();
  if (frame === null) throw new Error('The dashboard has no frame.');
  return frame;
}
