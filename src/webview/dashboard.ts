import type { ChartCard } from './charts/chartCard.ts';
import { Besides } from './ranges/besides.ts';
import { NO_COMPARISON } from './compare/compareState.ts';
import { onThemeChange, publishColors, readColors } from './controls/colors.ts';
import { layOut, type Layout } from './layout.ts';
import {
  FIRST_REQUEST,
  type ChartSpec,
  type DashboardAnnotation,
  type DashboardState,
  type ToDashboard,
  type ToHost,
} from './protocol/protocol.ts';
import { pointsFor } from './ranges/pointsFor.ts';
import { Ranges, type RangesParts } from './ranges/ranges.ts';
import { boundsOf, FIRST_VIEW, fixed, isLive, live, rangeOf, type TimeBounds, type View } from './protocol/view.ts';
import { FIRST_STATE } from './statements/statementTable.ts';

type Message<T extends ToDashboard['type']> = Extract<ToDashboard, { type: T }>;

export interface DashboardPageParts {
  readonly root: HTMLElement;
  readonly post: (message: ToHost) => void;
  readonly keep: (state: DashboardState) => void;
  /** From before it was hidden or the window was loaded again. */
  readonly kept: DashboardState | undefined;
}

/** What is shown does not grow by less than this. */
const LEAST_MS = 10_000;
/** Beside ranges that are compared, of their length. */
const MARGIN = 0.05;

/** The page: asks the host for what is in view, adds what is read, and draws it. */
export class DashboardPage {
  readonly #parts: DashboardPageParts;
  readonly #ranges: Ranges;
  readonly #besides = new Besides((message) => this.#parts.post(message));
  #colors = readColors();
  #locale = 'en';
  #charts: readonly ChartSpec[] = [];
  #chartIds: readonly string[] = [];
  /** Undefined: the host has not said yet what there is. */
  #layout: Layout | undefined;
  /** To be done when the readings that were asked for have come and are drawn. */
  #whenDrawn: (() => void) | undefined;
  #state: Message<'state'> | undefined;
  #view: View;
  /** To be compared around as soon as there are curves. */
  #moment: DashboardAnnotation | undefined;
  #tables: Set<string>;
  readonly #hidden: Set<string>;
  /** The length of what was heard last. */
  #heardMs = 0;
  /** When the host was asked last, by its clock. */
  #askedAt = -Infinity;

