import { colorOf, type Colors } from '../controls/colors.ts';
import { h, setText } from '../controls/dom.ts';
import { iconButton, type Control } from '../controls/toolkit.ts';
import { spansOf, type BareSpan } from '../ranges/spans.ts';
import type { ChartAction, ChartSpec, DashboardAnnotation } from '../protocol/protocol.ts';
import { timeRangeText, timeText } from '../ranges/scale.ts';
import { besideOf, besideText, withBeside, type Beside } from './beside.ts';
import { looksSame, type CardContent, type DrawnContent } from './cardContent.ts';
import { CardTable } from './cardTable.ts';
import { noteText, summaryText } from './cardTexts.ts';
import { Chart } from './chart.ts';
import { curvesOf, isEmpty, type Curve } from './chartData.ts';
import { Legend } from './legend.ts';
import { legendItems } from './legendItems.ts';
import { Marks } from './marks.ts';
import { PaperChart } from './paperChart.ts';
import { picture } from './picture.ts';
import { pointText } from './pointTexts.ts';
import { plainTable, tableOf } from './tableRows.ts';
import { Tooltip } from './tooltip.ts';

export interface CardParts {
  readonly spec: ChartSpec;
  readonly locale: string;
  /** Of the drawing, CSS pixels; 'fill': all that there is. */
  readonly height: number | 'fill';
  readonly colors: () => Colors;
  readonly onZoom: (from: number, to: number) => void;
  readonly onBack: () => void;
  readonly onToggleTable: (shown: boolean) => void;
  readonly onToggleSeries: (id: string) => void;
  readonly onCopy: (text: string) => void;
  /** Compares what is before this and what after it; undefined: there is no room for it. */
  readonly onCompare?: (moment: DashboardAnnotation) => void;
  readonly onPicture: (name: string, data: string) => void;
}

/** Beyond the edge of the window a chart is drawn already, so that it is there when it is scrolled to. */
const SOON_IN_SIGHT = '200px';
const LATEST_BUTTONS_MS = 500;

/** A chart with its title, legend, marks, buttons, and its twin for those who do not see it: a table. */
export class ChartCard {
  readonly element: HTMLElement;
  readonly #parts: CardParts;
  /** Made when it comes into sight for the first time: that takes a while, and there are many. */
  #chart: Chart | undefined;
  #isInSight = false;
  readonly #legend: Legend;
  readonly #marks: Marks;
  readonly #tooltip: Tooltip;
  /** The mouse is over this chart, not over another whose crosshair it shares. */
  #isPointedAt = false;
  #spans: readonly BareSpan[] = [];
  readonly #plot = h('div', { class: 'plot', role: 'img' });
  readonly #when = h('span', { class: 'when' });
  readonly #note = h('p', { class: 'note' });
  readonly #table: CardTable;
  /** Made when there is time: controls take longer than curves, and nobody presses one before there are curves. */
  readonly #buttons = h('div', { class: 'corner' });
  #tableButton: Control | undefined;
  #content: CardContent | undefined;
  /** What the curves were made of last, and whether the chart shows them. */
  #shown: DrawnContent | undefined;
  #isDrawn = false;
  #curves: readonly Curve[] = [];
  #beside: Beside | undefined;

