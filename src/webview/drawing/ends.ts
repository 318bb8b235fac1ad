import type uPlot from 'uplot';
import type { Colors } from '../controls/colors.ts';

/** The last value of each curve, written where its line ends. */

/** What is written at the end of a line: where that is, in the units of the chart. */
export interface LineEnd {
  readonly at: number;
  readonly value: number;
  readonly text: string;
  readonly color: string;
}

/** CSS pixels. */
const FONT = 11;
const LINE = 13;
const SWATCH = { width: 3, height: 10, gap: 4 } as const;
const GAP = 5;
/** In a chart that is narrower the texts would take too much of it: there they stand over the ends of the lines. */
const ROOMY = 300;

/** Moves places of one height apart until none covers another, each as little as it needs, between top and bottom; ascending. */
export function spread(places: readonly number[], height: number, top: number, bottom: number): readonly number[] {
  const room = Math.min(height, (bottom - top) / Math.max(1, places.length));
  const moved = [...places];
  for (let i = 0; i < moved.length; i++) moved[i] = Math.max(moved[i] ?? 0, (moved[i - 1] ?? -Infinity) + room, top);
  for (let i = moved.length - 1; i >= 0; i--)
    moved[i] = Math.min(moved[i] ?? 0, i === moved.length - 1 ? bottom : (moved[i + 1] ?? 0) - room);
  return moved;
}

/** Width of what is written behind the last moment, CSS pixels; 0: it is written over the lines. */
export function roomForEnds(plot: uPlot, ends: readonly LineEnd[], { font }: Colors): number {
  if (plot.width < ROOMY || ends.length === 0) return 0;
  const { ctx } = plot;
  ctx.save();
  ctx.font = fontOf(font);
  const widest = Math.max(...ends.map(({ text }) => ctx.measureText(text).width)) / devicePixelRatio;
  ctx.restore();
  return Math.ceil(GAP + SWATCH.width + SWATCH.gap + widest + 2);
}

function fontOf(font: string): string {
  return font.replace(/^[\d.]+px/, `${FONT * devicePixelRatio}px`);
}

export function drawEnds(plot: uPlot, ends: readonly LineEnd[], { foreground, background, font }: Colors): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const isInside = plot.width < ROOMY;
  const sorted = ends
    .map((end) => ({ ...end, x: plot.valToPos(end.at, 'x', true), y: plot.valToPos(end.value, 'y', true) }))
    .sort((a, b) => a.y - b.y);
  const lifted = isInside ? LINE * ratio * 0.7 : 0;
  const [top, bottom] = [bbox.top + (LINE * ratio) / 2, bbox.top + bbox.height - (LINE * ratio) / 2];
  const places = spread(
    sorted.map(({ y }) => y - lifted),
    LINE * ratio,
    top,
    bottom,
  );
  ctx.save();
  ctx.font = fontOf(font);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'left';
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3 * ratio;
  ctx.strokeStyle = background;
  sorted.forEach(({ x, text, color }, i) => {
    const y = places[i] ?? 0;
    const width = (SWATCH.width + SWATCH.gap) * ratio + ctx.measureText(text).width;
    const left = isInside ? Math.min(x, bbox.left + bbox.width) - width : x + GAP * ratio;
    ctx.fillStyle = color;
    ctx.fillRect(left, y - (SWATCH.height * ratio) / 2, SWATCH.width * ratio, SWATCH.height * ratio);
    ctx.fillStyle = foreground;
    const begin = left + (SWATCH.width + SWATCH.gap) * ratio;
    ctx.strokeText(text, begin, y);
    ctx.fillText(text, begin, y);
  });
  ctx.restore();
}
