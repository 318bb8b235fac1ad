import type { TimeBounds } from '../protocol/view.ts';
import { svg } from './icons.ts';
import { SPARK, sparkPath } from './sparkPath.ts';

/** The course of a figure, without axes: from its least to its most, so that a change is seen; a steady one is a line in the middle. */
export class Sparkline {
  readonly element = svg('svg', {
    class: 'sparkline',
    viewBox: `0 0 ${SPARK.width} ${SPARK.height}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  readonly #path = svg('path', { 'vector-effect': 'non-scaling-stroke' });
  #drawn = '';

  constructor() {
    this.element.append(this.#path);
  }

  setColor(color: string): void {
    this.element.style.setProperty('--color', color);
  }

  show(at: readonly number[], values: readonly (number | null)[], bounds: TimeBounds): void {
    const path = sparkPath(at, values, bounds);
    if (path === this.#drawn) return;
    this.#drawn = path;
    this.#path.setAttribute('d', path);
  }
}
