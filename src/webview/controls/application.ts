import type { ToDashboard } from '../protocol/protocol.ts';
import { h, setText } from './dom.ts';
import { button } from './toolkit.ts';

type Message = Extract<ToDashboard, { type: 'application' }>;

interface Parts {
  readonly onCopy: (text: string) => void;
  readonly onAction: (id: string) => void;
}

/**
 * What the section of the application says besides its charts: where the figures come from, what is wrong and what can be done,
 * or what to add to the project so that there are some.
 */
export class ApplicationAbout {
  readonly element: HTMLElement;
  readonly #parts: Parts;
  readonly #title = h('h3', {});
  readonly #problem = h('p', { class: 'problem', role: 'status' });
  readonly #text = h('p', { class: 'text' });
  readonly #notes = h('ul', { class: 'notes' });
  readonly #figures = h('dl', { class: 'figures' });
  readonly #steps = h('ol', { class: 'steps' });
  readonly #last = h('p', { class: 'text' });
  readonly #actions = h('div', { class: 'actions' });
  /** What is to be done is one line until somebody wants to know it. */
  readonly #setUp = h('details', { class: 'set-up' }, h('summary', {}, 'How to set it up'), this.#steps, this.#last);
  #shown: Message | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.element = h(
      'div',
      { class: 'about' },
      this.#title,
      this.#problem,
      this.#text,
      this.#notes,
      this.#figures,
      this.#setUp,
      this.#actions,
    );
  }

  show(message: Message): void {
    const { title, text, problem, notes, figures, steps, last, actions } = message;
    setText(this.#title, title);
    setText(this.#problem, problem);
    setText(this.#text, text);
    setText(this.#last, last);
    this.#setUp.toggleAttribute('hidden', steps.length === 0);
    // Only what is another than before is made anew: the focus stays where it is.
    if (this.#isNew(message, 'notes')) this.#notes.replaceChildren(...notes.map((note) => h('li', {}, note)));
    if (this.#isNew(message, 'figures')) {
      this.#figures.replaceChildren(
        ...figures.map((figure) =>
          h('div', { title: figure.what }, h('dt', {}, figure.label), h('dd', {}, figure.text)),
        ),
      );
    }
    if (this.#isNew(message, 'steps')) this.#steps.replaceChildren(...steps.map((step) => this.#step(step)));
    if (this.#isNew(message, 'actions')) {
      this.#actions.replaceChildren(
        ...actions.map(({ id, label, primary }) => button(label, () => this.#parts.onAction(id), { primary }).element),
      );
    }
    this.#shown = message;
  }

  #isNew(message: Message, key: 'notes' | 'figures' | 'steps' | 'actions'): boolean {
    return JSON.stringify(message[key]) !== JSON.stringify(this.#shown?.[key]);
  }

  #step({ what, code }: Message['steps'][number]): HTMLElement {
    return h(
      'li',
      {},
      h('p', {}, what),
      h(
        'div',
        { class: 'code' },
        h('pre', { tabindex: '0', 'aria-label': 'Lines to add' }, code),
        button('Copy', () => this.#parts.onCopy(code), { hint: `Copy: ${what}` }).element,
      ),
    );
  }
}
