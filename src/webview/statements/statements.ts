import { h, setText } from '../controls/dom.ts';
import { button } from '../controls/toolkit.ts';
import type { ToDashboard, ToHost } from '../protocol/protocol.ts';
import type { StatementsState } from '../protocol/statementMessages.ts';
import { timeText } from '../ranges/scale.ts';
import {
  COLUMNS,
  FIRST_STATE,
  statementFigures,
  plainStatements,
  sorted,
  sortedBy,
  type Column,
  type StatementFigures,
} from './statementTable.ts';
import { StatementView, type PlanMessage } from './statementView.ts';

type StatementsMessage = Extract<ToDashboard, { type: 'statements' }>;

export interface StatementsParts {
  readonly locale: string;
  readonly kept: StatementsState | undefined;
  readonly post: (message: Extract<ToHost, { type: 'explain' | 'openPlan' | 'copy' }>) => void;
  readonly onKeep: () => void;
}

/**
 * The statements on the session table, sorted by the column that is chosen, each with its plan. A plain HTML table: its buttons
 * are reached by Tab and its cells by the keys of a screen reader, where the toolkit's data grid takes the arrow keys for itself,
 * has no sorting and no row that spans all columns.
 */
export class StatementsSection {
  readonly element: HTMLElement;
  readonly #parts: StatementsParts;
  readonly #when = h('span', { class: 'when' });
  readonly #reason = h('p', { class: 'unknown' });
  readonly #note = h('p', { class: 'note' });
  readonly #status = h('p', { class: 'note', role: 'status' });
  readonly #table = h('table', { role: 'table', 'aria-labelledby': 'title-slow-statements' });
  readonly #region: HTMLElement;
  readonly #copy;
  readonly #heads: readonly { readonly column: Column; readonly head: HTMLElement }[];
  readonly #views = new Map<string, StatementView>();
  #state: StatementsState;
  #of = '';
  #rows: readonly StatementFigures[] = [];

  constructor(parts: StatementsParts) {
    this.#parts = parts;
    this.#state = parts.kept ?? FIRST_STATE;
    this.#heads = COLUMNS.map((column) => ({ column, head: this.#makeHead(column) }));
    const actions = h('th', { scope: 'col', role: 'columnheader', class: 'row-actions' }, 'Actions');
    this.#table.append(
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...this.#heads.map(({ head }) => head), actions)),
    );
    this.#copy = button('Copy table', () => this.#copied(plainStatements(this.#sorted())), {
      hint: 'Copy all statements with their figures as a table',
    });
    this.#region = h('div', { class: 'scroll' }, this.#table);
    this.element = h(
      'section',
      { class: 'card statements', 'aria-labelledby': 'title-slow-statements' },
      h('header', {}, h('h3', { id: 'title-slow-statements' }, 'Statements on the session table'), this.#when),
      this.#reason,
      this.#region,
      this.#note,
      this.#status,
      h('div', { class: 'buttons' }, this.#copy.element),
    );
    this.#draw();
  }

  /** To be kept over a reload. */
  get state(): StatementsState {
    return this.#state;
  }

  show({ of, readAt, reason, next, note, rows }: StatementsMessage): void {
    if (of !== this.#of) this.#forget();
    this.#of = of;
    this.#rows = statementFigures(rows);
    const ids = new Set(rows.map(({ id }) => id));
    if (ids.size > 0) this.#state = { ...this.#state, open: this.#state.open.filter((id) => ids.has(id)) };
    else setText(this.#status, '');
    setText(this.#when, readAt === null ? '' : timeText(readAt, this.#parts.locale));
    const none = rows.length === 0 && reason === '' ? NONE : '';
    setText(this.#reason, [reason, next, none].filter((text) => text !== '').join(' '));
    setText(this.#note, note);
    this.#draw();
  }

  showPlan(plan: PlanMessage): void {
    if (plan.of !== this.#of) return;
    const view = this.#views.get(plan.id);
    if (view === undefined) return;
    // A plan of before the page was hidden is no news.
    if (view.busy)
      setText(this.#status, plan.problem === null ? 'The plan stands below the statement.' : `${plan.problem.what}.`);
    view.showPlan(plan);
  }

  #draw(): void {
    const { column, descending, open } = this.#state;
    for (const { column: one, head } of this.#heads) {
      if (one.id === column) head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
    const isEmpty = this.#rows.length === 0;
    this.#region.hidden = isEmpty;
    this.#copy.element.hidden = isEmpty;
    const rows = this.#sorted();
    const views = rows.map((row) => {
      const view = this.#views.get(row.id) ?? this.#makeView(row.id);
      view.show(row, open.includes(row.id), { locale: this.#parts.locale });
      return view;
    });
    const ids = new Set(rows.map(({ id }) => id));
    for (const [id, view] of this.#views) {
      if (ids.has(id)) continue;
      view.element.remove();
      this.#views.delete(id);
    }
    arrange(
      this.#table,
      views.map(({ element }) => element),
    );
  }

  #sorted(): readonly StatementFigures[] {
    return sorted(this.#rows, this.#state);
  }

  #makeHead(column: Column): HTMLElement {
    const sort = h('button', { type: 'button', class: 'sort', title: column.what }, column.label);
    sort.addEventListener('click', () => {
      this.#change(sortedBy(this.#state, column.id));
      const order = this.#state.descending ? 'descending' : 'ascending';
      setText(this.#status, `Sorted by ${column.label.toLowerCase()}, ${order}.`);
    });
    return h('th', { scope: 'col', role: 'columnheader', 'data-column': column.id }, sort);
  }

  #makeView(id: string): StatementView {
    const view = new StatementView(id, {
      onToggle: () => this.#open(id, !this.#state.open.includes(id)),
      onCopy: (text) => this.#copied(text),
      onExplain: () => {
        this.#open(id, true);
        view.setBusy(true);
        this.#parts.post({ type: 'explain', of: this.#of, id });
      },
      onOpenPlan: () => this.#parts.post({ type: 'openPlan', of: this.#of, id }),
    });
    this.#views.set(id, view);
    return view;
  }

  #open(id: string, open: boolean): void {
    const others = this.#state.open.filter((one) => one !== id);
    this.#change({ ...this.#state, open: open ? [...others, id] : others });
  }

  #change(state: StatementsState): void {
    this.#state = state;
    this.#draw();
    this.#parts.onKeep();
  }

  #copied(text: string): void {
    this.#parts.post({ type: 'copy', text });
    setText(this.#status, 'Copied.');
  }

  /** Another database has other statements and other plans. */
  #forget(): void {
    for (const view of this.#views.values()) view.element.remove();
    this.#views.clear();
    setText(this.#status, '');
  }
}

const NONE =
  'No statement on the session table has been recorded since pg_stat_statements was reset. They come with the first sessions that are read or saved.';

/** Puts them in this order behind the head. What holds the focus is not moved, for it would lose it: the others are put around it. */
function arrange(table: HTMLElement, wanted: readonly HTMLElement[]): void {
  const [head, ...present] = table.children;
  if (present.length === wanted.length && present.every((element, i) => element === wanted[i])) return;
  const fixed = wanted.findIndex((element) => element.contains(document.activeElement));
  if (fixed >= 0) wanted[fixed]?.before(...wanted.slice(0, fixed));
  else head?.after(...wanted);
  if (fixed >= 0) table.append(...wanted.slice(fixed + 1));
}
