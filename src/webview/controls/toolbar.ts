import { spansOf } from '../ranges/spans.ts';
import type { ToDashboard } from '../protocol/protocol.ts';
import { timeRangeText, timeText } from '../ranges/scale.ts';
import { AUTOMATIC, isLive, live, RANGES, shifted, zoomed, type TimeBounds, type View } from '../protocol/view.ts';
import { h, setText } from './dom.ts';
import { SpanKeys } from './spanKeys.ts';
import { button, dropdown, iconButton } from './toolkit.ts';

type Shown = Extract<ToDashboard, { type: 'data' }>;
type Extent = Shown['extent'];

export interface ToolbarParts {
  readonly locale: string;
  /** What is shown now, and the time of the host. */
  readonly view: () => View;
  readonly bounds: () => TimeBounds;
  readonly now: () => number;
  readonly onView: (view: View) => void;
  readonly onTables: (shown: boolean) => void;
  readonly onCompare: () => void;
  readonly onReport: () => void;
  readonly onExport: () => void;
}

const FIXED = 'fixed';

/** Chooses what part of the time is shown: all that can be done by dragging, by keyboard too. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #parts: ToolbarParts;
  readonly #range;
  readonly #later;
  readonly #live;
  readonly #liveText = h('span', {});
  readonly #tables;
  readonly #compare;
  readonly #note = h('p', { class: 'range-note', role: 'status' });
  readonly #keys = new SpanKeys();
  #options = '';
  #allTables = false;

  constructor(parts: ToolbarParts) {
    this.#parts = parts;
    const { view, bounds, now, onView } = parts;
    this.#range = dropdown('Range of time', (value) => {
      if (value !== FIXED) onView(live(Number(value)));
    });
    const earlier = iconButton('Earlier', 'earlier', () => onView(shifted(view(), bounds(), now(), -1)));
    this.#later = iconButton('Later', 'later', () => onView(shifted(view(), bounds(), now(), 1)));
    const zoomIn = iconButton(
      'Zoom in',
      'zoomIn',
      () => onView(zoomed(view(), bounds(), 0.5)),
      'or drag over a part of a chart',
    );
    const zoomOut = iconButton('Zoom out', 'zoomOut', () => onView(zoomed(view(), bounds(), 2)));
    this.#live = button('Live', () => onView(live(view().seconds)), { hint: 'Or double-click a chart' });
    this.#live.element.classList.add('live');
    this.#live.element.replaceChildren(h('span', { slot: 'start', class: 'dot' }), this.#liveText);
    this.#tables = iconButton('Tables', 'table', () => parts.onTables(!this.#allTables), 'show all charts as tables');
    this.#compare = iconButton('Compare', 'compare', parts.onCompare, 'two ranges of time, before and after');
    this.#compare.element.setAttribute('aria-controls', 'compare');
    const report = iconButton(
      'Save report…',
      'report',
      parts.onReport,
      'what is shown as one file, with pictures and figures',
    );
    const exported = iconButton('Export…', 'save', parts.onExport, 'the readings that are shown as CSV or JSON');
    this.element = h(
      'div',
      { class: 'toolbar', role: 'group', 'aria-label': 'Range of time' },
      this.#range.element,
      ...[earlier, this.#later, zoomIn, zoomOut, this.#live].map(({ element }) => element),
      this.#keys.element,
      this.#note,
      ...[this.#tables, this.#compare, report, exported].map(({ element }) => element),
    );
  }

  show({ extent, annotations }: Pick<Shown, 'extent' | 'annotations'>, allTables: boolean, compares: boolean): void {
    this.#compare.element.setAttribute('aria-expanded', String(compares));
    const view = this.#parts.view();
    const now = this.#parts.now();
    const bounds = this.#parts.bounds();
    const isMoving = isLive(view);
    this.#offer(isMoving, extent, now);
    this.#keys.show(spansOf(annotations, extent, bounds));
    this.#range.setValue(isMoving ? String(view.seconds) : FIXED);
    this.#later.setDisabled(isMoving);
    // Where it stands, and the way back to it.
    setText(this.#liveText, isMoving ? 'Live' : 'Back to now');
    this.#live.element.setAttribute('aria-pressed', String(isMoving));
    this.#allTables = allTables;
    this.#tables.element.setAttribute('aria-pressed', String(allTables));
    const { locale } = this.#parts;
    const range = timeRangeText(bounds.from, bounds.to, locale);
    const begins =
      extent !== null && extent.from > bounds.from ? `Readings begin ${timeText(extent.from, locale)}.` : '';
    setText(this.#note, [isMoving ? '' : `${range}.`, begins].filter((text) => text !== '').join(' '));
  }

  /** Which ranges go further back than there are readings is said in the list. */
  #offer(isMoving: boolean, extent: Extent, now: number): void {
    const options = RANGES.map(({ label, seconds }, i) => {
      const shorter = RANGES[i - 1]?.seconds ?? 0;
      const isBeyond = extent !== null && i > 0 && now - shorter * 1000 < extent.from;
      return { value: String(seconds), label: isBeyond ? `${label} (no readings that old)` : label };
    });
    const marked = isMoving ? [] : [{ value: FIXED, label: 'As marked' }];
    const all = [{ value: String(AUTOMATIC), label: 'Automatic' }, ...options, ...marked];
    const offered = JSON.stringify(all);
    if (offered === this.#options) return;
    this.#options = offered;
    this.#range.setOptions(all);
  }
}
