/**
 * Runs test files with node:test, some at a time, in the order in which they are given, which the command line would sort:
 * `node runFiles.mjs <files at a time> <ms a test may take> <file for the result> <path of a test file>…`. The paths are
 * absolute. The result is a JSON array of { file, seconds, passed, failed, skipped }.
 */
import { writeFileSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const [concurrency, timeout, result, ...files] = process.argv.slice(2);

const summaries = new Map();
/** They could not be loaded, or ended otherwise than their tests did: node:test counts that as a test with the name of the file. */
const brokenFiles = new Set();

const events = run({
  files,
  concurrency: Number(concurrency),
  timeout: Number(timeout),
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
events.on('test:fail', ({ file, name }) => {
  process.exitCode = 1;
  if (name === file) brokenFiles.add(file);
});
events.on('test:summary', ({ file, counts, duration_ms: ms }) => {
  if (file !== undefined) summaries.set(file, { counts, seconds: ms / 1000 });
});
events.on('end', () => writeFileSync(result, JSON.stringify(files.map(rowOf))));
events.compose(spec).pipe(process.stdout);

function rowOf(file) {
  const { counts, seconds = 0 } = summaries.get(file) ?? {};
  const { passed = 0, failed = 0, cancelled = 0, skipped = 0, todo = 0 } = counts ?? {};
  // Never green by accident: a file of which nothing was counted has failed.
  const unseen = passed + failed + cancelled + skipped + todo === 0 || brokenFiles.has(file) ? 1 : 0;
  return { file, seconds, passed, failed: failed + cancelled + unseen, skipped: skipped + todo };
}
