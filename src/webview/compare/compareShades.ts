import type uPlot from 'uplot';
import type { Colors } from '../controls/colors.ts';
import type { TimeRange } from '../protocol/protocol.ts';

/** A range that is marked in all charts: by its letter and the kind of its edges, not by colour alone. */
export interface Shade {
  readonly letter: 'A' | 'B';
  readonly word: 'before' | 'after' | 'and B';
  readonly range: TimeRange;
}

/** CSS pixels. */
const EDGE_DASH: Readonly<Record<Shade['letter'], readonly number[]>> = { A: [6, 4], B: [] };
const FONT = 11;
const GAP = 4;

/** Under the curves. */
export function drawShades(plot: uPlot, shades: readonly Shade[], colors: Colors): void {
  for (const shade of shades) drawShade(plot, shade, colors);
}

function drawShade(plot: uPlot, { letter, word, range }: Shade, { mark, foreground, font, fill }: Colors): void {
  const { ctx, bbox, scales } = plot;
  const { min, max } = scales['x'] ?? {};
  if (range.to <= (min ?? Infinity) || range.from >= (max ?? -Infinity)) return;
  const ratio = devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  const [left, right] = [range.from, range.to].map((time) =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(time, 'x', true))),
  );
  if (left === undefined || right === undefined) return;
  ctx.save();
  ctx.fillStyle = `color-mix(in srgb, ${mark} ${Math.round(fill * 50)}%, transparent)`;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.strokeStyle = mark;
  ctx.lineWidth = ratio;
  ctx.setLineDash(EDGE_DASH[letter].map((length) => length * ratio));
  ctx.beginPath();
  for (const x of [left, right]) {
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bottom);
  }
  ctx.stroke();
  ctx.fillStyle = foreground;
  ctx.font = `bold ${font.replace(/^[\d.]+px/, `${FONT * ratio}px`)}`;
  // Beside what lies between them; the left edge of a chart is where its alert is named.
  ctx.textAlign = letter === 'A' ? 'right' : 'left';
  ctx.textBaseline = 'top';
  const label = `${letter} ${word}`;
  const fits = ctx.measureText(label).width + 2 * GAP * ratio <= right - left;
  const x = letter === 'A' ? right - GAP * ratio : left + GAP * ratio;
  ctx.fillText(fits ? label : letter, x, bbox.top + GAP * ratio);
  ctx.restore();
}
