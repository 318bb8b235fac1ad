/**
 * What must happen before anything of ours can run on a fresh clone: plain JavaScript without packages, for Node 20 and newer.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The Node 24 that devDependencies bring: it runs the TypeScript sources as they are. */
export const NODE_24 = join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

const OLDEST_NODE = 20;

/** Checks this machine's Node and installs the packages if they are missing or are not those of package-lock.json. */
export async function bootstrap() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Error(
      `Node.js ${OLDEST_NODE} or newer is needed, and this is ${process.version}: install it from nodejs.org.`,
    );
  }
  if (installed()) return;
  await withInstallLock(async () => {
    if (installed()) return;
    const started = Date.now();
    console.log('• Installing packages (npm ci, once)');
    // In a terminal npm draws its own progress; elsewhere it is silent for a minute.
    const beat = setInterval(() => {
      if (!process.stdout.isTTY) console.log(`• Installing packages, ${Math.round((Date.now() - started) / 1000)} s`);
    }, 10_000);
    const code = await npmCi().finally(() => clearInterval(beat));
    if (code !== 0) throw new Error(`npm ci ended with exit code ${code}: what it says above is the reason.`);
    if (!existsSync(NODE_24)) {
      throw new Error(
        'npm ci installed no Node 24: it ran without install scripts. Run "npm config delete ignore-scripts", then "npm ci".',
      );
    }
    console.log(`• Packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
  });
}

/** Whether node_modules holds every package of the lock file in its version; those for other platforms are left out. */
function installed() {
  if (!existsSync(NODE_24)) return false;
  const read = (...path) => JSON.parse(readFileSync(join(ROOT, ...path), 'utf8')).packages;
  let present;
  try {
    present = read('node_modules', '.package-lock.json');
  } catch {
    return false; // an installation that was broken off
  }
  return Object.entries(read('package-lock.json')).every(
    ([path, wanted]) => path === '' || wanted.optional === true || present[path]?.version === wanted.version,
  );
}

function npmCi() {
  // The npm that runs this script, if one does: there may be several on the machine.
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, 'ci', '--no-audit', '--no-fund'], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
}

/** One installation at a time: two would delete each other's files. */
async function withInstallLock(work) {
  const lock = join(tmpdir(), `dsm-install-${createHash('sha256').update(ROOT).digest('hex').slice(0, 16)}`);
  const owner = join(lock, 'pid');
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isStale(owner)) rmSync(lock, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, 300));
  }
  try {
    writeFileSync(owner, String(process.pid));
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isStale(owner) {
  if (!existsSync(owner)) return false;
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/**
 * Runs one of our TypeScript files with Node 24 in the foreground and resolves with its exit code. Signals go on to it,
 * and it is ended when our own parent is gone: a terminal that was closed, an npm that was killed.
 */
export function runWithNode24(file, args, env = process.env) {
  const child = spawn(NODE_24, ['--disable-warning=ExperimentalWarning', join(ROOT, file), ...args], {
    cwd: process.cwd(),
    stdio: 'inherit',
    env,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 500);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearInterval(watch);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/** Runs `main`, prints an error as one line instead of a stack, and sets the exit code. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(`✘ ${error.message}`);
    process.exitCode = 1;
  }
}
