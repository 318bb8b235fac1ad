import { h, setText } from '../controls/dom.ts';
import type { TableText } from './tableRows.ts';

/**
 * The twin of a drawing for those who do not see it. Its cells stay from one reading to the next and only their texts change, so
 * that who listens to it is not taken back to its beginning.
 */
export class CardTable {
  readonly element: HTMLElement;
  readonly #caption = h('caption');
  readonly #head = h('tr');
  readonly #body = h('tbody');

  constructor(id: string, title: string) {
    this.element = h(
      'div',
      {
        class: 'twin',
        id,
        // Wider than a narrow editor it scrolls, which has to be possible by keyboard.
        role: 'region',
        tabindex: '0',
        'aria-label': `Table of ${title}`,
        hidden: true,
      },
      h('table', {}, this.#caption, h('thead', {}, this.#head), this.#body),
    );
  }

  show(caption: string, { head, rows }: TableText): void {
    this.element.hidden = false;
    setText(this.#caption, caption);
    fit(this.#head, head, () => h('th', { scope: 'col' }));
    resize(this.#body, rows.length, () => h('tr'));
    rows.forEach((cells, i) => {
      const row = this.#body.rows.item(i);
      if (row !== null) fit(row, cells, (place) => (place === 0 ? h('th', { scope: 'row' }) : h('td')));
    });
  }

  /** What is hidden keeps no rows: they would be laid out again with each change of the theme. */
  hide(): void {
    if (this.element.hidden) return;
    this.element.hidden = true;
    resize(this.#body, 0, () => h('tr'));
  }
}

/** As many children as texts, each with its text. */
function fit(row: HTMLElement, texts: readonly string[], make: (place: number) => HTMLElement): void {
  resize(row, texts.length, make);
  texts.forEach((text, i) => {
    const cell = row.children.item(i);
    if (cell !== null) setText(cell, text);
  });
}

function resize(parent: HTMLElement, length: number, make: (place: number) => HTMLElement): void {
  while (parent.children.length > length) parent.lastElementChild?.remove();
  while (parent.children.length < length) parent.append(make(parent.children.length));
}
