import { h, setText } from '../controls/dom.ts';
import { button } from '../controls/toolkit.ts';
import type { TimeRange } from '../protocol/chartGuards.ts';
import { fromInput, toInput } from './compareState.ts';

export interface RangeInputsParts {
  readonly letter: 'A' | 'B';
  readonly word: 'before' | 'after';
  /** It was typed: both ends are there. */
  readonly onRange: (range: TimeRange) => void;
  readonly onShown: () => void;
}

/** One of the two ranges: its ends to be typed, what is shown to be taken, and what is to be known of it. */
export class RangeInputs {
  readonly element: HTMLElement;
  readonly #from = timeInput();
  readonly #to = timeInput();
  readonly #notes = h('p', { class: 'note' });
  readonly #legend = h('legend', {});
  readonly #own: string;
  readonly #shown;
  readonly #shownText: string;

  constructor({ letter, word, onRange, onShown }: RangeInputsParts) {
    this.#own = `${letter}: ${word}`;
    setText(this.#legend, this.#own);
    const typed = (): void => {
      const [from, to] = [fromInput(this.#from.value), fromInput(this.#to.value)];
      if (from !== undefined && to !== undefined) onRange({ from, to });
    };
    for (const input of [this.#from, this.#to]) input.addEventListener('change', typed);
    this.#shownText = `Use shown range as ${word}`;
    this.#shown = button(this.#shownText, onShown);
    this.element = h(
      'fieldset',
      { class: 'compare-range', 'data-range': letter },
      this.#legend,
      h('label', {}, 'From ', this.#from),
      h('label', {}, 'to ', this.#to),
      this.#shown.element,
      this.#notes,
    );
  }

  /** @param range of the other database, which has the same: 'both' for the one that is typed, 'none' for the one that follows */
  share(range: 'own' | 'both' | 'none'): void {
    setText(this.#legend, range === 'both' ? 'A and B: the time of both' : this.#own);
    setText(this.#shown.element, range === 'both' ? 'Use shown range' : this.#shownText);
    this.element.hidden = range === 'none';
  }

  /** Another range was chosen than by typing. */
  set(range: TimeRange | null): void {
    this.#from.value = range === null ? '' : toInput(range.from);
    this.#to.value = range === null ? '' : toInput(range.to);
  }

  note(text: string): void {
    setText(this.#notes, text);
  }
}

function timeInput(): HTMLInputElement {
  return h('input', { type: 'datetime-local', step: '1' });
}
