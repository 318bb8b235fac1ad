import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unknown, type Measured } from '../../../src/common/measured.ts';
import { AlertEngine, type AlertTransition } from '../../../src/monitoring/alerts/alerts.ts';
import { seeded } from '../../kit/random.ts';
import { atLeast, estimated, exact, later, snapshot } from './samples.ts';

const RULE = 'expired-sessions';
const THRESHOLD = 1000;
const FOR_SECONDS = 45;

interface Step {
  readonly second: number;
  readonly value: Measured;
  readonly transitions: readonly AlertTransition[];
}

/** A random walk around the threshold, with long waits, clocks put back and values that can't be known. */
function series(seed: number): Step[] {
  const random = seeded(seed);
  const engine = new AlertEngine({
    settings: {
      'djangoSessionMonitor.alerts.expiredSessions': THRESHOLD,
      'djangoSessionMonitor.alerts.expiredForSeconds': FOR_SECONDS,
    },
  });
  const steps: Step[] = [];
  let second = 0;
  let level = 900;
  for (let i = 0; i < 300; i++) {
    const luck = random();
    second += luck < 0.02 ? 5000 : luck < 0.04 ? -200 : 2 + Math.floor(random() * 20);
    level = Math.max(0, level + (random() - 0.5) * 300 + (THRESHOLD - level) * 0.05);
    const kind = random();
    const value =
      kind < 0.05 ? unknown('No.') : kind < 0.1 ? atLeast(level) : kind < 0.5 ? estimated(level, 50) : exact(level);
    const transitions = engine
      .evaluate(snapshot({ light: { sessions: { expired: value } } }), later(second))
      .filter((t) => t.ruleId === RULE);
    steps.push({ second, value, transitions });
  }
  return steps;
}

/** Seconds up to this step for which `holds` was true without a break, by the definition and not by the engine's sums. */
function heldFor(steps: readonly Step[], index: number, holds: (value: Measured) => boolean): number {
  let seconds = 0;
  for (let i = index; i > 0; i--) {
    const here = steps[i];
    const before = steps[i - 1];
    if (here === undefined || before === undefined || !holds(here.value) || !holds(before.value)) break;
    const passed = here.second - before.second;
    seconds += Math.max(0, passed);
  }
  return seconds;
}

const over = (m: Measured): boolean =>
  m.how !== 'unknown' && (m.how === 'atLeast' ? m.value >= THRESHOLD : m.value > THRESHOLD);
const under = (m: Measured): boolean => (m.how === 'exact' || m.how === 'estimated') && m.value < THRESHOLD * 0.9;

test('over 300 random series: states follow each other, fire and clear only for their time, and only that is told', () => {
  let fired = 0;
  let cleared = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const steps = series(seed);
    let status = 'unknown';
    for (const [i, step] of steps.entries()) {
      assert.ok(step.transitions.length <= 1, 'one transition at a time');
      const why = `seed ${String(seed)}, step ${String(i)}`;
      for (const t of step.transitions) {
        assert.equal(t.from, status, why);
        assert.notEqual(t.to, t.from, why);
        status = t.to;
        assert.equal(t.notify, t.to === 'firing' || t.from === 'firing', why);
        if (t.to === 'firing') {
          fired++;
          assert.ok(over(step.value), why);
          assert.ok(heldFor(steps, i, over) >= FOR_SECONDS, why);
        }
        if (t.from === 'firing') {
          cleared++;
          assert.equal(t.to, 'ok', why);
          assert.ok(heldFor(steps, i, under) >= FOR_SECONDS, why);
        }
      }
      // And the other way round: what has held for its time does fire.
      if (heldFor(steps, i, over) >= FOR_SECONDS) assert.equal(status, 'firing', why);
    }
  }
  assert.ok(fired > 100 && cleared > 100, `the series exercise it: ${String(fired)} fired, ${String(cleared)} cleared`);
});
