import { besideText } from './beside.ts';
import { Chart, type ChartContent } from './chart.ts';
import { extremesOf } from './chartData.ts';
import { picture } from './picture.ts';
import { formatValue } from '../../common/format.ts';
import { colorOf, type Colors } from '../controls/colors.ts';
import { visible } from '../controls/contrast.ts';
import { h } from '../controls/dom.ts';
import type { ChartSpec } from '../protocol/protocol.ts';

/** Of a page of A4 between its margins, and so low that a day's charts fit on two of them. CSS pixels. */
const [WIDTH, HEIGHT] = [720, 76];
const [PAPER, INK] = ['#ffffff', '#1f1f1f'];

/** The colours of the dashboard as they can be seen on paper, whatever the theme is. */
function paperColors({ series, limits, alert, mark, font }: Colors): Colors {
  const seen = (color: string): string => visible(color, PAPER, INK);
  return {
    series: series.map(seen),
    limits: limits.map((_, i) => (i === 0 ? INK : '#6f6f6f')),
    foreground: INK,
    background: PAPER,
    grid: '#e2e2e2',
    alert: seen(alert),
    mark: seen(mark),
    fill: 0.18,
    font: font.replace(/^[\d.]+px/, '12px'),
  };
}

/** A chart that is drawn once more, for a report, where nobody sees it; uPlot has it ready at the end of this task. */
export class PaperChart {
  readonly #spec: ChartSpec;
  readonly #colors: Colors;
  readonly #content: ChartContent;
  readonly #locale: string;
  readonly #chart: Chart;
  readonly #place = h('div', { class: 'paper', 'aria-hidden': 'true' });

  constructor(spec: ChartSpec, content: ChartContent, shown: Colors, locale: string) {
    this.#spec = spec;
    this.#content = content;
    this.#colors = paperColors(shown);
    this.#locale = locale;
    this.#place.style.width = `${WIDTH}px`;
    // uPlot measures what it is put into, so that has to stand in the page.
    document.body.append(this.#place);
    const nothing = (): void => undefined;
    this.#chart = new Chart({
      spec,
      into: this.#place,
      height: HEIGHT,
      isLow: true,
      locale,
      colors: () => this.#colors,
      onZoom: nothing,
      onBack: nothing,
      onPoint: nothing,
      onDrawn: nothing,
    });
    this.#chart.show(content);
  }

  /** A PNG in base64; the chart is gone then. */
  take(): string {
    const { series, title, unit } = this.#spec;
    const text = (value: number): string => formatValue(value, unit, { locale: this.#locale });
    const lines = series.flatMap((one, i) => {
      const curve = this.#content.curves[i];
      const extremes = curve === undefined ? undefined : extremesOf(curve);
      if (extremes === undefined) return [];
      const [least, most] = [text(extremes.least), text(extremes.most)];
      const { beside } = this.#content;
      const other = beside === undefined ? '' : besideText(beside, this.#spec, i, null, this.#locale);
      const label = `${one.label} ${least === most ? least : `${least} to ${most}`}${other}`;
      return [{ label, color: colorOf(one, this.#colors) }];
    });
    const png = picture(this.#chart.canvas, title, lines, this.#colors, 'beside');
    this.#chart.destroy();
    this.#place.remove();
    return png;
  }
}
