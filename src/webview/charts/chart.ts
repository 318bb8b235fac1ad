import uPlot from 'uplot';
import { formatValue } from '../../common/format.ts';
import { drawShades, type Shade } from '../compare/compareShades.ts';
import { colorOf, type Colors } from '../controls/colors.ts';
import { drawBeside } from '../drawing/besideLines.ts';
import { drawEnds, roomForEnds, type LineEnd } from '../drawing/ends.ts';
import { drawMeetings } from '../drawing/meetings.ts';
import { drawSpans } from '../drawing/drawSpans.ts';
import { drawThreshold, thresholdPlace } from '../drawing/threshold.ts';
import type { ChartSpec, Threshold } from '../protocol/protocol.ts';
import { shortLabels, ticks, timeLabels, topOf } from '../ranges/scale.ts';
import type { BareSpan } from '../ranges/spans.ts';
import type { TimeBounds } from '../protocol/view.ts';
import type { Beside } from './beside.ts';
import { greatest, isEmpty, lastPoint, lonely, type Curve } from './chartData.ts';

export interface ChartParts {
  readonly spec: ChartSpec;
  readonly into: HTMLElement;
  /** CSS pixels. */
  readonly height: number;
  readonly locale: string;
  /** Its times take one line: of a new day the date. */
  readonly isLow?: true;
  readonly colors: () => Colors;
  /** A range was marked by dragging. */
  readonly onZoom: (from: number, to: number) => void;
  readonly onBack: () => void;
  /** The crosshair is over this point, so many CSS pixels from the left; null: over none. */
  readonly onPoint: (index: number | null, left: number) => void;
  readonly onDrawn: () => void;
}

export interface ChartContent {
  readonly at: readonly number[];
  readonly curves: readonly Curve[];
  readonly bounds: TimeBounds;
  readonly threshold: Threshold | undefined;
  /** Ranges that are compared. */
  readonly shades: readonly Shade[];
  /** Times without readings, and the like. */
  readonly spans: readonly BareSpan[];
  /** Of another database. */
  readonly beside?: Beside | undefined;
}

const LEAST_WIDTH = 120;
const LEAST_HEIGHT = 60;
/** CSS pixels between labels of the vertical axis. */
const TICK_ROOM = 34;
/** CSS pixels for a time below the horizontal axis, and for one with seconds: "11:06:10 PM". */
const TIME_ROOM = 70;
const SECONDS_ROOM = 96;
const LEAST_DRAG = 6;
/** Each curve takes three of uPlot's: what is drawn, and the extremes between which its band lies. */
const PER_CURVE = 3;
/** Behind the last moment, CSS pixels: half a label of the time. */
const LEAST_RIGHT = 28;

