/**
 * Runs every kind of test, or the kinds named as arguments: `node test/run.mjs unit postgres`. Runs on a fresh clone with
 * nothing installed. Ends with what each file cost, a table of the kinds and, as the last line, "N passed, N failed, N skipped".
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { NODE_24, ROOT, bootstrap, runMain, runWithNode24 } from './kit/bootstrap.mjs';

/** So long that only what hangs reaches it: a test has a limit of its own. */
const LIMIT_MS = 60 * 60_000;
const TEST_LIMIT_MS = 5 * 60_000;

const tool = (path, ...args) => ({ check: [join(ROOT, 'node_modules', path), ...args] });

/**
 * `check`: a tool that is content or not, counted as one test. The others are the folders of test/, and `stage` says what
 * runs together, the quick answers first. In a stage the files of each kind are spread over all of it: those that compute,
 * as editors do, beside those that mostly wait for a server or a container.
 */
const KINDS = {
  prettier: { stage: 0, ...tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.') },
  eslint: { stage: 0, ...tool('eslint/bin/eslint.js', '.') },
  // The native compiler; typescript itself is the one that the linter asks for types.
  tsc: { stage: 0, ...tool('typescript-7/bin/tsc', '--noEmit') },
  // What runs in the extension host knows no DOM, what runs in the browser no Node: the tests know both.
  'tsc src': { stage: 0, ...tool('typescript-7/bin/tsc', '--noEmit', '--project', 'src') },
  'tsc src/webview': { stage: 0, ...tool('typescript-7/bin/tsc', '--noEmit', '--project', 'src/webview') },
  unit: { stage: 0 },
  processes: { stage: 0 },
  services: { stage: 1 },
  vscode: { stage: 1 },
  django: { stage: 1 },
  postgres: { stage: 1 },
  package: { stage: 1 },
};
/** Takes long, and shows little that the others do not: run by its name only. `env` is for all kinds that run with it. */
const ON_DEMAND = {
  matrix: { stage: 2 },
  oldest: { stage: 1, folder: 'vscode', env: { DSM_TEST_VSCODE: 'oldest' } },
};
const ALL_KINDS = { ...KINDS, ...ON_DEMAND };
/** What is no kind of test, with options of its own. */
const PROGRAMS = { bench: 'test/bench/main.ts', mutations: 'test/mutation/main.ts' };
const checks = Object.keys(KINDS).filter((kind) => KINDS[kind].check !== undefined);
const GROUPS = { static: checks, types: checks.filter((kind) => kind.startsWith('tsc')) };

/**
 * Test files at a time, by stage. In the first they run beside the checks; in the second one more than there are cores, because
 * much of what they do is to wait.
 */
const AT_A_TIME = [2, 3, 1];
/** Files that took less than this are told together. */
const WORTH_TELLING_SECONDS = 10;

/** What the many processes of a run compile, each file once: code and the TypeScript that Node takes the types out of. */
const compiled = mkdtempSync(join(tmpdir(), 'dsm-compiled-'));
process.on('exit', () => rmSync(compiled, { recursive: true, force: true }));

const env = { ...process.env, PATH: `${dirname(NODE_24)}:${process.env.PATH}` };
const deadline = Date.now() + LIMIT_MS;
const children = new Set();

/** Runs Node 24 in a process group of its own, so that all of it can be ended; resolves with the exit code. */
function node(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE_24, args, {
      cwd: ROOT,
      env: { ...env, NODE_COMPILE_CACHE: compiled },
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
    });
    children.add(child);
    const timer = setTimeout(() => {
      console.error(`✘ Ended after ${LIMIT_MS / 60_000} minutes.`);
      endGroup(child);
    }, deadline - Date.now());
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(timer);
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

function endGroup(child) {
  if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
}

async function check(kind) {
  const began = Date.now();
  const failed = (await node(ALL_KINDS[kind].check)) === 0 ? 0 : 1;
  return [{ kind, file: kind, seconds: (Date.now() - began) / 1000, passed: 1 - failed, failed, skipped: 0 }];
}

function testFiles(kind) {
  const folder = join(ROOT, 'test', ALL_KINDS[kind].folder ?? kind);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(folder, name));
}

/** What counts for a kind as a whole, where its tests did not run. */
function failedKind(kind, why) {
  console.error(`✘ ${why}`);
  return { kind, file: kind, seconds: 0, passed: 0, failed: 1, skipped: 0 };
}

