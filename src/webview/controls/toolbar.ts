import { dateFormat } from '../../common/format.ts';
import type { ToDashboard } from '../protocol/protocol.ts';
import { timeText } from '../ranges/scale.ts';
import { boundsOf, isLive, live, RANGES, shifted, zoomed, type View } from '../ranges/view.ts';
import { h, setText } from './dom.ts';
import { button, checkbox, dropdown } from './toolkit.ts';

type Extent = Extract<ToDashboard, { type: 'data' }>['extent'];

export interface ToolbarParts {
  readonly locale: string;
  /** What is shown now, and the time of the host. */
  readonly view: () => View;
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
  readonly #back;
  readonly #tables;
  readonly #compare;
  readonly #note = h('p', { class: 'range-note', role: 'status' });
  #options = '';

  constructor(parts: ToolbarParts) {
    this.#parts = parts;
    const { view, now, onView } = parts;
    this.#range = dropdown('Range of time', (value) => {
      if (value !== FIXED) onView(live(Number(value)));
    });
    const earlier = button('Earlier', () => onView(shifted(view(), now(), -1)));
    this.#later = button('Later', () => onView(shifted(view(), now(), 1)));
    const zoomIn = button('Zoom in', () => onView(zoomed(view(), now(), 0.5)), {
      hint: 'Or drag over a part of a chart',
    });
    const zoomOut = button('Zoom out', () => onView(zoomed(view(), now(), 2)));
    this.#back = button('Back to now', () => onView(live(view().seconds)), { hint: 'Or double-click a chart' });
    this.#tables = checkbox('Tables', parts.onTables);
    this.#compare = button('Compare', parts.onCompare, { hint: 'Compare two ranges of time: before and after' });
    this.#compare.element.setAttribute('aria-controls', 'compare');
    const report = button('Save report…', parts.onReport, {
      hint: 'Save what is shown as one file, with pictures and figures',
    });
    const exported = button('Export…', parts.onExport, { hint: 'Save the readings that are shown as CSV or JSON' });
    this.element = h(
      'div',
      { class: 'toolbar', role: 'group', 'aria-label': 'Range of time' },
      this.#range.element,
      ...[earlier, this.#later, zoomIn, zoomOut, this.#back].map(({ element }) => element),
      this.#tables.element,
      this.#compare.element,
      report.element,
      exported.element,
      this.#note,
    );
  }

  show(extent: Extent, allTables: boolean, compares: boolean): void {
    this.#compare.element.setAttribute('aria-expanded', String(compares));
    const view = this.#parts.view();
    const now = this.#parts.now();
    const bounds = boundsOf(view, now);
    const isMoving = isLive(view);
    this.#offer(isMoving, extent, now);
    this.#range.setValue(isMoving ? String(view.seconds) : FIXED);
    this.#later.setDisabled(isMoving);
    this.#back.setDisabled(isMoving);
    this.#tables.setChecked(allTables);
    const { locale } = this.#parts;
    const range = dateFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).formatRange(bounds.from, bounds.to);
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
    const all = isMoving ? options : [...options, { value: FIXED, label: 'As marked' }];
    const offered = JSON.stringify(all);
    if (offered === this.#options) return;
    this.#options = offered;
    this.#range.setOptions(all);
  }
}