  constructor(parts: DashboardPageParts) {
    this.#parts = parts;
    this.#ranges = new Ranges(
      { post: parts.post, inView: () => this.#inView(), isLive: () => isLive(this.#view) },
      FIRST_REQUEST,
    );
    this.#view = parts.kept?.view ?? FIRST_VIEW;
    this.#tables = new Set(parts.kept?.tables);
    this.#hidden = new Set(parts.kept?.hidden);
    publishColors(parts.root, this.#colors);
    onThemeChange(() => {
      this.#colors = readColors();
      publishColors(parts.root, this.#colors);
      for (const card of this.#cards) card.redraw();
    });
  }

  /** What it will show, as far as it can be said before there is a chart: the charts are not wider than the window. */
  get firstQuestion(): Omit<Extract<ToHost, { type: 'ready' }>, 'type'> {
    return { view: this.#view, maxPoints: pointsFor(window.innerWidth) };
  }

  hear(message: ToDashboard): void {
    switch (message.type) {
      case 'setup':
        return this.#setUp(message);
      case 'state':
        return this.#heardState(message);
      case 'data':
        if (this.#ranges.heardData(message, this.#chartIds)) {
          this.#heardMs = message.to - message.from;
          this.#draw();
          this.#compareWaiting();
        }
        return;
      case 'before':
        this.#ranges.heardBefore(message);
        return this.#draw();
      case 'chartNotes':
        this.#ranges.heardNotes(message);
        return this.#draw();
      case 'answered':
        this.#ranges.heardEnd(message);
        if (!this.#ranges.isAsking) this.#drawn();
        return;
      case 'besideData':
        return this.#besides.hear(message) ? this.#draw() : undefined;
      case 'comparison':
        return this.#layout?.compare?.hear(message);
      case 'compareAround':
        this.#moment = message.moment;
        // How far back there is something to compare with comes with the first curves.
        if (this.#ranges.hasHeard) this.#compareWaiting();
        return;
      case 'chartAction':
        return this.#cards.find(({ id }) => id === message.chart)?.act(message.action);
      case 'drawReport':
        return this.#drawReport(message);
      case 'statements':
        return this.#layout?.statements?.show(message);
      case 'plan':
        return this.#layout?.statements?.showPlan(message);
      case 'application':
        return this.#layout?.showApplication?.(message);
    }
  }

  #setUp(message: Message<'setup'>): void {
    this.#locale = message.locale;
    this.#charts = message.charts;
    this.#chartIds = message.charts.map(({ id }) => id);
    this.#layout = layOut(message, {
      root: this.#parts.root,
      post: this.#parts.post,
      kept: this.#parts.kept,
      colors: () => this.#colors,
      view: () => this.#view,
      bounds: () => this.#bounds(),
      now: () => this.#now(),
      setView: (view) => this.#setView(view),
      onChange: () => this.#keepAndDraw(),
      setTable: (chart, shown) => this.#toggle(this.#tables, chart, shown),
      setAllTables: (shown) => {
        this.#tables = new Set(shown ? this.#chartIds : []);
        this.#keepAndDraw();
      },
      compareAround: (moment) => this.#compareAround(moment),
      toggleSeries: (chart, series) => {
        const key = `${chart} ${series}`;
        this.#toggle(this.#hidden, key, !this.#hidden.has(key));
      },
    });
  }

  #heardState(state: Message<'state'>): void {
    const before = this.#state;
    this.#state = state;
    this.#parts.root.dataset['state'] = state.readAt === null ? 'empty' : state.kind;
    this.#layout?.banner.show(state, this.#locale);
    if (state.readAt === null) return;
    // The first question came with `ready`.
    if (before === undefined) return this.#draw();
    const isNew = before.readAt === null || before.title !== state.title;
    if (isNew || before.happened !== state.happened || before.history !== state.history) this.#ranges.ask();
    else if (isLive(this.#view)) this.#follow(state, state.readAt);
    this.#draw();
  }

  #compareWaiting(): void {
    const moment = this.#moment;
    this.#moment = undefined;
    if (moment !== undefined) this.#compareAround(moment);
  }

  /** Both ranges come into sight. */
  #compareAround(moment: DashboardAnnotation): void {
    const shown = this.#layout?.compare?.compareAround(moment, this.#ranges.extent);
    if (shown === undefined) return;
    const margin = (shown.to - shown.from) * MARGIN;
    this.#setView(fixed(this.#view, shown.from - margin, shown.to + margin));
    this.#layout?.compare?.element.scrollIntoView({ block: 'start' });
  }

  /** What goes on is drawn with the reading; where all that there is has become longer than what is shown, it is asked for anew. */
  #follow(state: Message<'state'>, readAt: number): void {
    const { from, to } = this.#bounds();
    if (to - from < this.#heardMs + LEAST_MS) this.#addReading(state, readAt);
    else this.#ranges.ask();
  }

  #bounds(): TimeBounds {
    return boundsOf(this.#view, this.#now(), this.#ranges.extent);
  }

  #addReading(state: Message<'state'>, readAt: number): void {
    const ids = this.#charts.flatMap(({ series }) => series);
    const values = new Map(
      ids.map(({ id, factor }, i) => {
        const value = state.values[i]?.value ?? null;
        return [id, value === null ? null : value / factor] as const;
      }),
    );
    const { from } = this.#bounds();
    const { own } = this.#ranges;
    const isAdded = own.append(readAt, values, state.everyMs, from);
    if (!isAdded && state.now - this.#askedAt >= own.stepMs) {
      this.#askedAt = state.now;
      this.#ranges.ask('store');
    }
  }

  #setView(view: View): void {
    this.#view = view;
    this.#ranges.ask();
    this.#keepAndDraw();
  }

