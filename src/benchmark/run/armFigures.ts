import { quantile } from '../statistics/intervals.ts';
import type { RoundResult } from '../load/round.ts';
import type { countersBetween } from './counters.ts';
import type { Arm } from './plan.ts';
import type { ArmRun, RoundFigures } from './record.ts';

const MOST_STATEMENTS = 12;

/** What the rounds of one arm have come to. */
export class ArmFigures {
  readonly arm: Arm;
  readonly #rounds: RoundFigures[] = [];
  readonly #work = new Map<string, { calls: number; ms: number }>();
  #requests = 0;

  constructor(arm: Arm) {
    this.arm = arm;
  }

  add(result: RoundResult, counted: ReturnType<typeof countersBetween>): void {
    const sorted = result.latenciesMs.toSorted();
    const answers = sum(Object.values(result.statuses));
    const at = (q: number): number | null => quantile(sorted, q) ?? null;
    this.#rounds.push({
      seconds: result.seconds,
      answered: sorted.length,
      failed: answers - sorted.length + sum(Object.values(result.failures)),
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      counters: counted?.counters ?? null,
      machine: result.machine,
    });
    if (counted?.statements === undefined) return;
    this.#requests += answers;
    for (const { queryId, calls, totalMs, ofSession } of counted.statements.values()) {
      if (ofSession) continue;
      const before = this.#work.get(queryId) ?? { calls: 0, ms: 0 };
      this.#work.set(queryId, { calls: before.calls + calls, ms: before.ms + totalMs });
    }
  }

  /** @param texts by the id of the statement; null: not to be shown */
  finish(texts: ReadonlyMap<string, string | null>): ArmRun {
    const statements = [...this.#work]
      .sort(([, one], [, other]) => other.calls - one.calls)
      .flatMap(([id, { calls, ms }]) => {
        const query = texts.get(id) ?? null;
        return query === null ? [] : [{ query, perRequest: calls / this.#requests, msPerRequest: ms / this.#requests }];
      });
    return { arm: this.arm, rounds: this.#rounds, statements: statements.slice(0, MOST_STATEMENTS) };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
