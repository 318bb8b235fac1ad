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
  readonly #why = h('p', { class: 'text' });
  /** What is to be done is one line with a button until somebody wants to know it. */
  readonly #setUp = h('div', { class: 'set-up', id: 'set-up', hidden: true }, this.#why, this.#steps, this.#last);
  readonly #toggle = button('Set up…', () => this.#open(this.#setUp.hasAttribute('hidden')), { primary: true });
  #shown: Message | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.element = h(
      'div',
      { class: 'about' },
      h('div', { class: 'about-line' }, this.#title, this.#toggle.element, this.#actions),
      this.#problem,
      this.#text,
      this.#notes,
      this.#figures,
      this.#setUp,
    );
    this.#toggle.element.setAttribute('aria-controls', this.#setUp.id);
    this.#open(false);
  }

  #open(open: boolean): void {
    this.#setUp.hidden = !open;
    this.#toggle.element.setAttribute('aria-expanded', String(open));
  }

  show(message: Message): void {
    const { title, text, problem, notes, figures, steps, last, actions } = message;
    setText(this.#title, title);
    setText(this.#problem, problem);
    const isSetUp = steps.length === 0;
    setText(this.#text, isSetUp ? text : '');
    setText(this.#why, text);
    setText(this.#last, last);
    this.#toggle.element.toggleAttribute('hidden', isSetUp);
    if (isSetUp) this.#open(false);
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
