/** Of a chart in the small view, CSS pixels: below it nothing can be read. */
const LEAST_WIDTH = 250;
const LEAST_HEIGHT = 140;
const FEWEST = 3;
/** Below the charts. */
const MARGIN = 8;

export interface CompactGrid {
  /** How many charts are shown, the first ones. */
  readonly shown: number;
  readonly columns: number;
  readonly rows: number;
}

/**
 * As many of the charts as can be read in the room there is, three at least, in rows of the same length as far as it goes; all of
 * the height is theirs.
 *
 * @param charts how many there are
 * @param width CSS pixels, like `height`
 */
export function compactGrid(charts: number, width: number, height: number): CompactGrid {
  const most = { columns: atLeastOne(width / LEAST_WIDTH), rows: atLeastOne(height / LEAST_HEIGHT) };
  const shown = Math.min(charts, Math.max(FEWEST, most.columns * most.rows));
  const rows = atLeastOne(Math.ceil(shown / most.columns));
  return { shown, rows, columns: atLeastOne(Math.ceil(shown / rows)) };
}

function atLeastOne(count: number): number {
  return Math.max(1, Math.floor(count));
}

/** Lays the charts out by the room that there is, and again when it changes or a chart has something to show. */
export class CompactCards {
  readonly element: HTMLElement;
  readonly #cards: readonly { readonly element: HTMLElement; readonly isEmpty: boolean }[];
  #laidOut = '';

  constructor(element: HTMLElement, cards: readonly { readonly element: HTMLElement; readonly isEmpty: boolean }[]) {
    this.element = element;
    this.#cards = cards;
    const observer = new ResizeObserver(() => this.layOut());
    // The page has the height of the window; what is over the cards may take more or less of it.
    for (const one of [element, element.parentElement]) if (one !== null) observer.observe(one);
  }

  /** Charts of what isn't there (an application without metrics) leave their place to the others. */
  layOut(): void {
    const known = this.#cards.filter(({ isEmpty }) => !isEmpty);
    const present = known.length > 0 ? known : this.#cards;
    const { clientWidth, offsetTop } = this.element;
    // Not its own height, which is that of the rows that it has.
    const grid = compactGrid(present.length, clientWidth, innerHeight - offsetTop - MARGIN);
    const shown = present.slice(0, grid.shown);
    const places = this.#cards.map((card) => shown.includes(card));
    const laidOut = JSON.stringify([grid, places]);
    if (laidOut === this.#laidOut) return;
    this.#laidOut = laidOut;
    this.#cards.forEach((card, i) => (card.element.hidden = places[i] !== true));
    this.element.style.setProperty('--columns', String(grid.columns));
    this.element.style.setProperty('--rows', String(grid.rows));
  }
}
