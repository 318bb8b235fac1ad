import type { Buckets } from './buckets.ts';

/**
 * Gathers readings, or finer buckets, of one series into coarser ones. No extreme is lost: minimum and maximum are those of a
 * reading. A mean is over time: each value counts for the time that it stands for.
 */
export class Sums {
  readonly #min: number[] = [];
  readonly #max: number[] = [];
  readonly #sum: number[] = [];
  readonly #weight: number[] = [];

  constructor(length: number) {
    this.grow(length);
  }

  grow(length: number): void {
    while (this.#min.length < length) {
      this.#min.push(Infinity);
      this.#max.push(-Infinity);
      this.#sum.push(0);
      this.#weight.push(0);
    }
  }

  /** NaN is left out. `weight`: milliseconds. */
  add(bucket: number, value: number, weight: number): void {
    if (Number.isNaN(value)) return;
    this.#min[bucket] = Math.min(this.#min[bucket] ?? Infinity, value);
    this.#max[bucket] = Math.max(this.#max[bucket] ?? -Infinity, value);
    this.#sum[bucket] = (this.#sum[bucket] ?? 0) + value * weight;
    this.#weight[bucket] = (this.#weight[bucket] ?? 0) + weight;
  }

  /** @param places the bucket here of each bucket there; −1: none */
  addBuckets(places: Int32Array, { min, mean, max }: Buckets, weight: number): void {
    // Runs over all buckets of a range, so what belongs to one place is gathered before it is stored.
    for (let k = 0; k < places.length;) {
      const place = places[k] ?? -1;
      let low = Infinity;
      let high = -Infinity;
      let sum = 0;
      let known = 0;
      for (; places[k] === place && k < places.length; k++) {
        const value = min[k] ?? NaN;
        if (Number.isNaN(value)) continue;
        if (value < low) low = value;
        if ((max[k] ?? NaN) > high) high = max[k] ?? NaN;
        sum += mean[k] ?? NaN;
        known++;
      }
      if (place < 0 || known === 0) continue;
      this.#min[place] = Math.min(this.#min[place] ?? Infinity, low);
      this.#max[place] = Math.max(this.#max[place] ?? -Infinity, high);
      this.#sum[place] = (this.#sum[place] ?? 0) + sum * weight;
      this.#weight[place] = (this.#weight[place] ?? 0) + known * weight;
    }
  }

  get isEmpty(): boolean {
    return this.#weight.every((weight) => weight === 0);
  }

  finish(): Buckets {
    const length = this.#min.length;
    const [min, mean, max] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
    for (let i = 0; i < length; i++) {
      const weight = this.#weight[i] ?? 0;
      const [low, high] = weight > 0 ? [this.#min[i] ?? NaN, this.#max[i] ?? NaN] : [NaN, NaN];
      min[i] = low;
      max[i] = high;
      // Sums are rounded: a mean must not lie outside of what it is the mean of.
      mean[i] = Math.min(Math.max((this.#sum[i] ?? 0) / weight, low), high);
    }
    return { min, mean, max };
  }
}
