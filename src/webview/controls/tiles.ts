import { formatPercent } from '../../common/format.ts';
import { meanOf } from '../protocol/mean.ts';
import type { ChartSpec, Tile, ToDashboard } from '../protocol/protocol.ts';
import type { TimeBounds } from '../protocol/view.ts';
import type { Ranges } from '../ranges/ranges.ts';
import { colorVariable } from './colors.ts';
import { h, setText } from './dom.ts';
import { icon } from './icons.ts';
import { Sparkline } from './sparkline.ts';

type State = Extract<ToDashboard, { type: 'state' }>;

/** A change by less than this is none that could be seen. */
const LEAST_CHANGE = 0.005;

/** What a tile shows. */
interface TileContent {
  readonly text: string;
  readonly why: string;
  /** '' where there is nothing to compare with. */
  readonly change: string;
  readonly firing: boolean;
  readonly threshold: string;
}

/** The figures that are looked at first, each with its course and its change: a click goes to its chart. */
export class Tiles {
  readonly element = h('div', { class: 'tiles', role: 'group', 'aria-label': 'Figures' });
  readonly #tiles: readonly TileButton[];
  readonly #locale: string;

  constructor(tiles: readonly Tile[], locale: string, onShow: (chart: string) => void) {
    this.#locale = locale;
    this.#tiles = tiles.map((tile) => new TileButton(tile, () => onShow(tile.chart)));
    this.element.append(...this.#tiles.map(({ element }) => element));
  }

  show(charts: readonly ChartSpec[], { values, thresholds }: State, ranges: Ranges, bounds: TimeBounds): void {
    const places = new Map(
      charts.flatMap(({ id, series }) => series.map((one) => `${id} ${one.id}`)).map((key, i) => [key, i]),
    );
    for (const tile of this.#tiles) {
      const { chart, series } = tile.of;
      const value = values[places.get(`${chart} ${series}`) ?? -1];
      const { at } = ranges.of(chart).store;
      const { mean } = ranges.of(chart).store.series(series);
      const spec = charts.find(({ id }) => id === chart)?.series.find(({ id }) => id === series);
      if (spec !== undefined) tile.spark.setColor(colorVariable(spec));
      const threshold = thresholds.find((one) => one.chart === chart);
      tile.spark.show(at, mean, bounds);
      tile.show({
        text: value?.text ?? '',
        why: value?.why ?? '',
        change: this.#change(ranges.before(chart, series), mean),
        firing: threshold?.firing === true,
        threshold: threshold?.text ?? '',
      });
      // What nothing is set up for has no value and no course: it takes no place.
      tile.element.toggleAttribute('hidden', (value?.value ?? null) === null && mean.every((one) => one === null));
    }
  }

  /** Of the mean of what is shown against the range before, as long as that. */
  #change(before: number | null, shown: readonly (number | null)[]): string {
    const mean = meanOf(shown);
    if (before === null || before === 0 || mean === null) return '';
    const share = mean / before - 1;
    if (Math.abs(share) < LEAST_CHANGE) return 'unchanged';
    return `${share > 0 ? '+' : '−'}${formatPercent(Math.abs(share), { locale: this.#locale })}`;
  }
}

class TileButton {
  readonly of: Tile;
  readonly spark = new Sparkline();
  readonly element: HTMLButtonElement;
  readonly #value = h('span', { class: 'value' });
  readonly #change = h('span', { class: 'change' });
  readonly #alert = h(
    'span',
    { class: 'alert', hidden: true },
    icon('warning'),
    h('span', { class: 'unseen' }, 'Alert'),
  );

  constructor(of: Tile, onShow: () => void) {
    this.of = of;
    this.element = h(
      'button',
      { type: 'button', class: 'tile', 'data-series': of.series },
      h('span', { class: 'label' }, h('span', { class: 'name' }, of.label), this.#alert),
      h('span', { class: 'figure' }, this.#value, this.#change),
      this.spark.element,
    );
    this.element.addEventListener('click', onShow);
  }

  show({ text, why, change, firing, threshold }: TileContent): void {
    setText(this.#value, text);
    setText(this.#change, change);
    this.#alert.toggleAttribute('hidden', !firing);
    this.element.toggleAttribute('data-firing', firing);
    const said = firing ? `${threshold}, which fires.` : threshold === '' ? '' : `${threshold}.`;
    const changed = change === '' ? '' : `Against the time before, as long as what is shown: ${change}.`;
    const hover = [why, changed, said, 'Click for its chart.'].filter((part) => part !== '').join('\n');
    if (this.element.title !== hover) this.element.title = hover;
  }
}
