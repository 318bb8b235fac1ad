import { formatNumber } from '../../common/format.ts';
import { h, setText } from '../controls/dom.ts';
import { button } from '../controls/toolkit.ts';
import { plainComparison, type CompareState, type ShownComparison } from './compareState.ts';
import { comparisonCaption, comparisonTable } from './compareTable.ts';

export interface CompareResultParts {
  readonly locale: string;
  readonly onCopy: (text: string) => void;
  /** The rows that did not move were shown or hidden. */
  readonly onRest: (open: boolean) => void;
}

/** What a comparison has found: a sentence, the rows that moved, and the others folded away. */
export class CompareResult {
  readonly element: HTMLElement;
  readonly #parts: CompareResultParts;
  readonly #sentence = h('p', { class: 'compare-sentence', role: 'status' });
  readonly #basis = h('p', { class: 'note' });
  readonly #moved = scrolled('Medians that moved');
  readonly #rest = scrolled('Medians that did not move');
  readonly #summary = h('summary', {});
  readonly #folded = h('details', { class: 'compare-rest' }, this.#summary, this.#rest);
  readonly #copies;
  #isOpen = false;
  #result: ShownComparison | undefined;

  constructor(parts: CompareResultParts) {
    this.#parts = parts;
    // It is told of what this page has opened, too.
    this.#folded.addEventListener('toggle', () => {
      if (this.#folded.open === this.#isOpen) return;
      this.#isOpen = this.#folded.open;
      parts.onRest(this.#isOpen);
    });
    const copy = (
      label: string,
      hint: string,
      textOf: (result: ShownComparison) => string,
    ): ReturnType<typeof button> =>
      button(label, () => this.#result !== undefined && parts.onCopy(textOf(this.#result)), { hint });
    this.#copies = [
      copy('Copy', 'Copy the comparison as a table for a spreadsheet', plainComparison),
      copy('Copy as Markdown', 'Copy the comparison for a pull request', ({ markdown }) => markdown),
    ];
    this.element = h('div', { class: 'compare-result' }, this.#sentence, this.#basis, this.#moved, this.#folded);
  }

  get buttons(): readonly HTMLElement[] {
    return this.#copies.map(({ element }) => element);
  }

  /** @param result undefined: there is none to show */
  show(result: ShownComparison | undefined, rest: CompareState['rest']): void {
    this.#result = result;
    this.element.hidden = result === undefined;
    for (const copy of this.#copies) copy.setDisabled(result === undefined);
    setText(this.#sentence, result?.sentence ?? '');
    setText(this.#basis, result?.basis ?? '');
    const rows = result?.rows ?? [];
    const moved = rows.filter(({ verdict }) => verdict === 'moved');
    const others = rows.filter(({ verdict }) => verdict !== 'moved');
    this.#fill(this.#moved, moved);
    this.#fill(this.#rest, others);
    this.#folded.hidden = others.length === 0;
    const count = formatNumber(others.length, { locale: this.#parts.locale });
    setText(this.#summary, `${count} not beyond noise, or with too little data to tell`);
    this.#isOpen = rest ?? moved.length === 0;
    if (this.#folded.open !== this.#isOpen) this.#folded.open = this.#isOpen;
  }

  #fill(into: HTMLElement, rows: ShownComparison['rows']): void {
    into.hidden = rows.length === 0;
    const { locale } = this.#parts;
    if (this.#result === undefined || rows.length === 0) return into.replaceChildren();
    into.replaceChildren(comparisonTable({ ...this.#result, rows }, comparisonCaption(this.#result, locale), locale));
  }
}

/** Wider than a narrow editor it scrolls, which has to be possible by keyboard. */
function scrolled(label: string): HTMLElement {
  return h('div', { class: 'twin', role: 'region', tabindex: '0', 'aria-label': label, hidden: true });
}
