import type uPlot from 'uplot';
import type { Colors } from '../controls/colors.ts';
import type { Taken } from '../compare/compareShades.ts';
import type { Threshold } from '../protocol/protocol.ts';

/** Of its text, CSS pixels. */
const FONT = 11;
const GAP = { side: 4, above: 2 } as const;

/** The line of an alert with what it says. */
export function drawThreshold(plot: uPlot, { value, text }: Threshold, { alert, background, font }: Colors): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, 'y', true);
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = alert;
  ctx.lineWidth = ratio;
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.font = font.replace(/^[\d.]+px/, `${FONT * ratio}px`);
  ctx.textAlign = 'left';
  // Where there is no room over the line it stands under it.
  const isLow = y - (FONT + GAP.above) * ratio > bbox.top;
  ctx.textBaseline = isLow ? 'bottom' : 'top';
  const [x, beside] = [bbox.left + GAP.side * ratio, y + (isLow ? -GAP.above : GAP.above) * ratio];
  ctx.lineJoin = 'round';
  ctx.lineWidth = 3 * ratio;
  ctx.strokeStyle = background;
  ctx.strokeText(text, x, beside);
  ctx.fillStyle = alert;
  ctx.fillText(text, x, beside);
  ctx.restore();
}

/** Of its line and its label, on either side and all the way: where nothing else may be written. */
export function thresholdPlace(plot: uPlot, { value }: Threshold): readonly Taken[] {
  const { left, width } = plot.bbox;
  const y = plot.valToPos(value, 'y', true);
  const reach = (FONT + 2 * GAP.above) * devicePixelRatio;
  return [{ left, right: left + width, top: y - reach, bottom: y + reach }];
}
