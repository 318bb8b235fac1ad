import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBuckets, emptyBuckets, encodeBuckets, type Buckets } from '../../../src/history/levels/buckets.ts';
import { decodeColumn, encodeColumn, MAX_INTEGER } from '../../../src/history/levels/column.ts';
import { codeToFraction, fractionToCode, roundFraction } from '../../../src/history/levels/fraction.ts';
import { seeded } from '../../kit/random.ts';

const LENGTH = 360;

/** Every kind of series that there is, and some that there should not be. */
const SHAPES: Readonly<Record<string, (i: number, random: () => number) => number>> = {
  constant: () => 97,
  'constant fraction': () => roundFraction(0.1),
  'small whole': (_, random) => Math.floor(random() * 20) - 10,
  'great whole': (i, random) => 464_000_000 + i * 8192 * Math.floor(random() * 3),
  dates: (i) => 1_762_696_800_123 + i * 60_000,
  extremes: (i) => (i % 2 === 0 ? MAX_INTEGER : -MAX_INTEGER),
  fractions: (_, random) => roundFraction((random() - 0.5) * 10 ** Math.floor(random() * 12 - 6)),
  'whole and fractions': (i, random) => (i % 5 === 0 ? roundFraction(random()) : i),
  holes: (i, random) => (random() < 0.3 ? NaN : i),
  'fractions with holes': (_, random) => (random() < 0.3 ? NaN : roundFraction(random())),
  unknown: () => NaN,
};

test('minimum and maximum come back exactly, the mean between them within its share', () => {
  // One room for all: nothing of what was in it before is to be seen.
  const room = emptyBuckets(LENGTH);
  for (const [name, shape] of Object.entries(SHAPES)) {
    for (let seed = 0; seed < 20; seed++) {
      const written = buckets(shape, seeded(seed));
      const read = decodeBuckets(encodeBuckets(written), room);
      assert.deepEqual(read.min, fractional(written, written.min), name);
      assert.deepEqual(read.max, fractional(written, written.max), name);
      written.mean.forEach((mean, i) => {
        const [low, high, got] = [read.min[i] ?? NaN, read.max[i] ?? NaN, read.mean[i] ?? NaN];
        if (Number.isNaN(mean)) assert.ok(Number.isNaN(got), name);
        else {
          assert.ok(got >= low && got <= high, `${name}: ${low} ≤ ${got} ≤ ${high}`);
          assert.ok(
            Math.abs(got - mean) <= (high - low) / 131_000 + Math.abs(mean) * 2 ** -16,
            `${name}: ${got}, ${mean}`,
          );
        }
      });
    }
  }
});

test('a series that stands still takes a few bytes, noise at most six a bucket', () => {
  const size = (shape: string): number =>
    encodeBuckets(buckets(SHAPES[shape] ?? ((): number => NaN), seeded(1))).length;
  assert.ok(size('constant') < 16, String(size('constant')));
  assert.ok(size('unknown') < 64, String(size('unknown')));
  assert.ok(size('small whole') <= 5 * LENGTH, String(size('small whole')));
  const noise = encodeBuckets(buckets((_, random) => roundFraction(0.9 + 0.2 * random()), seeded(2))).length;
  assert.ok(noise <= 6.5 * LENGTH, String(noise));
});

test('fractions keep 16 bits and their order', () => {
  const random = seeded(3);
  const values = Array.from({ length: 5000 }, () => (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30));
  for (const value of values) {
    const rounded = roundFraction(value);
    assert.ok(Math.abs(rounded - value) <= Math.abs(value) * 2 ** -16, String(value));
    assert.equal(roundFraction(rounded), rounded);
    assert.equal(codeToFraction(fractionToCode(rounded)), rounded);
  }
  const sorted = values.map(roundFraction).sort((a, b) => a - b);
  const codes = sorted.map(fractionToCode);
  assert.deepEqual(
    codes.toSorted((a, b) => a - b),
    codes,
  );
  assert.equal(codeToFraction(fractionToCode(0)), 0);
  assert.equal(roundFraction(1e300), Infinity);
});

test('bytes that are not what was written are refused, not read', () => {
  const data = encodeBuckets(buckets(SHAPES['fractions'] ?? ((): number => NaN), seeded(4)));
  for (const broken of [
    new Uint8Array(),
    data.subarray(0, 1),
    data.subarray(0, data.length >> 1),
    data.subarray(0, -1),
  ])
    assert.throws(() => decodeBuckets(broken, emptyBuckets(LENGTH)), RangeError);
  assert.throws(() => decodeBuckets(Uint8Array.from([255, ...data]), emptyBuckets(LENGTH)), RangeError);
  assert.throws(() => decodeColumn(Uint8Array.of(9, 0), 0, new Float64Array(1)), /kind 9/);
  assert.throws(() => decodeColumn(encodeColumn([1, 2, 3]), 0, new Float64Array(4)), /ends before/);
});

/** Buckets of a few values each. */
function buckets(shape: (i: number, random: () => number) => number, random: () => number): Buckets {
  const [min, mean, max] = [new Float64Array(LENGTH), new Float64Array(LENGTH), new Float64Array(LENGTH)];
  for (let i = 0; i < LENGTH; i++) {
    const values = [shape(i, random), shape(i, random), shape(i, random)].filter((value) => !Number.isNaN(value));
    const none = values.length === 0;
    min[i] = none ? NaN : Math.min(...values);
    max[i] = none ? NaN : Math.max(...values);
    mean[i] = none ? NaN : values.reduce((sum, value) => sum + value / values.length, 0);
  }
  return { min, mean, max };
}

/** A series with any fraction in it keeps all of its values as fractions. */
function fractional({ min, max }: Buckets, values: Float64Array): Float64Array {
  const whole = [...min, ...max].every((value) => Number.isNaN(value) || Number.isInteger(value));
  return whole ? values : values.map(roundFraction);
}
