import type { Disposable } from '../../common/disposable.ts';
import { later } from '../../common/timers.ts';
import { h, setText } from '../controls/dom.ts';
import { button, dropdown } from '../controls/toolkit.ts';
import type { TimeRange } from '../protocol/chartGuards.ts';
import type { DashboardAnnotation, ToHost } from '../protocol/protocol.ts';
import { timeText } from '../ranges/scale.ts';
import type { BesideWanted } from '../ranges/besides.ts';
import { OtherInput, type ShownDatabase } from './compareOthers.ts';
import { RangeInputs } from './compareRangeInputs.ts';
import type { Shade } from './compareShades.ts';
import {
  around,
  complaint,
  doubt,
  LENGTHS,
  longestAround,
  NO_COMPARISON,
  ofAnother,
  shadesOf,
  withShift,
  shiftOf,
  shortened,
  type CompareState,
  type ShownComparison,
} from './compareState.ts';
import { CompareResult } from './compareResult.ts';
import { notesOf } from './compareTable.ts';

export interface ComparePanelParts {
  readonly locale: string;
  readonly kept: CompareState | undefined;
  /** What the charts show. */
  readonly shown: () => TimeRange;
  /** Milliseconds since the epoch, by the clock of the host. */
  readonly now: () => number;
  readonly post: (message: ToHost) => void;
  /** The state has changed: to be kept and drawn. */
  readonly onChange: () => void;
}

/** While a range is not over, its medians are asked for again that often. */
const AGAIN_MS = 10_000;
/** While somebody types a time, each digit makes another. */
const TYPING_MS = 300;

