import type uPlot from 'uplot';
import type { Colors } from '../controls/colors.ts';
import type { BareSpan, SpanKind } from '../ranges/spans.ts';

/** CSS pixels: a narrower gap is seen in the curve itself. */
const LEAST = 2;
const HATCH = 6;
const ARROW = 4;

/** Under the curves. */
export function drawSpans(plot: uPlot, spans: readonly BareSpan[], { foreground }: Colors): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const clamp = (time: number): number =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(time, 'x', true)));
  ctx.save();
  ctx.lineWidth = ratio;
  ctx.strokeStyle = `color-mix(in srgb, ${foreground} 40%, transparent)`;
  for (const { kind, from, to } of spans) {
    const [left, right] = [clamp(from), clamp(to)];
    if (kind !== 'reset' && right - left < LEAST * ratio) continue;
    DRAWN[kind](ctx, { left, right, top: bbox.top, height: bbox.height }, ratio, foreground);
  }
  ctx.restore();
}

interface Place {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
}

type Draw = (ctx: CanvasRenderingContext2D, place: Place, ratio: number, foreground: string) => void;

const DRAWN: Readonly<Record<SpanKind, Draw>> = { gap: hatch, before: shade, reset: turn };

/** Stripes: nobody has read. */
function hatch(ctx: CanvasRenderingContext2D, { left, right, top, height }: Place, ratio: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, right - left, height);
  ctx.clip();
  ctx.beginPath();
  // By the place on the canvas, so that stripes of two gaps beside each other go on.
  const step = HATCH * ratio;
  for (let x = Math.floor((left - height) / step) * step; x < right; x += step) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.globalAlpha = 0.5;
  ctx.stroke();
  ctx.restore();
}

/** A plain area up to a line: from there on there are readings. */
function shade(
  ctx: CanvasRenderingContext2D,
  { left, right, top, height }: Place,
  _ratio: number,
  foreground: string,
): void {
  ctx.fillStyle = `color-mix(in srgb, ${foreground} 6%, transparent)`;
  ctx.fillRect(left, top, right - left, height);
  ctx.beginPath();
  ctx.moveTo(right, top);
  ctx.lineTo(right, top + height);
  ctx.stroke();
}

/** A line with an arrow that turns back: counters began anew. */
function turn(ctx: CanvasRenderingContext2D, { left: x, top, height }: Place, ratio: number): void {
  const size = ARROW * ratio;
  ctx.beginPath();
  ctx.moveTo(x, top + 3 * size);
  ctx.lineTo(x, top + height);
  ctx.moveTo(x + size, top + 1.5 * size);
  ctx.arc(x, top + 1.5 * size, size, 0, 1.5 * Math.PI);
  ctx.lineTo(x - size / 2, top);
  ctx.moveTo(x, top + size / 2);
  ctx.lineTo(x - size / 2, top + size);
  ctx.stroke();
}
