import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeText, commonArms, judgeExpectations } from '../../src/benchmark/compare/expectations.ts';
import { figureRatio, figureRow } from '../../src/benchmark/compare/figures.ts';
import { changeKind, type ExpectationVerdict } from '../../src/benchmark/compare/verdict.ts';
import type { BenchmarkRun } from '../../src/benchmark/run/record.ts';
import { connect } from '../../src/postgres/connect/connection.ts';
import { skipWithout } from '../kit/apt.ts';
import { startBenchmarkSite, type BenchmarkSite, type SessionHabit } from '../kit/benchmarkSite.ts';
import { benchmark, byForm } from '../django/benchmarkSupport.ts';

/**
 * Verdicts, twenty times over, on a real Django: a throttle put in, and nothing changed. What is true is known: with the throttle a page
 * saves nothing and is no slower; where nothing was changed, nothing has.
 */

const skip = await skipWithout('debianDjango', 'gunicorn');
const REPEATS = 20;
const RIGHT = 19;
const SIZE = { connections: 4, rounds: 5, requestsPerRound: 40, arms: ['session'] } as const;

interface Said {
  readonly rate: ExpectationVerdict;
  readonly writes: ExpectationVerdict;
  readonly times: ExpectationVerdict;
  /** The interval of the change of the writes lies around none. */
  readonly unchanged: boolean;
  readonly machine: string;
  readonly text: string;
}

function say(before: BenchmarkRun, after: BenchmarkRun): Said {
  const [pair] = commonArms(before, after);
  assert.ok(pair !== undefined);
  const judged = judgeExpectations(...pair);
  const verdict = (id: 'rate' | 'writes' | 'times'): ExpectationVerdict =>
    judged.find((one) => one.id === id)?.verdict ?? assert.fail(id);
  const writes = figureRatio(figureRow('writes'), ...pair);
  const rate = figureRatio(figureRow('rate'), ...pair);
  assert.ok(writes !== undefined && rate !== undefined);
  return {
    rate: verdict('rate'),
    writes: verdict('writes'),
    times: verdict('times'),
    unchanged: changeKind(writes) === 'unchanged',
    machine: judged.find((one) => one.id === 'rate')?.why.startsWith('The machine') === true ? 'another' : 'the same',
    text: `writes ${changeText(writes)}, rate ${changeText(rate)}`,
  };
}

async function measure(site: BenchmarkSite, habit: SessionHabit, base: string): Promise<BenchmarkRun> {
  const db = await connect({ connectionString: site.postgres.connectionString('postgres'), readOnly: true });
  try {
    return await benchmark(db, { ...SIZE, url: new URL('account/', base), way: byForm(base) });
  } catch (error) {
    throw new Error(`The run with ${habit} failed`, { cause: error });
  } finally {
    await db.close();
  }
}

test('verdicts are right in at least 19 of 20 repeats, and unchanged is called unchanged', { skip }, async (t) => {
  const site = await startBenchmarkSite();
  const changed: Said[] = [];
  const same: Said[] = [];
  try {
    let last: BenchmarkRun | undefined;
    for (let i = 0; i < REPEATS; i++) {
      const runs: BenchmarkRun[] = [];
      for (const habit of ['everyRequest', 'throttled'] as const) {
        const server = await site.serve(habit);
        try {
          runs.push(await measure(site, habit, server.url));
          // Once more of the same: nothing has changed between the two.
          if (habit === 'everyRequest') last = await measure(site, habit, server.url);
        } finally {
          await server.stop();
        }
      }
      const [before, after] = runs;
      assert.ok(before !== undefined && after !== undefined && last !== undefined);
      changed.push(say(last, after));
      same.push(say(before, last));
      t.diagnostic(`${i + 1}: throttle put in: ${JSON.stringify(changed.at(-1))}`);
      t.diagnostic(`${i + 1}: nothing changed: ${JSON.stringify(same.at(-1))}`);
    }
  } finally {
    await site.stop();
  }
  const count = (said: readonly Said[], of: (one: Said) => boolean): number => said.filter(of).length;
  const right = {
    'throttle put in: writes much fewer': count(changed, ({ writes }) => writes === 'met'),
    'throttle put in: requests a second not called worse': count(changed, ({ rate }) => rate !== 'notMet'),
    'throttle put in: response times not called worse': count(changed, ({ times }) => times !== 'notMet'),
    'nothing changed: writes unchanged': count(same, ({ writes, unchanged }) => writes === 'notMet' && unchanged),
    'nothing changed: requests a second not called worse': count(same, ({ rate }) => rate !== 'notMet'),
    'nothing changed: response times not called worse': count(same, ({ times }) => times !== 'notMet'),
  };
  const told = (id: 'rate' | 'times'): number => count([...changed, ...same], (one) => one[id] === 'met');
  const steady = count([...changed, ...same], ({ machine }) => machine === 'the same');
  t.diagnostic(`the machine was certainly as fast in ${steady} of ${2 * REPEATS}`);
  for (const [what, times] of Object.entries(right)) t.diagnostic(`${what}: ${times} of ${REPEATS}`);
  t.diagnostic(`told, and not left open for noise: rate ${told('rate')}, times ${told('times')} of ${2 * REPEATS}`);
  for (const [what, times] of Object.entries(right)) assert.ok(times >= RIGHT, `${what}: ${times} of ${REPEATS}`);
});
