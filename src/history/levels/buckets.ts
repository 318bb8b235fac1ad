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

/** Room for so many buckets. */
export function emptyBuckets(length: number): Buckets {
  return { min: new Float64Array(length), mean: new Float64Array(length), max: new Float64Array(length) };
}

/**
 * @param room where they are put, until it is used again: who reads thousands makes no garbage. As many as there are.
 * @returns arrays of `room`, one and the same where minimum, mean and maximum are
 * @throws RangeError when the bytes are not those of so many buckets
 */
export function decodeBuckets(data: Uint8Array, room: Buckets): Buckets {
  const { length } = room.min;
  const flags = data[0] ?? ALL_FLAGS + 1;
  if (flags > ALL_FLAGS) throw new RangeError('Buckets of an unknown kind.');
  const complete = (flags & COMPLETE) !== 0;
  const bits = data.subarray(1, complete ? 1 : 1 + Math.ceil(length / 8));
  const known = complete ? length : countOnes(bits);
  if (known > length) throw new RangeError('More buckets than there can be.');
  const flat = (flags & FLAT) !== 0;
  const of = (values: Float64Array): Float64Array => (complete ? values : values.subarray(0, known));
  const min = of(room.min);
  const max = flat ? min : of(room.max);
  const mean = flat ? min : of(room.mean);
  const end = decodeColumn(data, 1 + bits.length, min);
  if (!flat) decodeHighs(data, decodeColumn(data, end, max), { min, mean, max });
  if ((flags & FRACTIONS) !== 0) {
    for (let i = 0; i < known; i++) min[i] = codeToFraction(min[i] ?? 0);
    if (!flat) for (let i = 0; i < known; i++) max[i] = codeToFraction(max[i] ?? 0);
  }
  // The shares are of what lies between minimum and maximum as they are in the end.
  if (!flat) for (let i = 0; i < known; i++) mean[i] = (min[i] ?? 0) + ((max[i] ?? 0) - (min[i] ?? 0)) * (mean[i] ?? 0);
  if (!complete) for (const values of flat ? [room.min] : [room.min, room.mean, room.max]) spread(values, bits, known);
  return flat ? { min: room.min, mean: room.min, max: room.min } : room;
}

/** Makes of the differences in `max` the maxima, and reads the shares behind them into `mean`. */
function decodeHighs(data: Uint8Array, shares: number, { min, mean, max }: Buckets): void {
  const { length } = max;
  if (shares + 2 * length > data.length) throw new RangeError('Buckets end before their last mean.');
  for (let i = 0, at = shares; i < length; i++, at += 2) {
    max[i] = (max[i] ?? 0) + (min[i] ?? 0);
    mean[i] = ((data[at] ?? 0) + 256 * (data[at + 1] ?? 0)) / STEPS;
  }
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

/** From the first `known` places to those whose bits are set; the last first, so that none is overwritten before it has moved. */
function spread(values: Float64Array, bits: Uint8Array, known: number): void {
  let next = known;
  for (let i = values.length - 1; i >= 0; i--) {
    const isSet = ((bits[i >> 3] ?? 0) >> (i & 7)) & 1;
    values[i] = isSet ? (values[--next] ?? NaN) : NaN;
  }
}
