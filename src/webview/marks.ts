import { h, setText } from './dom.ts';
import type { DashboardAnnotation } from './protocol.ts';
import { timeText } from './scale.ts';
import type { Bounds } from './view.ts';

/** Marks closer than this become one. CSS pixels. */
const APART = 16;

/** What happened, as buttons over a chart that say it. Gaps are seen in the curves themselves. */
export class Marks {
  readonly element = h('div', { class: 'marks' });
  /** Where it is said. */
  readonly said = h('p', { class: 'said', role: 'status' });
  #drawn = '';

  show(
    annotations: readonly DashboardAnnotation[],
    { from, to }: Bounds,
    leftOf: (time: number) => number,
    locale: string,
  ): void {
    const groups: { left: number; texts: string[] }[] = [];
    for (const { kind, at, text } of annotations) {
      if (kind === 'gap' || at < from || at > to) continue;
      const left = Math.round(leftOf(at));
      const said = `${timeText(at, locale)}: ${text}`;
      const near = groups.at(-1);
      if (near !== undefined && left - near.left < APART) near.texts.push(said);
      else groups.push({ left, texts: [said] });
    }
    // Replacing the buttons would take the focus from the one that has it.
    const drawn = JSON.stringify(groups);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.replaceChildren(
      ...groups.map(({ left, texts }) => {
        const text = texts.join('\n');
        const mark = h(
          'button',
          { type: 'button', class: 'mark', title: text, 'aria-label': text },
          texts.length > 1 ? String(texts.length) : '▾',
        );
        mark.style.left = `${left}px`;
        mark.addEventListener('click', () => setText(this.said, this.said.textContent === text ? '' : text));
        return mark;
      }),
    );
    if (!groups.some(({ texts }) => texts.join('\n') === this.said.textContent)) setText(this.said, '');
  }
}
