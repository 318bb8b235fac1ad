/**
 * `npm run test:mutations`: breaks the product on purpose, one promise of the README at a time, and prints which test notices.
 * It fails where a promise can be broken and no test says so, and where a mutation proves nothing.
 */
import { parseArgs } from 'node:util';
import { endInTime } from '../kit/endings.ts';
import { NODE_24, ROOT } from '../kit/node24.ts';
import { run } from '../kit/process.ts';
import { MUTATIONS, type Mutation, type NoticedBy } from './mutations.ts';
import { runInCopy } from './project.ts';

const HELP = `Breaks a promise of the README at a time, and prints which test notices.

  npm run test:mutations -- [--only ${MUTATIONS.map(({ id }) => id).join('|')}]…

  --only   only this promise; may be given several times`;

const LIMIT_MINUTES = 90;

interface Noticed {
  readonly file: string;
  /** Names of tests, each once; those that run on several servers have one. */
  readonly tests: readonly string[];
}

interface Outcome {
  readonly mutation: Mutation;
  readonly noticed: Noticed | undefined;
  /** Why this proves nothing. */
  readonly problem?: string;
  readonly seconds: number;
}

function readOptions(args: string[]): readonly Mutation[] | undefined {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string', multiple: true }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) return undefined;
  const ids = MUTATIONS.map(({ id }) => id);
  const wrong = values.only?.find((id) => !ids.includes(id));
  if (wrong !== undefined) throw new Error(`There is no mutation "${wrong}"; there are ${ids.join(', ')}.`);
  return MUTATIONS.filter(({ id }) => values.only?.includes(id) ?? true);
}

/** Installs what the tests need. */
async function prepare(mutations: readonly Mutation[]): Promise<void> {
  const kinds = new Set(mutations.flatMap(({ tests }) => tests.map(({ file }) => file.split('/')[1] ?? '')));
  for (const kind of kinds) {
    const args = ['--disable-warning=ExperimentalWarning', 'test/kit/prepare.ts', kind];
    await run(NODE_24, args, { cwd: ROOT, onLine: (line) => console.log(line) });
  }
}

/** Tests that are green as long as nothing is broken; what is red anyway notices nothing. */
const green = new Map<string, Promise<void>>();

function requireGreen(test: NoticedBy): Promise<void> {
  const key = JSON.stringify(test);
  const known = green.get(key) ?? assertGreen(test);
  green.set(key, known);
  return known;
}

async function assertGreen(test: NoticedBy): Promise<void> {
  const { passed, failures } = await runInCopy(test);
  const [first] = failures;
  if (first !== undefined) throw new Error(`it is red without it: ${first.test}: ${first.error}`);
  if (passed === 0) throw new Error(`${test.file} has no test ${test.named ?? ''}`);
}

/** Until a file notices, the cheapest first. */
async function noticedBy(mutation: Mutation): Promise<Noticed | undefined> {
  for (const test of mutation.tests) {
    await requireGreen(test);
    const { failures } = await runInCopy(test, mutation);
    const judged = failures.filter(({ kind }) => kind === 'judged');
    const broken = failures.find(({ kind }) => kind === 'broken') ?? (judged.length === 0 ? failures[0] : undefined);
    if (broken !== undefined) throw new Error(`it does not run: ${broken.test}: ${broken.error}`);
    if (judged.length > 0) return { file: test.file, tests: [...new Set(judged.map((failure) => failure.test))] };
  }
  return undefined;
}

async function attempt(mutation: Mutation): Promise<Outcome> {
  const began = performance.now();
  let noticed: Noticed | undefined;
  let problem: { problem: string } | undefined;
  try {
    noticed = await noticedBy(mutation);
  } catch (error) {
    problem = { problem: error instanceof Error ? error.message : String(error) };
  }
  const seconds = (performance.now() - began) / 1000;
  const outcome = { mutation, noticed, ...problem, seconds };
  console.log(`${noticed === undefined ? '✘' : '✔'} ${mutation.id}: ${verdict(outcome)} (${seconds.toFixed(1)} s)`);
  return outcome;
}

function verdict({ noticed, problem }: Outcome): string {
  if (problem !== undefined) return `PROVES NOTHING: ${problem}`;
  if (noticed === undefined) return 'NOT NOTICED';
  const more = noticed.tests.length - MOST_NAMES;
  const names = noticed.tests.slice(0, MOST_NAMES).map((name) => `"${name}"`);
  return `${noticed.file}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The others say nothing new. */
const MOST_NAMES = 2;

function table(outcomes: readonly Outcome[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  const rows = outcomes.map((outcome) => {
    const { promise, broken } = outcome.mutation;
    return [promise, broken, verdict(outcome), outcome.seconds.toFixed(1)];
  });
  const head = ['Promise', 'What is broken', 'Noticed by', 'Seconds'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

endInTime(LIMIT_MINUTES, 'what stands above was done.');
try {
  const mutations = readOptions(process.argv.slice(2));
  if (mutations === undefined) {
    console.log(HELP);
    process.exit(0);
  }
  await prepare(mutations);
  const outcomes: Outcome[] = [];
  for (const mutation of mutations) outcomes.push(await attempt(mutation));
  const proved = outcomes.filter(({ noticed }) => noticed !== undefined).length;
  console.log(`\n${table(outcomes)}\n\n${proved} of ${outcomes.length} noticed`);
  process.exit(proved === outcomes.length ? 0 : 1);
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
