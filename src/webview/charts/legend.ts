import { h, setText } from '../controls/dom.ts';
import type { ChartSpec } from '../protocol/protocol.ts';

export interface LegendItem {
  readonly text: string;
  /** Where the value comes from. */
  readonly why: string;
  readonly color: string;
  readonly hidden: boolean;
  /** Not worth a place. */
  readonly absent: boolean;
}

/** The curves of a chart with their values, each a button that hides and shows it. */
export class Legend {
  readonly element = h('ul', { class: 'legend' });
  readonly #items: readonly {
    item: HTMLElement;
    toggle: HTMLElement;
    swatch: HTMLElement;
    value: HTMLElement;
    what: string;
  }[];

  constructor(spec: ChartSpec, onToggle: (id: string) => void) {
    this.#items = spec.series.map(({ id, label, what, role }) => {
      const swatch = h('span', {
        class: role === 'limit' ? 'swatch limit' : 'swatch',
        'aria-hidden': 'true',
      });
      const value = h('span', { class: 'value' });
      const toggle = h('button', { type: 'button', 'data-series': id }, swatch, h('span', {}, label), ' ', value);
      toggle.addEventListener('click', () => onToggle(id));
      const item = h('li', {}, toggle);
      this.element.append(item);
      return { item, toggle, swatch, value, what };
    });
  }

  show(items: readonly LegendItem[]): void {
    items.forEach(({ text, why, color, hidden, absent }, i) => {
      const shown = this.#items[i];
      if (shown === undefined) return;
      shown.item.hidden = absent;
      setText(shown.value, text);
      shown.swatch.style.setProperty('--color', color);
      shown.toggle.setAttribute('aria-pressed', String(!hidden));
      const hint = [shown.what, why].filter((one) => one !== '').join('\n');
      if (shown.toggle.title !== hint) shown.toggle.title = hint;
    });
  }
}
