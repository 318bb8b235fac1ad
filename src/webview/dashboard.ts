import { Banner } from './banner.ts';
import { ChartCard } from './chartCard.ts';
import { onThemeChange, readColors } from './colors.ts';
import { h } from './dom.ts';
import { showApplication } from './application.ts';
import type { ChartSpec, DashboardState, ToDashboard, ToHost } from './protocol.ts';
import { RangeStore } from './rangeStore.ts';
import { Toolbar } from './toolbar.ts';
import { boundsOf, FIRST_VIEW, fixed, isLive, live, type View } from './view.ts';

type Message<T extends ToDashboard['type']> = Extract<ToDashboard, { type: T }>;

export interface DashboardParts {
  readonly root: HTMLElement;
  readonly post: (message: ToHost) => void;
  readonly keep: (state: DashboardState) => void;
  /** From before it was hidden or the window was loaded again. */
  readonly kept: DashboardState | undefined;
}

const SECTIONS = [
  { id: 'sessions', title: 'Sessions' },
  { id: 'database', title: 'Database' },
  { id: 'application', title: 'Application' },
] as const;

/** CSS pixels for a point: closer ones would be drawn over each other. */
const PIXELS_A_POINT = 2;
const LEAST_POINTS = 100;

/** The page: asks the host for what is in view, adds what is read, and draws it. */
export class Dashboard {
  readonly #parts: DashboardParts;
  readonly #store = new RangeStore();
  readonly #sections = new Map<string, HTMLElement>();
  #colors = readColors();
  #locale = 'en';
  #charts: readonly ChartSpec[] = [];
  #cards: readonly ChartCard[] = [];
  #banner: Banner | undefined;
  #toolbar: Toolbar | undefined;
  #state: Message<'state'> | undefined;
  #view: View;
  #tables: Set<string>;
  readonly #hidden: Set<string>;
  #request = 0;
  /** When the host was asked last, by its clock. */
  #askedAt = -Infinity;

  constructor(parts: DashboardParts) {
    this.#parts = parts;
    this.#view = parts.kept?.view ?? FIRST_VIEW;
    this.#tables = new Set(parts.kept?.tables);
    this.#hidden = new Set(parts.kept?.hidden);
    onThemeChange(() => {
      this.#colors = readColors();
      for (const card of this.#cards) card.redraw();
    });
  }

  hear(message: ToDashboard): void {
    switch (message.type) {
      case 'setup':
        return this.#setUp(message);
      case 'state':
        return this.#heardState(message);
      case 'data':
        if (message.request !== this.#request) return; // another range has been asked for since
        this.#store.replace(message);
        return this.#draw();
      case 'application': {
        const into = this.#sections.get('application');
        into?.closest('section')?.removeAttribute('hidden');
        if (into !== undefined) showApplication(into, message, (text) => this.#parts.post({ type: 'copy', text }));
        return;
      }
    }
  }

  #setUp({ locale, charts }: Message<'setup'>): void {
    this.#locale = locale;
    this.#charts = charts;
    this.#banner = new Banner((action) => this.#parts.post({ type: 'run', action }));
    this.#toolbar = new Toolbar({
      locale,
      view: () => this.#view,
      now: () => this.#now(),
      onView: (view) => this.#setView(view),
      onTables: (shown) => {
        this.#tables = new Set(shown ? charts.map(({ id }) => id) : []);
        this.#keepAndDraw();
      },
    });
    const sections = SECTIONS.map(({ id, title }) => {
      const content = h('div', { class: 'cards' });
      this.#sections.set(id, content);
      return h(
        'section',
        { class: 'section', id, 'aria-labelledby': `heading-${id}`, ...(id === 'application' ? { hidden: '' } : {}) },
        h('h2', { id: `heading-${id}` }, title),
        content,
      );
    });
    this.#parts.root.replaceChildren(this.#banner.element, this.#toolbar.element, ...sections);
    this.#cards = charts.map((spec) => this.#makeCard(spec));
  }

  #makeCard(spec: ChartSpec): ChartCard {
    return new ChartCard(
      {
        spec,
        locale: this.#locale,
        colors: () => this.#colors,
        onZoom: (from, to) => this.#setView(fixed(this.#view, from, to)),
        onBack: () => this.#setView(live(this.#view.seconds)),
        onToggleTable: (shown) => {
          this.#toggle(this.#tables, spec.id, shown);
        },
        onToggleSeries: (id) => {
          this.#toggle(this.#hidden, `${spec.id} ${id}`, !this.#hidden.has(`${spec.id} ${id}`));
        },
        onCopy: (text) => this.#parts.post({ type: 'copy', text }),
        onPicture: (name, data) => this.#parts.post({ type: 'savePicture', name, data }),
      },
      (element) => this.#sections.get(spec.section)?.append(element),
    );
  }

  #heardState(state: Message<'state'>): void {
    const before = this.#state;
    this.#state = state;
    this.#parts.root.dataset['state'] = state.readAt === null ? 'empty' : state.kind;
    this.#banner?.show(state, this.#locale);
    if (state.readAt === null) return;
    const isNew = before === undefined || before.readAt === null || before.title !== state.title;
    if (isNew || before.happened !== state.happened) this.#ask();
    else if (isLive(this.#view)) this.#addReading(state, state.readAt);
    this.#draw();
  }

  #addReading(state: Message<'state'>, readAt: number): void {
    const ids = this.#charts.flatMap(({ series }) => series);
    const values = new Map(
      ids.map(({ id, factor }, i) => {
        const value = state.values[i]?.value ?? null;
        return [id, value === null ? null : value / factor] as const;
      }),
    );
    const { from } = boundsOf(this.#view, state.now);
    const isAdded = this.#store.append(readAt, values, state.everyMs, from);
    if (!isAdded && state.now - this.#askedAt >= this.#store.stepMs) this.#ask();
  }

  #setView(view: View): void {
    this.#view = view;
    this.#ask();
    this.#keepAndDraw();
  }

  #ask(): void {
    if (this.#state === undefined || this.#state.readAt === null) return;
    const { from, to } = boundsOf(this.#view, this.#now());
    const width = Math.max(...this.#cards.map((card) => card.width), 0);
    const maxPoints = Math.max(LEAST_POINTS, Math.floor(width / PIXELS_A_POINT));
    this.#askedAt = this.#now();
    this.#request++;
    // One more, for the reading of this very moment lies before `to`.
    this.#parts.post({
      type: 'range',
      request: this.#request,
      from: Math.floor(from),
      to: Math.ceil(to) + 1,
      maxPoints,
    });
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
    this.#parts.keep({ view: this.#view, tables: [...this.#tables], hidden: [...this.#hidden] });
    this.#draw();
  }

  #draw(): void {
    const state = this.#state;
    if (state === undefined || state.readAt === null) return;
    const bounds = boundsOf(this.#view, this.#now());
    this.#toolbar?.show(this.#store.extent, this.#tables.size === this.#charts.length);
    // Who listens gets the tables without asking for them.
    const isRead = document.body.classList.contains('vscode-using-screen-reader');
    let first = 0;
    this.#charts.forEach((spec, i) => {
      const values = state.values.slice(first, (first += spec.series.length));
      this.#cards[i]?.show({
        store: this.#store,
        bounds,
        values,
        threshold: state.thresholds.find(({ chart }) => chart === spec.id),
        hidden: new Set(spec.series.map(({ id }) => id).filter((id) => this.#hidden.has(`${spec.id} ${id}`))),
        table: isRead || this.#tables.has(spec.id),
      });
    });
  }
}
