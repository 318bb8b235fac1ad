import type { Action, ToDashboard } from '../protocol/protocol.ts';
import { clockText } from '../ranges/scale.ts';
import { h, setText } from './dom.ts';
import { button } from './toolkit.ts';

type State = Extract<ToDashboard, { type: 'state' }>;

/** The first word of each state; live needs none. */
const WORDS: Readonly<Record<string, string>> = {
  connecting: 'Connecting…',
  stale: 'Stale',
  failed: 'Failed',
  paused: 'Paused',
};

/** What stands before the time of the last reading. */
const AGES: Readonly<Record<string, string>> = { live: 'Live, read', stale: 'Stale since' };

/** Where the monitor stands: a line for who looks, and an announcement for who listens, with what can be done. */
export class Banner {
  readonly element: HTMLElement;
  readonly #title = h('h1', {});
  readonly #watched = h('p', { class: 'watched' });
  readonly #word = h('span', { class: 'word' });
  readonly #text = h('p', { class: 'problem' });
  readonly #age = h('p', { class: 'age' });
  readonly #actions = h('div', { class: 'actions' });
  readonly #onAction: (id: string) => void;
  #offered = '';

  constructor(onAction: (id: string) => void) {
    this.#onAction = onAction;
    const text = h('div', { class: 'said-state', role: 'status' }, this.#word, this.#text);
    this.element = h(
      'header',
      { class: 'banner' },
      h('div', { class: 'line' }, this.#title, this.#watched, this.#age),
      this.#actions,
      text,
    );
  }

  show({ kind, title, watched, problem, readAt, now, actions }: State, locale: string): void {
    this.element.dataset['kind'] = kind;
    setText(this.#title, title);
    setText(this.#watched, watched);
    setText(this.#word, WORDS[kind] ?? '');
    setText(this.#text, readAt === null && kind === 'connecting' ? 'Waiting for the first reading.' : problem);
    setText(this.#age, readAt === null ? '' : `${AGES[kind] ?? 'Read'} ${clockText(readAt, now, locale)}`);
    this.#offer(actions);
  }

  #offer(actions: readonly Action[]): void {
    const offered = JSON.stringify(actions);
    if (offered === this.#offered) return; // the focus stays where it is
    this.#offered = offered;
    this.#actions.replaceChildren(
      ...actions.map(({ id, label, primary }) => button(label, () => this.#onAction(id), { primary }).element),
    );
  }
}