/** Two ranges and what has changed from one to the other. */
export class ComparePanel {
  readonly element: HTMLElement;
  readonly #parts: ComparePanelParts;
  readonly #inputs: Readonly<Record<'before' | 'after', RangeInputs>>;
  readonly #moments;
  readonly #other = new OtherInput(
    (id) => this.#setOther(id),
    (ms) => this.#take(withShift(this.#state, ms)),
  );
  readonly #length;
  readonly #status = h('p', { class: 'compare-said', role: 'status' });
  readonly #found;
  #state: CompareState;
  /** Of the database that is shown. */
  #title: string | undefined;
  #lengthMs = LENGTHS[1]?.ms ?? 0;
  #annotations: readonly DashboardAnnotation[] = [];
  /** What the host sent that they are made of. */
  #offeredOf: readonly DashboardAnnotation[] | undefined;
  #chosen: DashboardAnnotation | undefined;
  #offered = '';
  #result: ShownComparison | undefined;
  #request = 0;
  #askedAt = -Infinity;
  #typing: Disposable | undefined;

  constructor(parts: ComparePanelParts) {
    this.#parts = parts;
    this.#state = parts.kept ?? NO_COMPARISON;
    this.#inputs = { before: this.#rangeInputs('A', 'before'), after: this.#rangeInputs('B', 'after') };
    this.#moments = dropdown('What happened in the shown range', (value) => {
      this.#chosen = this.#annotations[Number(value)];
      this.#setAround();
    });
    this.#length = dropdown('Length of each range', (value) => {
      this.#lengthMs = Number(value);
      this.#setAround();
    });
    this.#length.setOptions(LENGTHS.map(({ label, ms }) => ({ value: String(ms), label })));
    this.#length.setValue(String(this.#lengthMs));
    this.#found = new CompareResult({
      locale: parts.locale,
      onCopy: (text) => parts.post({ type: 'copy', text }),
      onRest: (rest) => {
        this.#state = { ...this.#state, rest };
        parts.onChange();
      },
    });
    const clear = button('Clear', () => this.#clear(), { hint: 'Forget both ranges' });
    this.element = h(
      'section',
      { class: 'compare', id: 'compare', 'aria-labelledby': 'heading-compare', hidden: true },
      h('h2', { id: 'heading-compare' }, 'Compare'),
      h(
        'div',
        { class: 'compare-ways' },
        h(
          'fieldset',
          {},
          h('legend', {}, 'Around what happened'),
          this.#moments.element,
          h('div', { class: 'compare-length' }, this.#length.element, h('span', {}, 'before and after it')),
        ),
        this.#inputs.before.element,
        this.#inputs.after.element,
        this.#other.element,
      ),
      this.#status,
      this.#found.element,
      h('div', { class: 'buttons' }, ...this.#found.buttons, clear.element),
    );
    this.#offer();
    this.#setInputs();
    this.#show();
  }

  get state(): CompareState {
    return this.#state;
  }

  get shades(): readonly Shade[] {
    return shadesOf(this.#state);
  }

  /** Whose curves are drawn beside those that are shown; null: nobody's. */
  get beside(): BesideWanted | null {
    const other = this.compared?.other ?? null;
    return other === null ? null : { other, shiftMs: shiftOf(this.#state) };
  }

  /** What is compared as long as it is open; null: nothing. */
  get compared(): { before: TimeRange; after: TimeRange; other: string | null } | null {
    const { open, before, after, other } = this.#state;
    return !open || before === null || after === null || complaint(this.#state) !== ''
      ? null
      : { before, after, other };
  }

  toggle(): void {
    this.#change({ ...this.#state, open: !this.#state.open });
  }

  /** Opens with the time before and after something. Gives what both ranges cover. */
  compareAround(moment: DashboardAnnotation, extent: TimeRange | null): TimeRange {
    this.#lengthMs = longestAround(moment, this.#parts.now(), extent);
    this.#length.setValue(String(this.#lengthMs));
    this.#chosen = moment;
    const { before, after } = around(moment, this.#lengthMs);
    this.#take({ ...this.#state, open: true, before, after, other: null });
    this.#choose(moment);
    return { from: before.from, to: after.to };
  }

  /** There is another reading, another range is shown, or the page has just been loaded. */
  refresh(annotations: readonly DashboardAnnotation[], { others, title }: ShownDatabase): void {
    if (this.#title !== undefined && this.#title !== title) this.#take(ofAnother(this.#state));
    this.#title = title;
    this.#other.offer(others, this.#state.other, shiftOf(this.#state));
    // Only while it is seen: there may be hundreds, and this is called for each reading.
    if (this.#state.open && annotations !== this.#offeredOf) {
      this.#offeredOf = annotations;
      this.#annotations = annotations.filter(({ kind }) => kind !== 'gap').toReversed();
      this.#offer();
    }
    const compared = this.compared;
    if (compared === null) return;
    const end = Math.max(compared.before.to, compared.after.to);
    const isOpenEnded = this.#askedAt < end && this.#parts.now() - this.#askedAt >= AGAIN_MS;
    if (this.#askedAt === -Infinity || isOpenEnded) this.#ask();
  }

  hear(result: ShownComparison): void {
    if (result.request !== this.#request) return; // others have been chosen since
    this.#result = result;
    this.#show();
  }

  #rangeInputs(letter: 'A' | 'B', word: 'before' | 'after'): RangeInputs {
    return new RangeInputs({
      letter,
      word,
      onRange: (range) => {
        this.#state = this.#with(word, range);
        this.#choose(undefined);
        this.#typing?.dispose();
        this.#typing = later(() => this.#change(this.#state), TYPING_MS);
      },
      onShown: () => {
        const { from, to } = this.#parts.shown();
        this.#choose(undefined);
        this.#change(this.#with(word, { from: Math.round(from), to: Math.round(to) }));
        this.#setInputs();
      },
    });
  }

  /** Of two databases the time of the other one follows. */
  #with(word: 'before' | 'after', range: TimeRange): CompareState {
    return this.#state.other === null
      ? { ...this.#state, [word]: range }
      : withShift({ ...this.#state, before: range }, shiftOf(this.#state));
  }

  #setOther(other: string | null): void {
    const { from, to } = this.#parts.shown();
    const range = this.#state.before ?? { from: Math.round(from), to: Math.round(to) };
    this.#choose(undefined);
    this.#take({ ...this.#state, before: range, after: other === null ? null : range, other });
  }

  #take(state: CompareState): void {
    this.#change(state);
    this.#setInputs();
  }

  #setAround(): void {
    if (this.#chosen === undefined) return;
    this.#take({ ...this.#state, ...around(this.#chosen, this.#lengthMs), other: null });
  }

  #setInputs(): void {
    this.#inputs.before.set(this.#state.before);
    this.#inputs.after.set(this.#state.after);
  }

  #clear(): void {
    this.#choose(undefined);
    this.#take({ ...NO_COMPARISON, open: true });
  }

  #change(state: CompareState): void {
    this.#state = state;
    this.#result = undefined;
    this.#askedAt = -Infinity;
    this.#request++; // an answer to what was chosen before is of no use
    if (this.compared !== null) this.#ask();
    this.#show();
    this.#parts.onChange();
  }

  #ask(): void {
    const compared = this.compared;
    if (compared === null) return;
    this.#askedAt = this.#parts.now();
    this.#request++;
    this.#parts.post({ type: 'compare', request: this.#request, ...compared });
  }

  /** Replacing the options would close the list of who is choosing. */
  #offer(): void {
    const options = this.#annotations.map(({ at, text }, i) => {
      return { value: String(i), label: shortened(`${timeText(at, this.#parts.locale)}: ${text}`) };
    });
    const offered = JSON.stringify(options);
    if (offered === this.#offered) return;
    this.#offered = offered;
    const first = options.length === 0 ? 'Nothing happened in the shown range' : 'Choose what happened';
    this.#moments.setOptions([{ value: '', label: first }, ...options]);
    this.#moments.setDisabled(options.length === 0);
    // The list takes its options at the end of this task.
    requestAnimationFrame(() => this.#choose(this.#chosen));
  }

  /** Its place in the list; other ranges than those around it are of nothing that happened. */
  #choose(chosen: DashboardAnnotation | undefined): void {
    this.#chosen = chosen;
    const place = this.#annotations.findIndex(({ at, text }) => at === chosen?.at && text === chosen.text);
    this.#moments.setValue(place < 0 ? '' : String(place));
  }

  #show(): void {
    const result = this.#result;
    this.element.hidden = !this.#state.open;
    setText(this.#status, this.#saying());
    const two = this.#state.other !== null;
    this.#inputs.before.share(two ? 'both' : 'own');
    this.#inputs.after.share(two ? 'none' : 'own');
    this.#inputs.before.note(notesOf(result));
    this.#inputs.after.note(result?.after.notes.join(' ') ?? '');
    const isShown = result?.problem === '' && result.rows.length > 0;
    this.#found.show(isShown ? result : undefined, this.#state.rest);
  }

  #saying(): string {
    const wrong = complaint(this.#state);
    if (wrong !== '') return wrong;
    if (this.#result === undefined) return 'Reading both ranges…';
    const { problem, rows } = this.#result;
    if (problem !== '') return problem;
    return rows.length === 0 ? 'There are no readings in these ranges.' : doubt(this.#state);
  }
}