  #inView(): ReturnType<RangesParts['inView']> {
    if (this.#state === undefined || this.#state.readAt === null) return undefined;
    const width = Math.max(...this.#cards.map((card) => card.width), 0);
    return { ...rangeOf(this.#view, this.#now(), this.#ranges.extent), maxPoints: pointsFor(width) };
  }

  /** Of what is shown, or of the last seconds, which are shown for it. */
  #drawReport({ request, seconds }: Message<'drawReport'>): void {
    this.#whenDrawn = () => {
      const papers = this.#cards.map((card) => ({ chart: card.id, paper: card.forPaper() }));
      // uPlot draws at the end of this task.
      requestAnimationFrame(() => {
        const pictures = papers.flatMap(({ chart, paper }) =>
          paper === undefined ? [] : [{ chart, data: paper.take() }],
        );
        const compared = this.#layout?.compare?.compared ?? null;
        this.#parts.post({ type: 'report', request, shown: this.#bounds(), pictures, compared });
      });
    };
    if (seconds !== null) this.#setView(live(seconds));
    if (!this.#ranges.isAsking) this.#drawn();
  }

  #drawn(): void {
    const done = this.#whenDrawn;
    this.#whenDrawn = undefined;
    done?.();
  }

  get #cards(): readonly ChartCard[] {
    return this.#layout?.cards ?? [];
  }

  #now(): number {
    return this.#state?.now ?? Date.now();
  }

  #toggle(set: Set<string>, key: string, on: boolean): void {
    if (on) set.add(key);
    else set.delete(key);
    this.#keepAndDraw();
  }

  #keepAndDraw(): void {
    this.#parts.keep({
      view: this.#view,
      tables: [...this.#tables],
      hidden: [...this.#hidden],
      compare: this.#layout?.compare?.state ?? NO_COMPARISON,
      statements: this.#layout?.statements?.state ?? FIRST_STATE,
    });
    this.#draw();
  }

  #draw(): void {
    const [state, layout] = [this.#state, this.#layout];
    // Empty charts before the first curves would be drawn for nothing.
    if (layout === undefined || state === undefined || state.readAt === null || !this.#ranges.hasHeard) return;
    const [bounds, compares] = [this.#bounds(), layout.compare?.state.open === true];
    const { extent, own } = this.#ranges;
    layout.toolbar.show({ extent, annotations: own.annotations }, this.#tables.size === this.#charts.length, compares);
    layout.compare?.refresh(own.annotations, state);
    const shades = layout.compare?.shades ?? [];
    const beside = this.#besides.of(layout.compare?.beside ?? null, this.#inView(), isLive(this.#view), this.#now());
    // Who listens gets the tables without asking for them.
    const isRead = document.body.classList.contains('vscode-using-screen-reader');
    layout.tiles?.show(this.#charts, state, this.#ranges, bounds);
    this.#parts.root.dataset['drawn'] = '';
    let first = 0;
    this.#charts.forEach((spec, i) => {
      const values = state.values.slice(first, (first += spec.series.length));
      layout.cards[i]?.show({
        ...this.#ranges.of(spec.id),
        bounds,
        values,
        threshold: state.thresholds.find(({ chart }) => chart === spec.id),
        remark: state.remarks.find(({ chart }) => chart === spec.id)?.text ?? '',
        hidden: new Set(spec.series.map(({ id }) => id).filter((id) => this.#hidden.has(`${spec.id} ${id}`))),
        table: isRead || this.#tables.has(spec.id),
        shades,
        beside,
      });
    });
    layout.arrange?.();
  }
}