  constructor(parts: CardParts, mount: (element: HTMLElement) => void) {
    this.#parts = parts;
    const { spec } = parts;
    const titleId = `title-${spec.id}`;
    this.#table = new CardTable(`table-${spec.id}`, spec.title);
    this.#legend = new Legend(spec, (id) => parts.onToggleSeries(id));
    this.#marks = new Marks(parts.onCompare);
    this.#tooltip = new Tooltip(spec);
    this.element = h(
      'section',
      {
        class: 'card',
        tabindex: '-1',
        'aria-labelledby': titleId,
        'data-chart': spec.id,
        // For VS Code, which makes the menu: see ON_CHART in contributions/when.ts.
        'data-vscode-context': JSON.stringify({
          webviewSection: 'chart',
          chart: spec.id,
          preventDefaultContextMenuItems: true,
        }),
      },
      h('header', {}, h('h3', { id: titleId, title: spec.advice }, spec.title), this.#when, this.#buttons),
      this.#legend.element,
      h('div', { class: 'drawing' }, this.#marks.element, this.#plot, this.#tooltip.element),
      this.#marks.text,
      this.#marks.actions,
      this.#note,
      this.#table.element,
    );
    if (parts.height !== 'fill') this.#plot.style.minHeight = `${parts.height}px`;
    // Before uPlot tells where the crosshair is.
    this.#plot.addEventListener('mousemove', () => (this.#isPointedAt = true), { capture: true });
    this.#plot.addEventListener('mouseleave', () => {
      this.#isPointedAt = false;
      this.#tooltip.hide();
    });
    mount(this.element);
    new ResizeObserver(() => this.#chart?.setSize(this.#plot.clientWidth, this.#height)).observe(this.#plot);
    const onSight: IntersectionObserverCallback = (entries) => {
      this.#isInSight = entries.at(-1)?.isIntersecting === true;
      if (this.#isInSight) this.#draw();
    };
    new IntersectionObserver(onSight, { rootMargin: SOON_IN_SIGHT }).observe(this.#plot);
    requestIdleCallback(() => this.#makeButtons(), { timeout: LATEST_BUTTONS_MS });
  }

  #makeButtons(): void {
    const { spec } = this.#parts;
    const table = iconButton(`Show ${spec.title} as a table`, 'table', () => this.act('table'));
    table.element.setAttribute('aria-controls', this.#table.element.id);
    table.element.setAttribute('aria-expanded', String(this.#content?.table === true));
    this.#tableButton = table;
    const copy = iconButton(`Copy ${spec.title} as a table`, 'copy', () => this.act('copy'));
    const save = iconButton(`Save ${spec.title} as a picture…`, 'picture', () => this.act('save'));
    this.#buttons.replaceChildren(table.element, copy.element, save.element);
  }

  /** Of both databases, where two are compared. */
  get #all(): ReturnType<typeof withBeside> {
    return withBeside(this.#parts.spec, this.#curves, this.#beside);
  }

  get id(): string {
    return this.#parts.spec.id;
  }

  /** Scrolls to it, and gives it the focus so that the keyboard goes on from there. */
  bringIntoSight(): void {
    this.element.scrollIntoView({ block: 'center' });
    this.element.focus({ preventScroll: true });
  }

  get width(): number {
    return this.#plot.clientWidth;
  }

  get #height(): number {
    return this.#parts.height === 'fill' ? this.#plot.clientHeight : this.#parts.height;
  }

  show(content: CardContent): void {
    const { spec, locale } = this.#parts;
    const { store, hidden, table } = content;
    const width = this.#chart?.width ?? this.#height;
    const isNew = this.#shown === undefined || !looksSame(this.#shown, content, width);
    this.#content = content;
    if (isNew) {
      this.#shown = { ...content, at: store.at };
      this.#curves = curvesOf(spec, store, hidden);
      this.#beside = content.beside === undefined ? undefined : besideOf(spec, content.beside, store.at, hidden);
      this.#spans = content.isOwn ? spansOf(store.annotations, store.extent, content.bounds) : [];
      this.#isDrawn = false;
    }
    const all = this.#all;
    if (this.#isInSight) this.#draw();
    this.#point(this.#chart?.point ?? null);
    this.#plot.setAttribute('aria-label', summaryText(all.spec, content, all.curves, locale));
    setText(this.#note, noteText(content, this.#curves, locale, this.#chart?.drawsThreshold ?? true));
    this.element.toggleAttribute('data-firing', content.threshold?.firing === true);
    this.element.toggleAttribute('data-old', content.isOld);
    this.#tableButton?.element.setAttribute('aria-expanded', String(table));
    if (table) this.#table.show(`${spec.title}: ${this.#rangeText()}`, tableOf(all.spec, all.curves, store.at, locale));
    else this.#table.hide();
  }

  /** Draws it though it may be out of sight: for a picture of it, which uPlot has ready at the end of this task. */
  bringUp(): void {
    this.#draw();
  }

  #draw(): void {
    if (this.#isDrawn || this.#shown === undefined) return;
    this.#isDrawn = true;
    const { at, bounds, threshold, shades } = this.#shown;
    this.#chart ??= this.#makeChart();
    const [curves, spans, beside] = [this.#curves, this.#spans, this.#beside];
    this.#chart.show({ at, curves, bounds, threshold, shades, spans, beside });
  }

  /** uPlot measures what it is put into, so that has to stand in the page. */
  #makeChart(): Chart {
    const { spec, locale, colors, onZoom, onBack } = this.#parts;
    return new Chart({
      spec,
      into: this.#plot,
      height: this.#height,
      locale,
      colors,
      onZoom,
      onBack,
      onPoint: (index, left) => {
        this.#point(index);
        this.#tell(index, left);
      },
      onDrawn: () => this.#placeMarks(),
    });
  }

  redraw(): void {
    this.#chart?.redraw();
    this.#drawLegend(null);
  }

  #point(index: number | null): void {
    const at = index === null ? undefined : this.#content?.store.at[index];
    setText(this.#when, at === undefined ? '' : timeText(at, this.#parts.locale));
    this.#drawLegend(at === undefined ? null : index);
  }

  /** All curves at the crosshair, beside it. */
  #tell(index: number | null, left: number): void {
    const { spec, locale } = this.#parts;
    const { store } = this.#content ?? {};
    if (index === null || store === undefined || !this.#isPointedAt) {
      this.#tooltip.hide();
      return;
    }
    const around = { annotations: store.annotations, spans: this.#spans };
    const text = pointText(spec, this.#curves, store.at, index, around, locale);
    const beside = this.#beside;
    const rows = text.rows.map((row) =>
      beside === undefined ? row : { ...row, text: `${row.text}${besideText(beside, spec, row.place, index, locale)}` },
    );
    this.#tooltip.show({ ...text, rows }, left, this.#plot.clientWidth);
  }

  #drawLegend(index: number | null): void {
    const { spec, colors, locale } = this.#parts;
    const drawn = { curves: this.#curves, beside: this.#beside };
    this.#legend.show(legendItems(spec, this.#content ?? {}, drawn, index, colors(), locale));
  }

  #placeMarks(): void {
    const { store, bounds } = this.#content ?? {};
    if (store !== undefined && bounds !== undefined)
      this.#marks.show(store.annotations, bounds, (time) => this.#chart?.leftOf(time) ?? 0, this.#parts.locale);
  }

  #rangeText(): string {
    const { from, to } = this.#content?.bounds ?? { from: 0, to: 0 };
    return timeRangeText(from, to, this.#parts.locale);
  }

  /** What its buttons do, and its menu. */
  act(action: ChartAction): void {
    const { spec, onToggleTable, onCopy, onPicture } = this.#parts;
    const { table = false, store } = this.#content ?? {};
    switch (action) {
      case 'table':
        return onToggleTable(!table);
      case 'copy':
        return onCopy(plainTable(spec, this.#curves, store?.at ?? []));
      case 'save':
        this.bringUp();
        return onPicture(spec.title, this.picture());
    }
  }

  /** Whether any curve is to be seen. */
  get isEmpty(): boolean {
    return this.#curves.every(isEmpty);
  }

  /** Draws it once more as it is shown, for a report; undefined: there is nothing to be seen. */
  forPaper(): PaperChart | undefined {
    const { spec, colors, locale } = this.#parts;
    if (this.#shown === undefined || this.isEmpty) return undefined;
    const [curves, spans, beside] = [this.#curves, this.#spans, this.#beside];
    return new PaperChart(spec, { ...this.#shown, curves, spans, beside }, colors(), locale);
  }

  /** What is drawn now, as a PNG in base64. */
  picture(): string {
    const { spec, colors } = this.#parts;
    const lines = spec.series.flatMap((series, i) => {
      const curve = this.#curves[i];
      return curve === undefined || isEmpty(curve) ? [] : [{ label: series.label, color: colorOf(series, colors()) }];
    });
    if (this.#chart === undefined) throw new Error(`The chart ${spec.id} has not been drawn.`);
    return picture(this.#chart.canvas, `${spec.title}, ${this.#rangeText()}`, lines, colors());
  }
}