/** One uPlot chart. Data, theme and size can change; what it is of can't. */
export class Chart {
  readonly #parts: ChartParts;
  readonly #plot: uPlot;
  #content: ChartContent = {
    at: [],
    curves: [],
    bounds: { from: 0, to: 1 },
    threshold: undefined,
    shades: [],
    spans: [],
  };
  #ends: readonly LineEnd[] = [];
  #top = 1;

  constructor(parts: ChartParts) {
    this.#parts = parts;
    this.#plot = new uPlot(this.#options(), [[]], parts.into);
  }

  get canvas(): HTMLCanvasElement {
    return this.#plot.ctx.canvas;
  }

  /** The point that the crosshair is over; null: none. */
  get point(): number | null {
    return this.#plot.cursor.idx ?? null;
  }

  show(content: ChartContent): void {
    const { spec } = this.#parts;
    this.#content = content;
    const { at, curves, bounds, threshold } = content;
    const most = (of: readonly Curve[], times: readonly number[]): number =>
      greatest(spec, of, times, bounds.from, bounds.to);
    const mostBeside = content.beside === undefined ? 0 : most(content.beside.curves, content.beside.at);
    this.#top = topOf(spec.unit, Math.max(most(curves, at), mostBeside), threshold);
    this.#ends = this.#lineEnds();
    const bands = !spec.stacked;
    const nothing = at.map(() => null);
    const data = curves.flatMap(({ drawn, min, max }) => [drawn, bands ? max : nothing, bands ? min : nothing]);
    this.#plot.batch(() => {
      this.#plot.setData([at, ...data] as uPlot.AlignedData, false);
      this.#plot.setScale('x', { min: bounds.from, max: bounds.to });
      this.#plot.setScale('y', { min: 0, max: this.#top });
    });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  /** Draws again in the colours of now. */
  redraw(): void {
    this.#plot.redraw(false, true);
  }

  /** CSS pixels. */
  setSize(width: number, height: number): void {
    const size = { width: Math.max(LEAST_WIDTH, Math.floor(width)), height: Math.max(LEAST_HEIGHT, height) };
    if (size.width !== this.#plot.width || size.height !== this.#plot.height) this.#plot.setSize(size);
  }

  /** CSS pixels. */
  get width(): number {
    return this.#plot.width;
  }

  /** Distance of a moment from the left edge of the chart in CSS pixels. */
  leftOf(time: number): number {
    // Not by the element's offset, which would make the browser lay out the page for each mark.
    return this.#plot.valToPos(time, 'x') + this.#plot.bbox.left / devicePixelRatio;
  }

  #options(): uPlot.Options {
    const { spec, into, locale, colors, height, isLow = false } = this.#parts;
    const axis = {
      stroke: () => colors().foreground,
      grid: { stroke: () => colors().grid, width: 1 },
      ticks: { stroke: () => colors().grid, width: 1, size: 4 },
    };
    return {
      width: Math.max(LEAST_WIDTH, into.clientWidth),
      height: Math.max(LEAST_HEIGHT, height),
      ms: 1,
      legend: { show: false },
      padding: [10, (plot) => Math.max(LEAST_RIGHT, roomForEnds(plot, this.#ends, colors())), 0, 0],
      scales: { x: { time: true, auto: false }, y: { auto: false, range: () => [0, this.#top] } },
      axes: [
        {
          ...axis,
          space: (_, _axis, from, to, width) => (((to - from) * TIME_ROOM) / width < 60_000 ? SECONDS_ROOM : TIME_ROOM),
          size: isLow ? 26 : 40,
          values: (_, times, _axis, _space, apart) => {
            const labels = timeLabels(times, apart, locale);
            return isLow ? shortLabels(labels, times) : labels;
          },
        },
        {
          ...axis,
          // uPlot asks before there are labels, too.
          size: (_, labels: readonly string[] | null) =>
            14 + 7 * Math.max(2, ...(labels ?? []).map((label) => label.length)),
          splits: (plot) => ticks(spec.unit, this.#top, plot.bbox.height / devicePixelRatio / TICK_ROOM),
          values: (_, values) => values.map((value) => formatValue(value, spec.unit, { locale })),
        },
      ],
      series: [{}, ...spec.series.flatMap((_, i) => this.#seriesOptions(i))],
      bands: this.#bands(),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false },
        points: { size: 6 },
        bind: {
          dblclick: () => () => {
            this.#parts.onBack();
            return null;
          },
        },
        // Only where the crosshair is: a range that is marked in one chart is not marked in the others too.
        sync: {
          key: 'dashboard',
          filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave', sub: () => true },
        },
      },
      hooks: {
        setCursor: [
          ({ cursor, bbox }) =>
            this.#parts.onPoint(cursor.idx ?? null, (cursor.left ?? 0) + bbox.left / devicePixelRatio),
        ],
        setSelect: [(plot) => this.#selected(plot)],
        drawClear: [
          (plot) => {
            drawSpans(plot, this.#content.spans, colors());
            drawShades(plot, this.#content.shades, colors(), this.#thresholdPlace(plot));
          },
        ],
        draw: [
          (plot) => {
            const { threshold, beside } = this.#content;
            if (beside !== undefined)
              drawBeside(
                plot,
                beside.at,
                beside.curves.map(({ drawn }, i) => ({ points: drawn, color: this.#colorOf(i) })),
              );
            if (!spec.stacked) drawMeetings(plot, this.#lines());
            if (threshold !== undefined && this.drawsThreshold) drawThreshold(plot, threshold, colors());
            drawEnds(plot, this.#ends, colors());
            this.#parts.onDrawn();
          },
        ],
      },
    };
  }

  #seriesOptions(i: number): uPlot.Series[] {
    const { spec } = this.#parts;
    const isLimit = spec.series[i]?.role === 'limit';
    const drawn: uPlot.Series = {
      stroke: () => this.#colorOf(i),
      width: isLimit ? 1 : 1.5,
      points: {
        size: 4,
        fill: () => this.#colorOf(i),
        // Among many times, one with nothing beside it would be no line and no point.
        filter: (plot, series, isShown) => (isShown ? null : lonely(plot.data[series] ?? [])),
      },
      ...(spec.stacked && !isLimit && i === 0 ? { fill: () => this.#fillOf(i) } : {}),
    };
    const extreme: uPlot.Series = { stroke: () => 'transparent', width: 0, points: { show: false } };
    return [drawn, extreme, extreme];
  }

  /** Between the extremes of each curve; in a stack, between each curve and the one below it. */
  #bands(): uPlot.Band[] {
    const { spec } = this.#parts;
    return spec.series.flatMap(({ role }, i): uPlot.Band[] => {
      const first = 1 + i * PER_CURVE;
      if (role === 'limit') return [];
      if (!spec.stacked) return [{ series: [first + 1, first + 2], fill: () => this.#fillOf(i) }];
      return i === 0 ? [] : [{ series: [first, first - PER_CURVE], fill: () => this.#fillOf(i) }];
    });
  }

  #colorOf(i: number): string {
    const { spec, colors } = this.#parts;
    const series = spec.series[i];
    return series === undefined ? colors().foreground : colorOf(series, colors());
  }

  #lines(): Parameters<typeof drawMeetings>[1] {
    return this.#parts.spec.series.map((_, i) => ({ series: 1 + i * PER_CURVE, color: this.#colorOf(i) }));
  }

  #lineEnds(): readonly LineEnd[] {
    const { spec, locale } = this.#parts;
    const { at, curves, bounds } = this.#content;
    return curves.flatMap((curve, i): LineEnd[] => {
      const last = lastPoint(curve, at, bounds);
      // In a stack nothing has no line of its own.
      if (last === undefined || (spec.stacked && last.mean === 0)) return [];
      const text = formatValue(last.mean, spec.unit, { locale });
      return [{ at: last.at, value: last.drawn, text, color: this.#colorOf(i) }];
    });
  }

  #fillOf(i: number): string {
    const { fill } = this.#parts.colors();
    return `color-mix(in srgb, ${this.#colorOf(i)} ${Math.round((this.#parts.spec.stacked ? 2 : 1) * fill * 100)}%, transparent)`;
  }

  #selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width >= LEAST_DRAG) this.#parts.onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
    if (width > 0) plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  /** False: it lies above all curves, or there is none. */
  get drawsThreshold(): boolean {
    const { threshold, curves } = this.#content;
    return threshold !== undefined && threshold.value <= this.#top && !curves.every(isEmpty);
  }

  #thresholdPlace(plot: uPlot): ReturnType<typeof thresholdPlace> {
    const { threshold } = this.#content;
    return threshold !== undefined && this.drawsThreshold ? thresholdPlace(plot, threshold) : [];
  }
}
