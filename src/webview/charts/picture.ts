import type { Colors } from '../controls/colors.ts';

const PADDING = 12;
const TITLE = 22;
const LINE = 20;
/** Room for the colour before a name, and between two names. */
const SWATCH = 20;

/** A PNG in base64 of a drawn chart, under its title and over the names of its curves, on the background of the theme. */
export function picture(
  chart: HTMLCanvasElement,
  title: string,
  lines: readonly { readonly label: string; readonly color: string }[],
  { background, foreground, font }: Colors,
): string {
  const ratio = devicePixelRatio;
  const width = chart.width / ratio + 2 * PADDING;
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This editor gives no canvas to draw the picture on.');
  context.font = font;
  const places = placesOf(lines, (label) => context.measureText(label).width, width - 2 * PADDING);
  const rows = 1 + (places.at(-1)?.row ?? 0);
  const height = chart.height / ratio + 2 * PADDING + TITLE + rows * LINE;
  // A canvas that is given a size forgets everything else.
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.scale(ratio, ratio);
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'top';
  context.fillStyle = foreground;
  context.font = `bold ${font}`;
  context.fillText(title, PADDING, PADDING);
  context.drawImage(chart, PADDING, PADDING + TITLE, chart.width / ratio, chart.height / ratio);
  context.font = font;
  for (const { label, color, left, row } of places) {
    const top = PADDING + TITLE + chart.height / ratio + 4 + row * LINE;
    context.fillStyle = color;
    context.fillRect(PADDING + left, top + 5, 14, 4);
    context.fillStyle = foreground;
    context.fillText(label, PADDING + left + SWATCH, top);
  }
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}

type Line = Parameters<typeof picture>[2][number];

/** The names side by side, on as many rows as they need. */
function placesOf(
  lines: readonly Line[],
  widthOf: (label: string) => number,
  room: number,
): readonly (Line & { readonly left: number; readonly row: number })[] {
  let [left, row] = [0, 0];
  return lines.map((line) => {
    const width = SWATCH + widthOf(line.label);
    if (left > 0 && left + width > room) [left, row] = [0, row + 1];
    const place = { ...line, left, row };
    left += width + SWATCH;
    return place;
  });
}
