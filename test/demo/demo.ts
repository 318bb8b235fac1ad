import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { addBuiltExtension, ensureBuiltExtension } from '../kit/builtExtension.ts';
import { ensureCodeServer } from '../kit/codeServer.ts';
import { killRunning } from '../kit/process.ts';
import { copyPicks } from '../kit/picks.ts';
import { SAMPLE_SECRET_KEY } from '../kit/sample.ts';
import { TrafficSimulator } from '../kit/sessions.ts';
import { startVSCode, type EditorFolders } from '../kit/vscode.ts';
import { startApplication } from './application.ts';
import { startDemoDatabase, type DemoDatabase } from './database.ts';
import { demoSettings } from './demoSettings.ts';
import { findCode, startDesktop } from './desktop.ts';
import { makeUpHistory, type MadeUpHistory } from './madeUpHistory.ts';
import { showInEachWindow } from './showInEachWindow.ts';
import { SIMULATED, THINGS_TO_TRY, titleOf } from './thingsToTry.ts';

const HELP = `Shows the extension on a sample project with a real PostgreSQL, in a real VS Code.

  npm run demo -- [--port 8080] [--rows 200000] [--desktop]

  --port     port of the VS Code in the browser; a free one by default
  --rows     sessions in the table, a third of them expired
  --desktop  opens the VS Code of this machine ("code" on the PATH) instead of one in the browser`;

const SAVES_PER_MINUTE = 240;

interface Options {
  readonly port: number | undefined;
  readonly rows: number;
  readonly desktop: boolean;
}

function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string' },
      rows: { type: 'string', default: '200000' },
      desktop: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port, 1, 65_535),
    rows: wholeNumber('--rows', values.rows, 1, 50_000_000),
    desktop: values.desktop,
  };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${name} takes a whole number from ${min} to ${max}, not "${text}".`);
}

const began = Date.now();
const say = (message: string): void => {
  console.log(`• ${message} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
};

/** What must be undone at the end, newest first. */
const undo: (() => Promise<unknown>)[] = [];

async function start(options: Options, signal: AbortSignal): Promise<string> {
  if (options.desktop) findCode();
  // Side by side, since each waits for something else; what has begun ends before this fails, so that it can be undone.
  const parts = [
    ensureBuiltExtension(say),
    preparePast(options, signal),
    options.desktop ? Promise.resolve() : ensureCodeServer(undefined, say),
  ] as const;
  await Promise.allSettled(parts);
  const [built, { database, history }] = await Promise.all(parts);
  signal.throwIfAborted();
  const application = await startApplication();
  undo.unshift(() => application.stop());
  const folder = await copyPicks(database.connectionString);
  undo.unshift(() => rm(dirname(folder), { recursive: true, force: true }));
  const settings = demoSettings(application.metricsUrl);
  const prepare = async ({ userDataDir, extensionsDir }: EditorFolders): Promise<void> => {
    await addBuiltExtension(built, extensionsDir);
    await history.putInto(userDataDir);
  };
  say('Starting VS Code');
  if (options.desktop) {
    const desktop = await startDesktop(folder, settings, prepare);
    undo.unshift(() => desktop.stop(), showIn(desktop.extensionsDir));
    return 'VS Code shows the sample project in a window of its own';
  }
  const vscode = await startVSCode({
    folder,
    settings,
    prepare,
    remove: [dirname(folder)],
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  undo.unshift(() => vscode.stop(), showIn(vscode.extensionsDir));
  return `Open ${vscode.url}`;
}

/** A database with visitors, and what is to be known of the time before it. */
async function preparePast(
  { rows }: Options,
  signal: AbortSignal,
): Promise<{ readonly database: DemoDatabase; readonly history: MadeUpHistory }> {
  say('Starting PostgreSQL 18');
  const database = await startDemoDatabase(rows, signal, say);
  undo.unshift(() => database.stop());
  signal.throwIfAborted();
  const { connectionString } = database;
  const history = await makeUpHistory(connectionString, SAVES_PER_MINUTE);
  undo.unshift(() => history.remove());
  const traffic = new TrafficSimulator({
    connectionString,
    secretKey: SAMPLE_SECRET_KEY,
    savesPerMinute: SAVES_PER_MINUTE,
  });
  await traffic.start();
  undo.unshift(() => traffic.stop());
  return { database, history };
}

function showIn(extensionsDir: string): () => Promise<void> {
  const end = showInEachWindow(extensionsDir);
  return () => {
    end();
    return Promise.resolve();
  };
}

function introduction(): string {
  const things = THINGS_TO_TRY.map((thing, i) => `  ${i + 1}. ${titleOf(thing)} ${thing.text}.`);
  return [SIMULATED, 'Three things to try (F1, Django Sessions: …):', ...things].join('\n');
}

/** Resolves when a signal comes or the parent is gone. A second signal ends this process at once; the guards clean up then. */
function untilStopped(): Promise<'stopped'> {
  const parent = process.ppid;
  return new Promise((resolve) => {
    let first = 0;
    const stop = (): void => {
      // The terminal and npm may both pass the same Ctrl-C on: that is one.
      if (first !== 0 && Date.now() - first > 700) process.exit(130);
      if (first === 0) first = Date.now();
      resolve('stopped');
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    setInterval(() => {
      if (process.ppid !== parent) stop();
    }, 500).unref();
    // Keeps the process alive until then.
    setInterval(() => undefined, 60_000);
  });
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const stopped = untilStopped();
  const stopping = new AbortController();
  const starting = start(options, stopping.signal);
  try {
    const first = await Promise.race([starting, stopped]);
    if (first === 'stopped') {
      stopping.abort();
      killRunning();
      // What is being started registers what it leaves before it fails or ends; only then is everything in `undo`.
      await starting.catch(() => undefined);
      return 130;
    }
    console.log(`\n${introduction()}\n\n${first}  (Ctrl-C ends everything)`);
    await stopped;
    return 0;
  } finally {
    for (const step of undo) await step();
  }
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
