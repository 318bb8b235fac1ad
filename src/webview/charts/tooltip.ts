import { colorVariable } from '../controls/colors.ts';
import { h, setText } from '../controls/dom.ts';
import type { ChartSpec } from '../protocol/protocol.ts';
import type { PointText } from './pointTexts.ts';

/** From the crosshair, CSS pixels. */
const BESIDE = 12;

interface Row {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly change: HTMLElement;
}

/** All curves at the crosshair, beside it. Who listens has them in the table. */
export class Tooltip {
  readonly element: HTMLElement;
  readonly #time = h('div', { class: 'time' });
  readonly #since = h('div', { class: 'since' });
  readonly #why = h('div', { class: 'why' });
  readonly #rows: readonly Row[];

  constructor(spec: ChartSpec) {
    this.#rows = spec.series.map((series) => {
      const swatch = h('span', { class: series.role === 'limit' ? 'swatch limit' : 'swatch' });
      swatch.style.setProperty('--color', colorVariable(series));
      const [value, change] = [h('span', { class: 'value' }), h('span', { class: 'change' })];
      const name = h('span', { class: 'name' }, swatch, series.label);
      return { element: h('div', { class: 'row' }, name, value, change), value, change };
    });
    const rows = h('div', { class: 'rows' }, ...this.#rows.map(({ element }) => element));
    this.element = h(
      'div',
      { class: 'point', 'aria-hidden': 'true', hidden: true },
      this.#time,
      rows,
      this.#since,
      this.#why,
    );
  }

  /** @param left of the crosshair, CSS pixels, in a drawing of this width */
  show({ time, rows, since, why }: PointText, left: number, width: number): void {
    this.element.hidden = false;
    setText(this.#time, time);
    setText(this.#since, since);
    setText(this.#why, why);
    this.#rows.forEach(({ element, value, change }, place) => {
      const row = rows.find((one) => one.place === place);
      element.hidden = row === undefined;
      if (row === undefined) return;
      setText(value, row.text);
      setText(change, row.change);
    });
    // On the side where there is more room.
    const isLeft = left > width / 2;
    this.element.style.left = isLeft ? 'auto' : `${left + BESIDE}px`;
    this.element.style.right = isLeft ? `${width - left + BESIDE}px` : 'auto';
  }

  hide(): void {
    this.element.hidden = true;
  }
}
