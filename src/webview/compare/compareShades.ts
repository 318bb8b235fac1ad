import type uPlot from 'uplot';
import type { Colors } from '../controls/colors.ts';
import type { TimeRange } from '../protocol/chartGuards.ts';

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

/** Where nothing may be written, in pixels of the canvas. */
export interface Taken {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Under the curves. Its labels keep clear of each other and of what is taken. */
export function drawShades(plot: uPlot, shades: readonly Shade[], colors: Colors, taken: readonly Taken[]): void {
  const places = [...taken];
  for (const shade of shades) {
    const place = drawShade(plot, shade, colors, places);
    if (place !== undefined) places.push(place);
  }
}

/** The place of its label; undefined: it is not in sight, or there is no room for one. */
function drawShade(
  plot: uPlot,
  { letter, word, range }: Shade,
  { mark, foreground, font, fill }: Colors,
  taken: readonly Taken[],
): Taken | undefined {
  const { ctx, bbox, scales } = plot;
  const { min, max } = scales['x'] ?? {};
  if (range.to <= (min ?? Infinity) || range.from >= (max ?? -Infinity)) return undefined;
  const ratio = devicePixelRatio;
  const bottom = bbox.top + bbox.height;
  const [left, right] = [range.from, range.to].map((time) =>
    Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(time, 'x', true))),
  );
  if (left === undefined || right === undefined) return undefined;
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
  ctx.textBaseline = 'top';
  // Beside what lies between them; the left edge of a chart is where its alert is named.
  ctx.textAlign = letter === 'A' ? 'right' : 'left';
  const [gap, line] = [GAP * ratio, FONT * ratio];
  const label = `${letter} ${word}`;
  const text = ctx.measureText(label).width + 2 * gap <= right - left ? label : letter;
  const { width } = ctx.measureText(text);
  const x = letter === 'A' ? right - gap : left + gap;
  const start = letter === 'A' ? x - width : x;
  const place = placeFor({ left: start, right: start + width, top: bbox.top + gap, bottom }, line, gap, taken);
  if (place !== undefined) ctx.fillText(text, x, place.top);
  ctx.restore();
  return place;
}

/** The highest line of the room in which nothing lies under the label. */
export function placeFor(room: Taken, line: number, gap: number, taken: readonly Taken[]): Taken | undefined {
  for (let top = room.top; top + line <= room.bottom; top += line + gap) {
    const place = { ...room, top, bottom: top + line };
    if (!taken.some((one) => overlap(one, place, gap))) return place;
  }
  return undefined;
}

function overlap(one: Taken, other: Taken, gap: number): boolean {
  return (
    one.left < other.right + gap && other.left < one.right + gap && one.top < other.bottom && other.top < one.bottom
  );
}
