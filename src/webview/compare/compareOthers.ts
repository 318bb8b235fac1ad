import { h } from '../controls/dom.ts';
import { dropdown } from '../controls/toolkit.ts';
import type { OtherName } from '../protocol/protocol.ts';
import { SHIFTS } from './compareState.ts';

export interface ShownDatabase {
  readonly title: string;
  /** What it can be compared with. */
  readonly others: readonly OtherName[];
}

/** Which other database the shown one is compared with, over the same time. Not there where there is none. */
export class OtherInput {
  readonly element: HTMLElement;
  readonly #choice;
  readonly #time;
  #offered = '';
  #chosen: string | null = null;

  /**
   * @param onChoice null: none, two ranges of the shown one are compared
   * @param onShift how much earlier its time is, milliseconds
   */
  constructor(onChoice: (id: string | null) => void, onShift: (ms: number) => void) {
    this.#choice = dropdown('Another database', (value) => onChoice(value === '' ? null : value));
    this.#time = dropdown('Time of the other database', (value) => onShift(Number(value)));
    this.#time.setOptions(SHIFTS.map(({ label, ms }) => ({ value: String(ms), label })));
    this.element = h(
      'fieldset',
      { class: 'compare-other', hidden: true },
      h('legend', {}, 'With another database'),
      this.#choice.element,
      this.#time.element,
      h('p', { class: 'note' }, 'Of those that are watched. Its curves are drawn dotted.'),
    );
  }

  offer(others: readonly OtherName[], chosen: string | null, shiftMs: number): void {
    this.#time.element.hidden = chosen === null;
    this.#chosen = chosen;
    this.element.hidden = others.length === 0 && chosen === null;
    const options = others.map(({ id, name }) => ({ value: id, label: name }));
    // One that is no more watched stays chosen, and says so when it is asked for.
    const gone = chosen === null || others.some(({ id }) => id === chosen) ? [] : [{ value: chosen, label: chosen }];
    const all = [{ value: '', label: 'None: two ranges of this one' }, ...options, ...gone];
    const offered = JSON.stringify(all);
    if (offered !== this.#offered) this.#choice.setOptions(all);
    this.#offered = offered;
    // The list takes its options at the end of this task.
    requestAnimationFrame(() => {
      this.#choice.setValue(this.#chosen ?? '');
      this.#time.setValue(String(shiftMs));
    });
  }
}
