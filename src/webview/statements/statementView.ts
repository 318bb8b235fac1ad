import type { FormatOptions } from '../../common/format.ts';
import { h, setText } from '../controls/dom.ts';
import { button } from '../controls/toolkit.ts';
import type { ToDashboard } from '../protocol/protocol.ts';
import { COLUMNS, type StatementFigures } from './statementTable.ts';

export type PlanMessage = Extract<ToDashboard, { type: 'plan' }>;

export interface StatementParts {
  readonly onToggle: () => void;
  readonly onCopy: (text: string) => void;
  readonly onExplain: () => void;
  readonly onOpenPlan: () => void;
}

/**
 * One statement in the table: a row, and below it the whole text and the plan. It is changed in place, so that the focus and what
 * is marked stay. The roles are said though the elements have them: in a narrow page they are not laid out as a table.
 */
export class StatementView {
  readonly element: HTMLTableSectionElement;
  readonly #parts: StatementParts;
  readonly #toggle: HTMLButtonElement;
  readonly #cells: readonly HTMLElement[];
  readonly #explain: HTMLButtonElement;
  readonly #detail: HTMLTableRowElement;
  readonly #text = h('pre', { tabindex: '0', class: 'sql', 'aria-label': 'The whole statement' });
  readonly #plan = h('div', { class: 'plan' });

  constructor(id: string, parts: StatementParts) {
    this.#parts = parts;
    const detailId = `statement-${id}`;
    this.#toggle = h('button', { type: 'button', class: 'disclose', 'aria-controls': detailId });
    this.#toggle.addEventListener('click', parts.onToggle);
    this.#cells = COLUMNS.slice(1).map(({ label }) => h('td', { role: 'cell', 'data-label': label }));
    const copy = h('button', { type: 'button', class: 'link', title: 'Copy the whole statement' }, 'Copy');
    copy.addEventListener('click', () => parts.onCopy(this.#text.textContent));
    this.#explain = h('button', {
      type: 'button',
      class: 'link',
      title: 'Show how the server would execute it (EXPLAIN): nothing is executed',
    });
    this.#explain.addEventListener('click', () => {
      if (!this.busy) parts.onExplain();
    });
    const head = h('th', { scope: 'row', role: 'rowheader' }, this.#toggle);
    const actions = h('td', { role: 'cell', class: 'row-actions' }, copy, ' ', this.#explain);
    const columns = String(COLUMNS.length + 1);
    this.#detail = h(
      'tr',
      { role: 'row', class: 'detail', id: detailId, hidden: true },
      h('td', { role: 'cell', colspan: columns }, this.#text, this.#plan),
    );
    this.element = h(
      'tbody',
      { role: 'rowgroup', 'data-statement': id },
      h('tr', { role: 'row' }, head, ...this.#cells, actions),
      this.#detail,
    );
    this.setBusy(false);
  }

  show(row: StatementFigures, open: boolean, options: FormatOptions): void {
    setText(this.#toggle, row.short);
    COLUMNS.slice(1).forEach(({ text: said }, i) => {
      const cell = this.#cells[i];
      if (cell !== undefined) setText(cell, said(row, options));
    });
    setText(this.#text, row.text);
    this.#toggle.setAttribute('aria-expanded', String(open));
    this.#detail.hidden = !open;
  }

  /** While it is asked for, the button keeps the focus. */
  setBusy(busy: boolean): void {
    this.#explain.setAttribute('aria-disabled', String(busy));
    setText(this.#explain, busy ? 'Explaining…' : 'Explain');
  }

  get busy(): boolean {
    return this.#explain.getAttribute('aria-disabled') === 'true';
  }

  showPlan({ text, note, problem }: PlanMessage): void {
    this.setBusy(false);
    if (problem !== null) {
      const { what, why, next } = problem;
      this.#plan.replaceChildren(h('p', { class: 'refused' }, h('strong', {}, `${what}.`), ` ${why} ${next}`));
      return;
    }
    const { onCopy, onOpenPlan } = this.#parts;
    this.#plan.replaceChildren(
      h('p', { class: 'note' }, note),
      h('pre', { tabindex: '0', class: 'plan-text', 'aria-label': 'Plan of the statement' }, text),
      h(
        'div',
        { class: 'buttons' },
        button('Copy plan', () => onCopy(text)).element,
        button('Open in editor', onOpenPlan, { hint: 'Open the plan with its statement in an editor' }).element,
      ),
    );
  }
}
