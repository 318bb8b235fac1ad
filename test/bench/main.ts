/**
 * `npm run bench`: measures what is promised of the extension, prints it beside its aims with its spread, and writes
 * test-output/bench.json. A missed aim is shown and fails nothing: asserting is for the tests.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Major } from '../kit/binaries.ts';
import { endInTime } from '../kit/endings.ts';
import { ROOT } from '../kit/node24.ts';
import { measureActivation } from './activation.ts';
import { measureCleanup } from './cleanup.ts';
import type { Bench } from './bench.ts';
import { measureDashboard } from './dashboard.ts';
import { measureEstimates } from './estimates.ts';
import { table, type Figure, type PartResult, type Verdict } from './figures.ts';
import { measureHistory } from './history.ts';
import { measureLens } from './lens.ts';
import { measureMemory } from './memory.ts';
import { measureReadings } from './readings.ts';
import { measureSize } from './size.ts';

const HELP = `Measures the extension against its aims, and writes test-output/bench.json.

  npm run bench -- [--only readings|estimates|cleanup|history|memory|dashboard|activation|lens|size]… [--quick] [--postgres 15]

  --only      only this part; may be given several times
  --quick     small tables and few repetitions
  --postgres  PostgreSQL's major version: 18 (default) or 15`;

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<PartResult>>> = {
  size: measureSize,
  activation: measureActivation,
  lens: measureLens,
  readings: measureReadings,
  estimates: measureEstimates,
  cleanup: measureCleanup,
  history: measureHistory,
  memory: measureMemory,
  dashboard: measureDashboard,
};

const LIMIT_MINUTES = 40;
const OUTPUT = join(ROOT, 'test-output', 'bench.json');

interface Options {
  readonly parts: readonly string[];
  readonly quick: boolean;
  readonly postgres: Major;
}

function readOptions(args: string[]): Options | undefined {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      postgres: { type: 'string', default: '18' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const parts = values.only ?? Object.keys(PARTS);
  const wrong = parts.find((part) => !Object.hasOwn(PARTS, part));
  if (wrong !== undefined) throw new Error(`There is no part "${wrong}"; there are ${Object.keys(PARTS).join(', ')}.`);
  const postgres = Number(values.postgres);
  if (postgres !== 15 && postgres !== 18) throw new Error(`--postgres takes 15 or 18, not "${values.postgres}".`);
  return { parts, quick: values.quick, postgres };
}

const began = Date.now();
const load = (): string =>
  loadavg()
    .map((average) => average.toFixed(1))
    .join(' ');

function say(message: string): void {
  console.log(`• ${message} (${((Date.now() - began) / 1000).toFixed(0)} s, load ${load()})`);
}

async function measure({ parts, quick, postgres }: Options): Promise<void> {
  const bench: Bench = { quick, postgres, say };
  const loadBefore = loadavg();
  const figures: Figure[] = [];
  const details: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(PARTS)) {
    if (!parts.includes(name)) continue;
    const result = await part(bench);
    figures.push(...result.figures);
    details[name] = result.details;
    // After each part, so that a run that is ended has what it had measured.
    await write({ ...surroundings(loadBefore), quick, postgres, figures, details });
  }
  console.log(`\n${table(figures)}\n`);
  const count = (wanted: Verdict): number => figures.filter(({ verdict }) => verdict === wanted).length;
  console.log(`Aims: ${count('met')} met, ${count('median only')} by the median only, ${count('missed')} missed`);
  const [busy = 0] = loadBefore;
  if (busy > availableParallelism() / 2) {
    console.log(
      `Load ${busy.toFixed(1)} before it began: these are figures of a machine that is busy with something else`,
    );
  }
  if (quick) console.log('--quick: tables are too small and repetitions too few to be quoted');
}

function surroundings(loadBefore: readonly number[]): Record<string, unknown> {
  return {
    at: new Date().toISOString(),
    seconds: Math.round((Date.now() - began) / 1000),
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cpus: availableParallelism(),
      memoryBytes: totalmem(),
      platform: `${process.platform}-${process.arch}`,
      node: process.version,
    },
    loadAverage: { before: loadBefore, after: loadavg() },
  };
}

async function write(result: Record<string, unknown>): Promise<void> {
  await mkdir(join(ROOT, 'test-output'), { recursive: true });
  await writeFile(OUTPUT, `${JSON.stringify(result, undefined, 2)}\n`);
}

endInTime(LIMIT_MINUTES, 'test-output/bench.json has the parts that were done.');

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else await measure(options);
  process.exit(0);
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
