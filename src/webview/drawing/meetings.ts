import type uPlot from 'uplot';

/** Where two lines run over each other: the lower one is drawn in dashes on the upper one, so that both are seen; nowhere else are lines dashed. */

type Points = ArrayLike<number | null | undefined>;

/** Lines closer than this look like one. CSS pixels. */
const NEAR = 2;
const DASH: readonly number[] = [5, 5];

/** First and last index of each stretch, of two points at least, over which both are known and no further apart than `near`. */
export function meetings(one: Points, other: Points, near: number): readonly (readonly [number, number])[] {
  const stretches: [number, number][] = [];
  let start: number | undefined;
  for (let i = 0; i <= one.length; i++) {
    const [a, b] = [one[i] ?? null, other[i] ?? null];
    if (a !== null && b !== null && Math.abs(a - b) <= near) {
      start ??= i;
      continue;
    }
    if (start !== undefined && i - start > 1) stretches.push([start, i - 1]);
    start = undefined;
  }
  return stretches;
}

/** @param lines numbers of the series that are lines, the lowest first, with the colour of each */
export function drawMeetings(plot: uPlot, lines: readonly { readonly series: number; readonly color: string }[]): void {
  const { ctx, bbox, scales, data } = plot;
  const { min = 0, max = 1 } = scales['y'] ?? {};
  const ratio = devicePixelRatio;
  const near = ((max - min) * NEAR * ratio) / Math.max(1, bbox.height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash(DASH.map((length) => length * ratio));
  lines.forEach(({ series, color }, i) => {
    const own = data[series] ?? [];
    ctx.strokeStyle = color;
    for (const upper of lines.slice(i + 1)) {
      for (const [from, to] of meetings(own, data[upper.series] ?? [], near)) {
        ctx.beginPath();
        for (let k = from; k <= to; k++) {
          const [time, value] = [data[0][k] ?? 0, own[k] ?? 0];
          ctx.lineTo(plot.valToPos(time, 'x', true), plot.valToPos(value, 'y', true));
        }
        ctx.stroke();
      }
    }
  });
  ctx.restore();
}