/** The rows of all files of these kinds, run together. `prepared`: the exit code of what installs their needs. */
async function test(kinds, atATime, prepared) {
  const rows = [];
  const files = [];
  for (const kind of kinds) {
    const own = testFiles(kind);
    if (own.length === 0) rows.push(failedKind(kind, `There are no tests in test/${kind}.`));
    else if ((await prepared[kind]) !== 0) rows.push(failedKind(kind, `What ${kind} needs could not be installed.`));
    else files.push(...own.map((file, i) => ({ kind, file, at: (i + 0.5) / own.length })));
  }
  files.sort((a, b) => a.at - b.at);
  if (files.length === 0) return rows;
  const folder = mkdtempSync(join(tmpdir(), 'dsm-run-'));
  try {
    const result = join(folder, 'result.json');
    const paths = files.map(({ file }) => file);
    const code = await node([
      join(ROOT, 'test', 'kit', 'runFiles.mjs'),
      String(atATime),
      String(TEST_LIMIT_MS),
      result,
      ...paths,
    ]);
    if (!existsSync(result)) return [...rows, ...kinds.map((kind) => failedKind(kind, `${kind} was ended.`))];
    const found = JSON.parse(readFileSync(result, 'utf8')).map((row, i) => ({ ...row, kind: files[i].kind }));
    // Never green by accident: a failure that was not counted.
    if (code !== 0 && found.every(({ failed }) => failed === 0))
      rows.push(failedKind(kinds[0], `It ended with exit code ${code}.`));
    return [...rows, ...found];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Installs what the kinds need, one after the other; the exit code of each by its name. */
function prepare(kinds) {
  const codes = {};
  let previous = Promise.resolve();
  for (const kind of kinds) {
    previous = previous.then(() =>
      node(['--disable-warning=ExperimentalWarning', join(ROOT, 'test', 'kit', 'prepare.ts'), kind]),
    );
    codes[kind] = previous;
  }
  return codes;
}

async function runKinds(names) {
  const tests = names.filter((name) => ALL_KINDS[name].check === undefined);
  // Beside what needs none of it.
  const prepared = prepare(tests);
  const rows = [];
  const stages = [];
  for (const [stage, atATime] of AT_A_TIME.entries()) {
    const kinds = Object.keys(ALL_KINDS).filter((name) => names.includes(name) && ALL_KINDS[name].stage === stage);
    if (kinds.length === 0) continue;
    console.log(`\n── ${kinds.join(', ')}`);
    const began = Date.now();
    const checks = kinds.filter((name) => ALL_KINDS[name].check !== undefined);
    const others = kinds.filter((name) => !checks.includes(name));
    const found = await Promise.all([...checks.map(check), test(others, atATime, prepared)]);
    rows.push(...found.flat());
    stages.push({ name: kinds.join(', '), seconds: (Date.now() - began) / 1000 });
  }
  await Promise.all(Object.values(prepared));
  return { rows, stages };
}

const sum = (rows, key) => rows.reduce((total, row) => total + row[key], 0);

function printTable(head, lines) {
  const width = Math.max(...lines.map(([first]) => first.length), head[0].length) + 2;
  console.log('');
  for (const cells of [head, ...lines])
    console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(width) : cell.padStart(9))).join(''));
}

function printResult({ rows, stages }) {
  const counted = ({ seconds, passed, failed, skipped }) => [
    seconds.toFixed(1),
    String(passed),
    String(failed),
    String(skipped),
  ];
  const together = (some) => ({
    seconds: sum(some, 'seconds'),
    passed: sum(some, 'passed'),
    failed: sum(some, 'failed'),
    skipped: sum(some, 'skipped'),
  });
  const line = (name, row) => [name, ...counted(row)];
  const head = (name) => [name, 'seconds', 'passed', 'failed', 'skipped'];
  const nameOf = ({ file, kind }) => (file === kind ? kind : relative(ROOT, file));
  const costly = rows.filter(({ seconds, failed }) => seconds >= WORTH_TELLING_SECONDS || failed > 0);
  const others = rows.filter((row) => !costly.includes(row));
  printTable(head('file'), [
    ...costly.toSorted((a, b) => b.seconds - a.seconds).map((row) => line(nameOf(row), row)),
    line(`${others.length} others`, together(others)),
  ]);
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  printTable(
    head('kind, seconds of its files'),
    kinds.map((kind) => line(kind, together(rows.filter((row) => row.kind === kind)))),
  );
  printTable(
    ['together', 'seconds'],
    [
      ...stages.map(({ name, seconds }) => [name, seconds.toFixed(1)]),
      ['all, with installation', ((Date.now() - deadline + LIMIT_MS) / 1000).toFixed(1)],
    ],
  );
  const { passed, failed, skipped } = together(rows);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
for (const signal of SIGNALS) {
  process.on(signal, () => {
    for (const child of children) endGroup(child); // the guards of servers clean up after them
    process.exit(130);
  });
}

await runMain(async () => {
  const [first, ...rest] = process.argv.slice(2);
  if (Object.hasOwn(PROGRAMS, first ?? '')) {
    await bootstrap();
    // It passes signals on, and waits until the program has ended.
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    return runWithNode24(PROGRAMS[first], rest, env);
  }
  const names = [first, ...rest].filter((name) => name !== undefined).flatMap((name) => GROUPS[name] ?? [name]);
  const unknown = names.find((name) => !Object.hasOwn(ALL_KINDS, name));
  if (unknown !== undefined)
    throw new Error(`There is no kind of test "${unknown}"; there are ${Object.keys(ALL_KINDS).join(', ')}.`);
  for (const name of names) Object.assign(env, ALL_KINDS[name].env);
  await bootstrap();
  return printResult(await runKinds(names.length === 0 ? Object.keys(KINDS) : names));
});
