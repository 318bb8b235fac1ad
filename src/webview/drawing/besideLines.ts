import type uPlot from 'uplot';

type Points = readonly (number | null)[];

/** CSS pixels: dots, which no other line of a chart has. */
const DOTS: readonly number[] = [1.5, 3];
const WIDTH = 2;

/** The lines of another database: in the colours of the same curves, told from them by their dots. */
export function drawBeside(
  plot: uPlot,
  at: readonly number[],
  lines: readonly { readonly points: Points; readonly color: string }[],
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = WIDTH * ratio;
  ctx.setLineDash(DOTS.map((length) => length * ratio));
  for (const { points, color } of lines) {
    ctx.strokeStyle = color;
    ctx.beginPath();
    let isDrawing = false;
    at.forEach((time, i) => {
      const value = points[i] ?? null;
      if (value === null) {
        isDrawing = false;
        return;
      }
      const [x, y] = [plot.valToPos(time, 'x', true), plot.valToPos(value, 'y', true)];
      if (isDrawing) ctx.lineTo(x, y);
      else ctx.moveTo(x, y);
      isDrawing = true;
    });
    ctx.stroke();
  }
  ctx.restore();
}
