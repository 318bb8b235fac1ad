import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whoComesBack } from '../../../src/diagnosis/causes/growth/whoComesBack.ts';
import { neverComes } from '../../../src/services/cleanupService/neverComes.ts';
import { seeded } from '../../kit/random.ts';

const DAY = 86_400;
const LIFETIME = 100 * DAY;

/**
 * The times since the last save of all that is there after some lifetimes of steady traffic.
 * @param stay whether a visitor comes back, and after how many seconds; undefined: never again
 */
function site(visitors: number, stay: (random: () => number) => number | undefined, seed: number): number[] {
  const random = seeded(seed);
  const now = 3 * LIFETIME;
  const idle: number[] = [];
  for (let i = 0; i < visitors; i++) {
    let saved = random() * now;
    for (let next = stay(random); next !== undefined && next < LIFETIME && saved + next < now; next = stay(random))
      saved += next;
    if (now - saved < LIFETIME) idle.push(now - saved);
  }
  return idle.sort((a, b) => a - b);
}

const exponential = (mean: number, random: () => number): number => -mean * Math.log(1 - random());

describe('after how long away visitors still come back', () => {
  it('is a short time where they come for some days and never again', () => {
    for (let seed = 0; seed < 20; seed++) {
      const found = whoComesBack(
        site(2_000, (r) => (r() < 0.7 ? exponential(DAY, r) : undefined), seed),
        LIFETIME,
      );
      assert.ok('after' in found && found.after <= 13 * DAY, `${seed}: ${JSON.stringify(found)}`);
    }
  });

  it('is all of the lifetime where they come every few weeks, so that nothing is found', () => {
    for (let seed = 0; seed < 20; seed++) {
      const found = whoComesBack(
        site(2_000, (r) => (r() < 0.9 ? exponential(25 * DAY, r) : undefined), seed),
        LIFETIME,
      );
      assert.ok('throughout' in found, `${seed}: ${JSON.stringify(found)}`);
    }
  });

  it('is not told of few rows, nor where the traffic has fallen', () => {
    assert.ok('unseen' in whoComesBack([1, 2, 3], LIFETIME));
    const fallen = Array.from({ length: 2_000 }, (_, i) => LIFETIME * Math.sqrt(i / 2_000));
    assert.ok('unseen' in whoComesBack(fallen, LIFETIME));
  });
});

describe('times that never come', () => {
  for (const [when, never] of [
    ['0 3 31 2 *', true],
    ['0 3 30 feb *', true],
    ['0 3 31 4,6,9,11 *', true],
    ['crontab(hour=3, day_of_month=31, month_of_year=2)', true],
    ["crontab(minute='0', day='30', month='2')", true],
    ['0 3 29 2 *', false],
    ['0 3 31 4,5 *', false],
    ['0 3 31 2 1', false],
    ['0 3 * * *', false],
    ['0 3 */2 2 *', false],
    ['0 3 1-31 2 *', false],
    ['@daily', false],
    ['crontab(hour=3, minute=0)', false],
    ['timedelta(days=1)', false],
    ['*-*-* 03:00:00', false],
    ['', false],
  ] as const) {
    it(`${when === '' ? 'nothing' : when}: ${never ? 'never' : 'comes'}`, () => {
      assert.equal(neverComes({ when }) !== undefined, never);
    });
  }
});
