/**
 * Runs one test file and prints what came of it as the last line, in JSON (a TestResult):
 * `node runTests.ts <folder of the project> <file in it> [<pattern of names>]`.
 */
import { join } from 'node:path';
import { run } from 'node:test';

/**
 * Why a test is red. judged: the test says so. broken: the code or the file of the test does not run at all. other: what came of another
 * failure, or of a preparation that failed.
 */
export interface Failure {
  readonly kind: 'judged' | 'broken' | 'other';
  readonly test: string;
  readonly error: string;
}

export interface TestResult {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** As node:test puts it around what a test has thrown. */
interface TestError extends Error {
  readonly failureType?: string;
}

const TEST_LIMIT_MS = 5 * 60_000;
const DOES_NOT_RUN = new Set(['SyntaxError', 'ReferenceError']);

async function runFile(folder: string, file: string, pattern: string | undefined): Promise<TestResult> {
  const path = join(folder, file);
  let passed = 0;
  const failures: Failure[] = [];
  let complaints = '';
  const events = run({
    files: [path],
    cwd: folder,
    timeout: TEST_LIMIT_MS,
    // What a mutation has left running, such as a cleanup that pauses for ever, must not keep the file from ending.
    execArgv: ['--disable-warning=ExperimentalWarning', '--test-force-exit'],
    ...(pattern === undefined ? {} : { testNamePatterns: [new RegExp(pattern)] }),
  });
  events.on('test:stderr', ({ message }) => {
    complaints = (complaints + message).slice(-2_000);
  });
  events.on('test:pass', ({ name, details, skip }) => {
    if (name !== path && details.type !== 'suite' && skip === undefined) passed++;
  });
  events.on('test:fail', ({ name, details }) => {
    const error: TestError = details.error;
    // It could not be loaded, or ended otherwise than its tests did: node:test counts that as a test with the name of the file.
    if (name === path) failures.push({ kind: 'broken', test: file, error: complaints });
    // A test of tests fails with them, and they are told themselves.
    else if (error.failureType !== 'subtestsFailed') failures.push(failureOf(name, error));
  });
  for await (const _ of events);
  return { passed, failures };
}

function failureOf(test: string, error: TestError): Failure {
  const cause = error.cause instanceof Error ? error.cause : error;
  const kind = DOES_NOT_RUN.has(cause.name) ? 'broken' : error.failureType === 'testCodeFailure' ? 'judged' : 'other';
  return { kind, test, error: `${cause.name}: ${cause.message}` };
}

const [folder, file, pattern] = process.argv.slice(2);
if (folder === undefined || file === undefined) throw new Error('Which folder, and which file in it?');
console.log(JSON.stringify(await runFile(folder, file, pattern)));
