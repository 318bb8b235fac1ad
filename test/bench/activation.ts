/// <reference lib="dom" />
import { chromium, type Browser } from 'playwright-core';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureTool } from '../kit/apt.ts';
import { copySample } from '../kit/sample.ts';
import { Guard } from '../kit/serverProcess.ts';
import { ensureCodeServer, startVSCode, type VSCode } from '../kit/vscode.ts';
import { ensureVsix } from '../kit/vsix.ts';
import type { Bench } from './bench.ts';
import { figure, type Aim, type PartResult } from './figures.ts';
import { fill, makeDatabase, startServer, withClient } from './tables.ts';

const EXTENSION = 'django-session-monitor.django-session-monitor';
const ACTIVATION: Aim = { limit: 50, is: 'atMost' };
const LIVE: Aim = { limit: 5, is: 'atMost' };
const RUNS = 9;
const QUICK_RUNS = 2;
const ROWS = 20_000;
const TIMEOUT_MS = 60_000;
const CHROMIUM_FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** One cold start; milliseconds. */
interface Start {
  /** As VS Code itself measured them, in whole milliseconds. */
  readonly loadCode: number;
  readonly callActivate: number;
  readonly finishActivate: number;
  /** From VS Code's decision to activate until the status bar showed active sessions. */
  readonly live: number;
}

/**
 * Starts a new VS Code on the sample project so many times, each with a server, a user data folder, an installation of the
 * packed extension and a browser profile of its own. Only the machine's file cache is warm.
 */
export async function measureActivation(bench: Bench): Promise<PartResult> {
  const vsix = await ensureVsix(bench.say);
  await ensureCodeServer(undefined, bench.say);
  const executablePath = await ensureTool('chromium', bench.say);
  const server = await startServer(bench);
  const sample = new Guard();
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    const connectionString = await makeDatabase(server, 'shop');
    await withClient(connectionString, (db) => fill(db, { rows: ROWS }));
    const folder = await copySample(connectionString);
    sample.watch({ folders: [dirname(folder)] });
    const runs = bench.quick ? QUICK_RUNS : RUNS;
    const starts: Start[] = [];
    for (let run = 1; run <= runs; run++) {
      bench.say(`Cold start of VS Code ${run} of ${runs}`);
      starts.push(await coldStart(browser, vsix, folder));
    }
    await rm(dirname(folder), { recursive: true });
    return { figures: figuresOf(starts), details: { starts } };
  } finally {
    await browser.close();
    await server.stop();
  }
}

function figuresOf(starts: readonly Start[]): PartResult['figures'] {
  const group = 'Activation, cold starts; as VS Code measures it (Developer: Startup Performance)';
  const each = (value: (start: Start) => number): number[] => starts.map(value);
  return [
    figure(
      group,
      'activate() itself (call + finish)',
      'ms',
      each((s) => s.callActivate + s.finishActivate),
      { aim: ACTIVATION },
    ),
    figure(
      group,
      'load code',
      'ms',
      each((s) => s.loadCode),
      { note: 'while VS Code starts its other extensions' },
    ),
    figure(
      group,
      'load + call + finish',
      'ms',
      each((s) => s.loadCode + s.callActivate + s.finishActivate),
      { aim: ACTIVATION },
    ),
    figure(
      group,
      'from its beginning to live numbers in the status bar',
      's',
      each((s) => s.live / 1000),
      { aim: LIVE },
    ),
  ];
}

async function coldStart(browser: Browser, vsix: string, folder: string): Promise<Start> {
  const vscode = await startVSCode({ folder, vsix });
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(noteFirstNumbers);
    await page.goto(vscode.url);
    const noted = await page.waitForFunction(() => (globalThis as { liveAt?: number }).liveAt, undefined, {
      timeout: TIMEOUT_MS,
    });
    const liveAt = Number(await noted.jsonValue());
    return { ...(await activationTimes(vscode)), live: liveAt - (await activatedAt(vscode)) };
  } finally {
    await context.close();
    await vscode.stop();
  }
}

/** Runs in the page before anything else: the moment at which our status bar item first shows a number. */
function noteFirstNumbers(): void {
  const observer = new MutationObserver(() => {
    const item = document.querySelector('[id$="djangoSessionMonitor.status"]');
    if (!/\d.* active/.test(item?.textContent ?? '')) return;
    Object.assign(globalThis, { liveAt: Date.now() });
    observer.disconnect();
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
}

/** From the table "Extension Activation Stats", where VS Code keeps how long each part of the activation took. */
async function activationTimes(vscode: VSCode): Promise<Omit<Start, 'live'>> {
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const text = await vscode.inExtensionHost(async (api) => {
      await api.commands.executeCommand('perfview.show');
      return api.workspace.textDocuments.find(({ uri }) => uri.scheme === 'perf')?.getText() ?? '';
    });
    // | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
    const cells = text
      .split('\n')
      .find((line) => line.startsWith(`| ${EXTENSION} `))
      ?.split('|');
    const [loadCode, callActivate, finishActivate] = (cells ?? []).slice(3, 6).map(Number);
    if (loadCode !== undefined && callActivate !== undefined && finishActivate !== undefined) {
      return { loadCode, callActivate, finishActivate };
    }
    await sleep(100);
  }
  throw new Error('VS Code\'s "Startup Performance" does not list the activation of the extension.');
}

/** Milliseconds since 1970: when the extension host set out to activate the extension, from its log. */
async function activatedAt(vscode: VSCode): Promise<number> {
  const line = new RegExp(`^(\\S+) (\\S+) \\[info\\] ExtensionService#_doActivateExtension ${EXTENSION},`, 'm');
  const deadline = Date.now() + TIMEOUT_MS;
  while (Date.now() < deadline) {
    const [, day, time] = line.exec(await vscode.logs()) ?? [];
    // Logs are written in local time.
    if (day !== undefined && time !== undefined) return new Date(`${day}T${time}`).getTime();
    await sleep(100);
  }
  throw new Error('The log of the extension host does not say when the extension was activated.');
}
