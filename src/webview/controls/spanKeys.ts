import { SPAN_NAMES, type BareSpan, type SpanKind } from '../ranges/spans.ts';
import { h } from './dom.ts';

/** What is drawn where there is no curve, once for all charts: each kind as long as one is in sight. */
export class SpanKeys {
  readonly element = h('ul', { class: 'keys', 'aria-label': 'Where there is no curve' });
  readonly #keys: ReadonlyMap<SpanKind, HTMLElement>;

  constructor() {
    this.#keys = new Map(
      (Object.keys(SPAN_NAMES) as SpanKind[]).map((kind) => {
        const swatch = h('span', { class: `swatch ${kind}`, 'aria-hidden': 'true' });
        return [kind, h('li', { hidden: true }, swatch, SPAN_NAMES[kind])];
      }),
    );
    this.element.append(...this.#keys.values());
    this.element.hidden = true;
  }

  show(spans: readonly BareSpan[]): void {
    const shown = new Set(spans.map(({ kind }) => kind));
    for (const [kind, key] of this.#keys) key.hidden = !shown.has(kind);
    this.element.hidden = shown.size === 0;
  }
}
