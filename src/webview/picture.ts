import type { Colors } from './colors.ts';

const PADDING = 12;
const TITLE = 22;
const LINE = 20;

/** A PNG in base64 of a drawn chart, under its title and over the names of its curves, on the background of the theme. */
export function picture(
  chart: HTMLCanvasElement,
  title: string,
  lines: readonly { readonly label: string; readonly color: string }[],
  { background, foreground, font }: Colors,
): string {
  const ratio = devicePixelRatio;
  const width = chart.width / ratio + 2 * PADDING;
  const height = chart.height / ratio + 2 * PADDING + TITLE + LINE;
  const canvas = document.createElement('canvas');
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This editor gives no canvas to draw the picture on.');
  context.scale(ratio, ratio);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'top';
  context.fillStyle = foreground;
  context.font = `bold ${font}`;
  context.fillText(title, PADDING, PADDING);
  context.drawImage(chart, PADDING, PADDING + TITLE, chart.width / ratio, chart.height / ratio);
  context.font = font;
  let left = PADDING;
  const top = PADDING + TITLE + chart.height / ratio + 4;
  for (const { label, color } of lines) {
    context.fillStyle = color;
    context.fillRect(left, top + 5, 14, 4);
    context.fillStyle = foreground;
    context.fillText(label, left + 20, top);
    left += context.measureText(label).width + 40;
  }
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
