/**
 * Runs every kind of test, or the kinds named as arguments: `node test/run.mjs unit postgres`. Runs on a fresh clone with
 * nothing installed. Ends with a table and, as the last line, "N passed, N failed, N skipped".
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { NODE_24, ROOT, bootstrap, runMain, runWithNode24 } from './kit/bootstrap.mjs';

const LIMIT_MS = 24 * 60_000;
const TEST_LIMIT_MS = 5 * 60_000;

const tool = (path, ...args) => ({ check: [join(ROOT, 'node_modules', path), ...args] });

/** In the order in which they run: the fast ones first. `concurrency`: test files at a time, for two cores. */
const KINDS = {
  prettier: tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  eslint: tool('eslint/bin/eslint.js', '.'),
  tsc: tool('typescript/bin/tsc', '--noEmit'),
  unit: { concurrency: 2 },
  postgres: { concurrency: 2 },
  django: { concurrency: 1 },
  services: { concurrency: 2 },
  package: { concurrency: 1 },
  vscode: { concurrency: 2 },
};
/** Takes long, and shows little that the others do not: run by its name only. */
const ON_DEMAND = { matrix: { concurrency: 1 } };
const GROUPS = { static: ['prettier', 'eslint', 'tsc'] };

const env = { ...process.env, PATH: `${dirname(NODE_24)}:${process.env.PATH}` };
const deadline = Date.now() + LIMIT_MS;
let child;

/** Runs Node 24 in a process group of its own, so that all of it can be ended; resolves with the exit code. */
function node(args) {
  return new Promise((resolve, reject) => {
    child = spawn(NODE_24, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const timer = setTimeout(() => {
      console.error(`✘ Ended after ${LIMIT_MS / 60_000} minutes.`);
      endGroup('SIGKILL');
    }, deadline - Date.now());
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? 1);
    });
  });
}

function endGroup(signal) {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

/** Whether a tool such as the linter is content: counted as one test. */
async function check(args) {
  const failed = (await node(args)) === 0 ? 0 : 1;
  return { passed: 1 - failed, failed, skipped: 0 };
}

function testFiles(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(folder, name));
}

async function test(kind, { concurrency }) {
  const files = testFiles(join('test', kind));
  if (files.length === 0) {
    console.error(`✘ There are no tests in test/${kind}.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  if ((await node(['--disable-warning=ExperimentalWarning', join(ROOT, 'test', 'kit', 'prepare.ts'), kind])) !== 0) {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const folder = mkdtempSync(join(tmpdir(), 'dsm-run-'));
  try {
    const counts = join(folder, 'counts.json');
    const code = await node([
      '--disable-warning=ExperimentalWarning',
      '--test',
      `--test-concurrency=${concurrency}`,
      `--test-timeout=${TEST_LIMIT_MS}`,
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${pathToFileURL(join(ROOT, 'test', 'kit', 'countReporter.mjs'))}`,
      `--test-reporter-destination=${counts}`,
      ...files,
    ]);
    return readCounts(counts, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCounts(path, code) {
  let counts;
  try {
    counts = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }; // it was ended before it could count
  }
  const ran = counts.passed + counts.failed + counts.skipped;
  // Never green by accident: no test at all, or a failure that was not counted.
  if (counts.failed === 0 && (code !== 0 || ran === 0)) return { ...counts, failed: 1 };
  return counts;
}

async function runKinds(names) {
  const results = [];
  for (const name of names) {
    if (Date.now() > deadline) break;
    console.log(`\n── ${name}`);
    const began = Date.now();
    const kind = KINDS[name] ?? ON_DEMAND[name];
    const counts = await (kind.check === undefined ? test(name, kind) : check(kind.check));
    results.push({ name, seconds: (Date.now() - began) / 1000, ...counts });
  }
  return results;
}

function printTable(results) {
  const row = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(9))).join(''));
  console.log('');
  row(['', 'seconds', 'passed', 'failed', 'skipped']);
  for (const { name, seconds, passed, failed, skipped } of results) {
    row([name, seconds.toFixed(1), String(passed), String(failed), String(skipped)]);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`);
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of SIGNALS) {
  process.on(signal, () => {
    endGroup('SIGKILL'); // the guards of servers clean up after them
    process.exit(130);
  });
}

await runMain(async () => {
  const [first, ...rest] = process.argv.slice(2);
  if (first === 'bench') {
    await bootstrap();
    // It passes signals on, and waits until the bench has ended.
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    return runWithNode24('test/bench/main.ts', rest, env);
  }
  const names = [first, ...rest].filter((name) => name !== undefined).flatMap((name) => GROUPS[name] ?? [name]);
  const all = { ...KINDS, ...ON_DEMAND };
  const unknown = names.find((name) => !Object.hasOwn(all, name));
  if (unknown !== undefined)
    throw new Error(`There is no kind of test "${unknown}"; there are ${Object.keys(all).join(', ')}.`);
  await bootstrap();
  return printTable(await runKinds(names.length === 0 ? Object.keys(KINDS) : names));
});
