import { ChartCard, type CardParts } from './charts/chartCard.ts';
import { CompactCards } from './compactGrid.ts';
import { ComparePanel } from './compare/comparePanel.ts';
import { ApplicationAbout } from './controls/application.ts';
import { Banner } from './controls/banner.ts';
import type { Colors } from './controls/colors.ts';
import { h } from './controls/dom.ts';
import { Tiles } from './controls/tiles.ts';
import { Toolbar } from './controls/toolbar.ts';
import type { ChartSpec, DashboardAnnotation, DashboardState, ToDashboard, ToHost } from './protocol/protocol.ts';
import { fixed, live, type TimeBounds, type View } from './protocol/view.ts';
import { StatementsSection } from './statements/statements.ts';

/** What stands on the page. The small one has only the first three. */
export interface Layout {
  readonly banner: Banner;
  readonly toolbar: Toolbar;
  /** One for each chart, in their order. */
  readonly cards: readonly ChartCard[];
  readonly tiles?: Tiles;
  readonly compare?: ComparePanel;
  readonly statements?: StatementsSection;
  /** To be called when what is drawn has changed. */
  readonly arrange?: () => void;
  readonly showApplication?: (message: Extract<ToDashboard, { type: 'application' }>) => void;
}

/** What its parts ask of the page. */
export interface LayoutParts {
  readonly root: HTMLElement;
  readonly post: (message: ToHost) => void;
  readonly kept: DashboardState | undefined;
  readonly colors: () => Colors;
  readonly view: () => View;
  readonly bounds: () => TimeBounds;
  /** The time of the host. */
  readonly now: () => number;
  readonly setView: (view: View) => void;
  /** What is to be kept has changed. */
  readonly onChange: () => void;
  readonly setTable: (chart: string, shown: boolean) => void;
  readonly setAllTables: (shown: boolean) => void;
  readonly compareAround: (moment: DashboardAnnotation) => void;
  readonly toggleSeries: (chart: string, series: string) => void;
}

type SetUp = Extract<ToDashboard, { type: 'setup' }>;

const SECTIONS = [
  { id: 'sessions', title: 'Sessions' },
  { id: 'application', title: 'Application' },
  { id: 'database', title: 'Database' },
] as const satisfies readonly { id: ChartSpec['section']; title: string }[];

/** Of a drawing, CSS pixels. */
const HEIGHT = 190;

const LATEST_COMPARE_MS = 500;

export function layOut(setUp: SetUp, parts: LayoutParts): Layout {
  return setUp.compact ? layOutCompact(setUp, parts) : layOutFull(setUp, parts);
}

/** As many charts as there is room for, without headings, and nothing to work with but the range. */
function layOutCompact(setUp: SetUp, parts: LayoutParts): Layout {
  const { root } = parts;
  const [banner, toolbar] = [makeBanner(parts), makeToolbar(setUp, parts)];
  const into = h('div', { class: 'cards' });
  root.dataset['layout'] = 'compact';
  root.replaceChildren(banner.element, toolbar.element, into);
  const cards = setUp.charts.map((spec) => makeCard(spec, 'fill', setUp, parts, into));
  const all = new CompactCards(into, cards);
  return { banner, toolbar, cards, arrange: () => all.layOut() };
}

function layOutFull(setUp: SetUp, parts: LayoutParts): Layout {
  const { locale, charts } = setUp;
  const { root, post, kept, onChange } = parts;
  const compare = new ComparePanel({
    locale,
    kept: kept?.compare,
    shown: parts.bounds,
    now: parts.now,
    post,
    onChange: () => {
      mountCompare();
      onChange();
    },
  });
  /** Closed it is not seen, and takes as long to make as a good part of what is: it waits for its turn. */
  const mountCompare = (): void => {
    if (!compare.element.isConnected) toolbar.element.after(compare.element);
  };
  const application = new ApplicationAbout({
    onCopy: (text) => post({ type: 'copy', text }),
    onAction: (action) => post({ type: 'run', action }),
  });
  const [banner, toolbar] = [makeBanner(parts), makeToolbar(setUp, parts, compare)];
  const places = new Map(SECTIONS.map(({ id }) => [id, h('div', { class: 'cards' })]));
  const tiles = new Tiles(setUp.tiles, locale, (chart) => cards.find(({ id }) => id === chart)?.bringIntoSight());
  root.replaceChildren(
    banner.element,
    tiles.element,
    toolbar.element,
    ...SECTIONS.map(({ id, title }) =>
      h(
        'section',
        { class: 'section', id, 'aria-labelledby': `heading-${id}` },
        h('h2', { id: `heading-${id}` }, title),
        ...(id === 'application' ? [application.element] : []),
        places.get(id) ?? '',
      ),
    ),
  );
  if (compare.state.open) mountCompare();
  else requestIdleCallback(mountCompare, { timeout: LATEST_COMPARE_MS });
  const cards = charts.map((spec) => makeCard(spec, HEIGHT, setUp, parts, places.get(spec.section) ?? root));
  const statements = new StatementsSection({ locale, kept: kept?.statements, post, onKeep: onChange });
  places.get('database')?.append(statements.element);
  return {
    banner,
    toolbar,
    cards,
    tiles,
    compare,
    statements,
    showApplication: (message) => {
      root.dataset['settled'] = '';
      application.show(message);
      places.get('application')?.toggleAttribute('hidden', !message.charts);
    },
  };
}

function makeBanner({ post }: LayoutParts): Banner {
  return new Banner((action) => post({ type: 'run', action }));
}

function makeToolbar({ locale }: SetUp, parts: LayoutParts, compare?: ComparePanel): Toolbar {
  const { view, bounds, now, setView, setAllTables, post } = parts;
  return new Toolbar({
    locale,
    view,
    bounds,
    now,
    onView: setView,
    onTables: setAllTables,
    onCompare: () => compare?.toggle(),
    onReport: () => post({ type: 'saveReport' }),
    onExport: () => post({ type: 'exportHistory', ...bounds() }),
  });
}

function makeCard(
  spec: ChartSpec,
  height: CardParts['height'],
  setUp: SetUp,
  { colors, view, setView, setTable, toggleSeries, compareAround, post }: LayoutParts,
  into: HTMLElement,
): ChartCard {
  const card: CardParts = {
    spec,
    height,
    locale: setUp.locale,
    colors,
    onZoom: (from, to) => setView(fixed(view(), from, to)),
    onBack: () => setView(live(view().seconds)),
    onToggleTable: (shown) => setTable(spec.id, shown),
    onToggleSeries: (id) => toggleSeries(spec.id, id),
    onCopy: (text) => post({ type: 'copy', text }),
    ...(setUp.compact ? {} : { onCompare: compareAround }),
    onPicture: (name, data) => post({ type: 'savePicture', name, data }),
  };
  return new ChartCard(card, (element) => into.append(element));
}
