import { decodeColumn, encodeColumn, MAX_INTEGER } from './column.ts';
import { codeToFraction, fractionToCode } from './fraction.ts';

/** One series over consecutive spans of time; NaN in all three where nothing is known. */
export interface Buckets {
  readonly min: Float64Array;
  readonly mean: Float64Array;
  readonly max: Float64Array;
}

/** Every bucket is known, so that it needs no bitmap. */
const COMPLETE = 1;
/** Minimum, mean and maximum are the same everywhere. */
const FLAT = 2;
/** The minima and maxima are fractions, and their columns hold codes. */
const FRACTIONS = 4;
const ALL_FLAGS = COMPLETE | FLAT | FRACTIONS;

/** A mean is kept as its place between the minimum and the maximum, in so many steps. */
const STEPS = 65_535;

/**
 * A byte of flags; a bit for each bucket whether it is known, unless all are; then of the known ones a column of the minima, one
 * of how far the maxima are above them, and two bytes each for the means. Minimum and maximum are kept exactly, for no spike is
 * to disappear (a whole number among fractions is rounded like them); the mean within 1/131,070 of what lies between them.
 *
 * @param buckets values as `valuesOf` rounds them
 */
export function encodeBuckets({ min, mean, max }: Buckets): Uint8Array {
  const known: number[] = [];
  min.forEach((value, i) => value <= (max[i] ?? NaN) && known.push(i));
  const whole = known.every((i) => isWhole(min[i]) && isWhole(max[i]));
  const codes = (values: Float64Array): number[] =>
    known.map((i) => (whole ? (values[i] ?? 0) : fractionToCode(values[i] ?? 0)));
  const lows = codes(min);
  const highs = codes(max);
  const flat = lows.every((low, i) => low === highs[i]);
  const complete = known.length === min.length;
  const flags = (complete ? COMPLETE : 0) | (flat ? FLAT : 0) | (whole ? 0 : FRACTIONS);
  const parts: Uint8Array[] = [Uint8Array.of(flags)];
  if (!complete) parts.push(bitmap(known, min.length));
  parts.push(encodeColumn(lows));
  if (!flat) {
    parts.push(encodeColumn(highs.map((high, i) => high - (lows[i] ?? 0))));
    parts.push(encodeMeans(known.map((i) => share(min[i] ?? 0, mean[i] ?? 0, max[i] ?? 0))));
  }
  return Buffer.concat(parts);
}

/** @throws RangeError when the bytes are not those of `length` buckets */
export function decodeBuckets(data: Uint8Array, length: number): Buckets {
  const flags = data[0] ?? ALL_FLAGS + 1;
  if (flags > ALL_FLAGS) throw new RangeError('Buckets of an unknown kind.');
  const complete = (flags & COMPLETE) !== 0;
  const bits = data.subarray(1, complete ? 1 : 1 + Math.ceil(length / 8));
  const known = complete ? length : countOnes(bits);
  const min = new Float64Array(known);
  const end = decodeColumn(data, 1 + bits.length, min);
  const flat = (flags & FLAT) !== 0;
  const max = flat ? min : new Float64Array(known);
  let means = 0;
  if (!flat) {
    means = decodeColumn(data, end, max);
    if (means + 2 * known > data.length) throw new RangeError('Buckets end before their last mean.');
    for (let i = 0; i < known; i++) max[i] = (max[i] ?? 0) + (min[i] ?? 0);
  }
  if ((flags & FRACTIONS) !== 0) {
    for (let i = 0; i < known; i++) min[i] = codeToFraction(min[i] ?? 0);
    if (!flat) for (let i = 0; i < known; i++) max[i] = codeToFraction(max[i] ?? 0);
  }
  const mean = flat ? min : new Float64Array(known);
  if (!flat) {
    for (let i = 0, at = means; i < known; i++, at += 2) {
      const low = min[i] ?? 0;
      mean[i] = low + ((max[i] ?? 0) - low) * (((data[at] ?? 0) + 256 * (data[at + 1] ?? 0)) / STEPS);
    }
  }
  if (complete) return { min, mean, max };
  return { min: place(min, bits, length), mean: place(mean, bits, length), max: place(max, bits, length) };
}

function isWhole(value = NaN): boolean {
  return Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER;
}

function share(min: number, mean: number, max: number): number {
  return max === min ? 0 : Math.round(((mean - min) / (max - min)) * STEPS);
}

function encodeMeans(shares: readonly number[]): Uint8Array {
  return Uint8Array.from(shares.flatMap((value) => [value & 255, value >> 8]));
}

function bitmap(known: readonly number[], length: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (const i of known) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  return bits;
}

function countOnes(bits: Uint8Array): number {
  let sum = 0;
  for (const byte of bits) for (let rest = byte; rest !== 0; rest >>= 1) sum += rest & 1;
  return sum;
}

function place(values: Float64Array, bits: Uint8Array, length: number): Float64Array {
  const placed = new Float64Array(length).fill(NaN);
  let next = 0;
  for (let i = 0; i < length; i++) if (((bits[i >> 3] ?? 0) >> (i & 7)) & 1) placed[i] = values[next++] ?? NaN;
  return placed;
}
