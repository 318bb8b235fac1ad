import { h, setText } from '../controls/dom.ts';
import { button } from '../controls/toolkit.ts';
import type { DashboardAnnotation } from '../protocol/protocol.ts';
import { timeText } from '../ranges/scale.ts';
import type { TimeBounds } from '../protocol/view.ts';

/** Marks closer than this become one. CSS pixels. */
const APART = 16;

/** Marks that are one on the screen: CSS pixels from the left, and what is said of each. */
interface Group {
  readonly left: number;
  readonly annotations: DashboardAnnotation[];
  readonly texts: string[];
}

/** There may be hundreds, over each chart, at each reading: worked out once for all of them. */
const annotationTexts = new WeakMap<DashboardAnnotation, string>();

function annotationText(annotation: DashboardAnnotation, locale: string): string {
  const known = annotationTexts.get(annotation) ?? `${timeText(annotation.at, locale)}: ${annotation.text}`;
  annotationTexts.set(annotation, known);
  return known;
}

function isSame(some: readonly Group[], others: readonly Group[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ left, texts: status }, i) => {
      const other = others[i];
      return (
        other?.left === left &&
        other.texts.length === status.length &&
        status.every((text, k) => text === other.texts[k])
      );
    })
  );
}

/** What is looked at for nothing else than what it has changed: one click on its mark compares. */
const COMPARED: ReadonlySet<string> = new Set(['commit', 'changePoint']);
/** The last commit, or the last change of the saves, where there is nothing else; undefined: it has to be chosen. */
function comparedOf(annotations: readonly DashboardAnnotation[]): DashboardAnnotation | undefined {
  if (!annotations.every(({ kind }) => COMPARED.has(kind))) return undefined;
  return annotations.findLast(({ kind }) => kind === 'commit') ?? annotations.at(-1);
}

/** How it is called on the button that compares around it. */
const NAMES: Readonly<Record<string, string>> = { commit: 'this commit', changePoint: 'this change' };

function nameOf({ kind }: DashboardAnnotation): string {
  return NAMES[kind] ?? 'this';
}

/** What happened, as buttons over a chart that say it. Gaps are seen in the curves themselves. */
export class Marks {
  readonly element = h('div', { class: 'marks' });
  /** Where it is said. */
  readonly text = h('p', { class: 'said', role: 'status' });
  /** What can be done about what is said. */
  readonly actions = h('div', { class: 'buttons said-actions' });
  readonly #onCompare: ((moment: DashboardAnnotation) => void) | undefined;
  #drawn: readonly Group[] = [];

  /** @param onCompare compares what is before and what after it; undefined: nothing is offered */
  constructor(onCompare?: (moment: DashboardAnnotation) => void) {
    this.#onCompare = onCompare;
  }

  show(
    annotations: readonly DashboardAnnotation[],
    { from, to }: TimeBounds,
    leftOf: (time: number) => number,
    locale: string,
  ): void {
    const groups: Group[] = [];
    for (const annotation of annotations) {
      const { kind, at } = annotation;
      if (kind === 'gap' || at < from || at > to) continue;
      const left = Math.round(leftOf(at));
      const said = annotationText(annotation, locale);
      const near = groups.at(-1);
      if (near !== undefined && left - near.left < APART) {
        near.texts.push(said);
        near.annotations.push(annotation);
      } else groups.push({ left, texts: [said], annotations: [annotation] });
    }
    // Replacing the buttons would take the focus from the one that has it.
    if (isSame(groups, this.#drawn)) return;
    this.#drawn = groups;
    this.element.replaceChildren(...groups.map((group) => this.#mark(group)));
    if (!groups.some(({ texts }) => texts.join('\n') === this.text.textContent)) this.#say('', []);
  }

  #mark({ left, texts, annotations }: Group): HTMLElement {
    const text = texts.join('\n');
    const mark = h(
      'button',
      // The number that is seen has to be in the name: who controls by voice says what is seen.
      {
        type: 'button',
        class: 'mark',
        title: text,
        'aria-label': texts.length > 1 ? `${texts.length}: ${text}` : text,
      },
      texts.length > 1 ? String(texts.length) : '▾',
    );
    mark.style.left = `${left}px`;
    mark.addEventListener('click', () => {
      const isSaid = this.text.textContent === text;
      this.#say(isSaid ? '' : text, isSaid ? [] : annotations);
      const compared = isSaid ? undefined : comparedOf(annotations);
      if (compared !== undefined) this.#onCompare?.(compared);
    });
    return mark;
  }

  #say(text: string, annotations: readonly DashboardAnnotation[]): void {
    setText(this.text, text);
    const compare = this.#onCompare;
    if (compare === undefined) return;
    this.actions.replaceChildren(
      ...annotations.map((annotation, i) => {
        const name = nameOf(annotation);
        const isOne = annotations.filter((other) => nameOf(other) === name).length === 1;
        const label = `Compare before and after ${name}${isOne ? '' : ` (${i + 1})`}`;
        return button(label, () => compare(annotation), { hint: annotation.text }).element;
      }),
    );
  }
}
