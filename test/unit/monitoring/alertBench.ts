import assert from 'node:assert/strict';
import type { Measured } from '../../../src/common/measured.ts';
import type { AlertEngine, AlertRuleId, AlertState, AlertTransition } from '../../../src/monitoring/alerts/alerts.ts';
import type { Snapshot } from '../../../src/monitoring/snapshot/snapshot.ts';
import { exact, later, rates, snapshot } from './samples.ts';

/** A snapshot in which the value of one rule is this and all others are fine. */
export const WITH: Readonly<Record<Exclude<AlertRuleId, 'cleanup-service'>, (value: Measured) => Snapshot>> = {
  'table-size': (totalBytes) => snapshot({ light: { table: { totalBytes } } }),
  'connections-exhausted': (used) => snapshot({ light: { connections: { used, max: exact(100) } } }),
  'saves-per-minute': (saves) => snapshot({ rates: rates(saves) }),
  'expired-sessions': (expired) => snapshot({ light: { sessions: { expired } } }),
  'table-growth': (growthPerDay) => snapshot({ growthPerDay }),
};
export const expired = (value: number): Snapshot => WITH['expired-sessions'](exact(value));

export function stateOf(engine: AlertEngine, id: AlertRuleId): AlertState {
  const state = engine.states().find((one) => one.rule.id === id);
  assert.ok(state);
  return state;
}

/** Evaluates at each of these seconds after the start; returns the transitions of one rule as 'from>to', with ! when notified. */
export function play(engine: AlertEngine, id: AlertRuleId, steps: readonly (readonly [number, Snapshot])[]): string[] {
  return steps.flatMap(([second, one]) =>
    engine
      .evaluate(one, later(second))
      .filter((t) => t.ruleId === id)
      .map(short),
  );
}

export function short(t: AlertTransition): string {
  return `${t.from}>${t.to}${t.notify ? '!' : ''}`;
}

/** The same snapshot every 10 s. */
export function every(from: number, to: number, one: Snapshot): [number, Snapshot][] {
  return Array.from({ length: (to - from) / 10 + 1 }, (_, i) => [from + i * 10, one]);
}
